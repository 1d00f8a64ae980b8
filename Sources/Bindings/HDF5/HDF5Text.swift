internal import CHDF5

/// Reads strings of fixed and of variable length.
enum HDF5Text {
    /// `count` texts that `read` puts into memory of the type it is given, or nil if that fails.
    ///
    /// The caller holds the library's lock.
    static func read(
        type: Int64, space: Int64, count: Int,
        _ read: (Int64, UnsafeMutableRawPointer?) -> herr_t
    ) -> [String]? {
        H5Tis_variable_str(type) > 0
            ? unsafe variable(type: type, space: space, count: count, read)
            : unsafe fixed(type: type, count: count, read)
    }

    private static func fixed(
        type: Int64, count: Int, _ read: (Int64, UnsafeMutableRawPointer?) -> herr_t
    ) -> [String]? {
        let size = H5Tget_size(type)
        let (total, isOverflow) = size.multipliedReportingOverflow(by: count)
        guard size > 0, !isOverflow, total <= byteLimit else { return nil }
        var bytes = [UInt8](repeating: 0, count: total)
        guard unsafe bytes.withUnsafeMutableBytes({ unsafe read(type, $0.baseAddress) }) >= 0
        else { return nil }
        let isSpacePadded = H5Tget_strpad(type) == H5T_STR_SPACEPAD
        return (0..<count).map { index in
            var text = bytes[(index * size)..<((index + 1) * size)]
            text = text.prefix { $0 != 0 }
            while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static func variable(
        type: Int64, space: Int64, count: Int,
        _ read: (Int64, UnsafeMutableRawPointer?) -> herr_t
    ) -> [String]? {
        let memory = H5Tcopy(chdf5_c_string())
        defer { H5Idec_ref(memory) }
        H5Tset_size(memory, chdf5_variable_size())
        H5Tset_cset(memory, H5Tget_cset(type))
        var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        // Sound: the library allocates each text, we copy it, and hand all of them back.
        return unsafe pointers.withUnsafeMutableBytes { raw in
            guard unsafe read(memory, raw.baseAddress) >= 0 else { return nil }
            defer {
                _ = unsafe H5Dvlen_reclaim(memory, space, chdf5_default(), raw.baseAddress)
            }
            return unsafe raw.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map {
                unsafe $0.map { unsafe String(cString: $0) } ?? ""
            }
        }
    }

    /// No text that is needed is longer than this.
    private static let byteLimit = 64 << 20
}
