internal import CHDF5

/// Element types that are read bit for bit.
package enum HDF5ElementType: String, Hashable, Sendable {
    case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The type that `type` is, in either byte order, or nil for anything odd.
    ///
    /// The caller holds the library's lock.
    init?(_ type: Int64) {
        let size = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_INTEGER: self.init(integer: type, size: size)
        case H5T_FLOAT: self.init(float: type, size: size)
        case H5T_ENUM where size == 1 && Self.isBool(type): self = .bool
        default: return nil
        }
    }

    private init?(integer type: Int64, size: Int) {
        guard H5Tget_precision(type) == size * 8, H5Tget_offset(type) == 0 else { return nil }
        let isSigned = H5Tget_sign(type) == H5T_SGN_2
        switch size {
        case 1: self = isSigned ? .int8 : .uint8
        case 2: self = isSigned ? .int16 : .uint16
        case 4: self = isSigned ? .int32 : .uint32
        case 8: self = isSigned ? .int64 : .uint64
        default: return nil
        }
    }

    private init?(float type: Int64, size: Int) {
        var fields = (sign: 0, exponent: 0, exponentSize: 0, mantissa: 0, mantissaSize: 0)
        let status = unsafe H5Tget_fields(
            type, &fields.sign, &fields.exponent, &fields.exponentSize, &fields.mantissa,
            &fields.mantissaSize)
        guard status >= 0, fields.sign == size * 8 - 1, fields.mantissa == 0,
            fields.exponent == fields.mantissaSize
        else { return nil }
        switch (size, fields.exponentSize, fields.mantissaSize, H5Tget_ebias(type)) {
        case (2, 5, 10, 15): self = .float16
        case (4, 8, 23, 127): self = .float32
        case (8, 11, 52, 1023): self = .float64
        default: return nil
        }
    }

    /// Whether the enumeration has the values 0 and 1 only, as h5py writes booleans.
    private static func isBool(_ type: Int64) -> Bool {
        guard H5Tget_nmembers(type) == 2 else { return false }
        var values: [UInt8] = [0xFF, 0xFF]
        let status = unsafe (
            H5Tget_member_value(type, 0, &values[0]), H5Tget_member_value(type, 1, &values[1])
        )
        return status.0 >= 0 && status.1 >= 0 && Set(values) == [0, 1]
    }

    /// A word for a type that is not read, for messages.
    static func name(of type: Int64) -> String {
        switch H5Tget_class(type) {
        case H5T_INTEGER: "integer of \(H5Tget_size(type)) bytes"
        case H5T_FLOAT: "floating-point number of \(H5Tget_size(type)) bytes"
        case H5T_STRING: "string"
        case H5T_BITFIELD: "bit field"
        case H5T_OPAQUE: "opaque"
        case H5T_COMPOUND: "compound"
        case H5T_REFERENCE: "reference"
        case H5T_ENUM: "enumeration"
        case H5T_VLEN: "variable-length"
        case H5T_ARRAY: "array"
        default: "unknown"
        }
    }
}
