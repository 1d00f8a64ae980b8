private import CHDF5

extension HDF5ElementType {
    /// A new little-endian type of the library, which the caller gives up; the caller holds the lock.
    func makeType() -> Int64 {
        switch self {
        case .float64: return H5Tcopy(chdf5_float64())
        case .float32: return H5Tcopy(chdf5_float32())
        case .float16: return Self.makeHalf()
        case .bool: return Self.makeBool()
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64:
            let isSigned = [Self.int8, .int16, .int32, .int64].contains(self)
            let type = H5Tcopy(chdf5_int64())
            H5Tset_size(type, byteCount)
            H5Tset_sign(type, isSigned ? H5T_SGN_2 : H5T_SGN_NONE)
            return type
        }
    }

    /// As h5py makes numpy's float16.
    private static func makeHalf() -> Int64 {
        let type = H5Tcopy(chdf5_float32())
        H5Tset_fields(type, 15, 10, 5, 0, 10)
        H5Tset_size(type, 2)
        H5Tset_ebias(type, 15)
        return type
    }

    /// As h5py makes numpy's bool: an enumeration.
    private static func makeBool() -> Int64 {
        let base = Self.int8.makeType()
        defer { H5Idec_ref(base) }
        let type = H5Tenum_create(base)
        for (name, flag) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            var value = flag
            _ = unsafe H5Tenum_insert(type, name, &value)
        }
        return type
    }
}

extension HDF5Writer.Value {
    /// A new type of the library, which the caller gives up; the caller holds the lock.
    func makeType() -> Int64 {
        switch self {
        case .integer: return HDF5ElementType.int64.makeType()
        case .number: return HDF5ElementType.float64.makeType()
        case .flag: return HDF5ElementType.bool.makeType()
        case .text:
            let type = H5Tcopy(chdf5_c_string())
            H5Tset_size(type, chdf5_variable_size())
            H5Tset_cset(type, H5T_CSET_UTF8)
            return type
        }
    }

    /// Calls `body` with one value of that type; it lives until `body` returns.
    func withBytes<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result {
        switch self {
        case .integer(let number):
            return unsafe withUnsafeBytes(of: Int64(number).littleEndian) {
                unsafe body($0.baseAddress)
            }
        case .number(let number):
            return unsafe withUnsafeBytes(of: number.bitPattern.littleEndian) {
                unsafe body($0.baseAddress)
            }
        case .flag(let flag):
            return unsafe withUnsafeBytes(of: Int8(flag ? 1 : 0)) { unsafe body($0.baseAddress) }
        case .text(let text):
            // A text of variable length is the address of its characters, up to the first zero.
            return unsafe text.withCString { characters in
                unsafe withUnsafeBytes(of: characters) { unsafe body($0.baseAddress) }
            }
        }
    }
}
