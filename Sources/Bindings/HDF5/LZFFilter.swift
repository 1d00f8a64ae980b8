private import CHDF5
private import Glibc

/// The filter that h5py calls `lzf`, for reading; libhdf5 does not bring it.
enum LZFFilter {
    private static let id: Int32 = 32000
    /// No chunk of a recording is larger than this.
    private static let byteLimit = 1 << 30

    /// Makes the filter known to the library; the caller holds its lock.
    static func register() {
        var filter = unsafe H5Z_class2_t()
        unsafe filter.version = H5Z_CLASS_T_VERS
        unsafe filter.id = id
        unsafe filter.decoder_present = 1
        unsafe filter.filter = { flags, parameterCount, parameters, byteCount, capacity, buffer in
            let isReading = flags & UInt32(H5Z_FLAG_REVERSE) != 0
            guard isReading, let capacity = unsafe capacity, let buffer = unsafe buffer else {
                return 0
            }
            var size = unsafe capacity.pointee
            // The writer stores the size of a whole chunk as the third parameter.
            if parameterCount >= 3, let parameters = unsafe parameters {
                size = unsafe max(Int(parameters[2]), 1)
            }
            return unsafe LZFFilter.expand(
                buffer, byteCount: byteCount, capacity: capacity, size: size)
        }
        // The library copies the structure.
        unsafe H5Zregister(&filter)
    }

    /// Replaces `buffer`, which the library allocated, with what its bytes expand to.
    ///
    /// Returns the number of bytes; on failure 0, and leaves everything as it was.
    private static func expand(
        _ buffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>, byteCount: Int,
        capacity: UnsafeMutablePointer<Int>, size: Int
    ) -> Int {
        let input = unsafe UnsafeRawBufferPointer(start: buffer.pointee, count: byteCount)
        var size = size
        while size <= byteLimit {
            guard let output = unsafe malloc(size) else { return 0 }
            let target = unsafe UnsafeMutableRawBufferPointer(start: output, count: size)
            switch unsafe expand(input, into: target) {
            case .bytes(let count) where count > 0:
                unsafe free(buffer.pointee)
                unsafe buffer.pointee = output
                unsafe capacity.pointee = size
                return count
            case .outputTooSmall:
                unsafe free(output)
                size *= 2
            default:
                unsafe free(output)
                return 0
            }
        }
        return 0
    }

    private enum Expansion { case bytes(Int), outputTooSmall, malformed }

    /// A control byte below 32 precedes that many literal bytes and one more; any other has a
    /// length in its upper 3 bits and, with the byte after, a distance back in its lower 13.
    private static func expand(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Expansion {
        var read = 0
        var written = 0
        while read < input.count {
            let control = unsafe Int(input[read])
            read += 1
            if control < 32 {
                let length = control + 1
                guard length <= input.count - read else { return .malformed }
                guard length <= output.count - written else { return .outputTooSmall }
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[written..<written + length])
                    .copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: input[read..<read + length]))
                read += length
                written += length
                continue
            }
            var length = control >> 5
            if length == 7 {
                guard read < input.count else { return .malformed }
                length += unsafe Int(input[read])
                read += 1
            }
            guard read < input.count else { return .malformed }
            let distance = unsafe (control & 31) << 8 + Int(input[read]) + 1
            read += 1
            length += 2
            guard distance <= written else { return .malformed }
            guard length <= output.count - written else { return .outputTooSmall }
            // Byte by byte: the copy may overlap what it is writing.
            for _ in 0..<length {
                unsafe output[written] = output[written - distance]
                written += 1
            }
        }
        return .bytes(written)
    }
}
