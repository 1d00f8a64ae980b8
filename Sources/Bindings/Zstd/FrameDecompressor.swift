private import CZstd

/// Decompresses zstd frames that state their content size.
package enum FrameDecompressor {
    /// The bytes of exactly one frame.
    ///
    /// - Throws: ``ZstdError`` if `frame` is not one whole frame, states no size or more than
    ///   `byteLimit` bytes, or fails its checksum.
    package static func decompress(
        _ frame: [UInt8], byteLimit: Int
    ) throws(ZstdError) -> [UInt8] {
        let size = try contentSize(of: frame, byteLimit: byteLimit)
        // Sound: the library writes at most `size` bytes, and says how many it wrote.
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
            result = unsafe frame.withUnsafeBytes { source in
                unsafe ZSTD_decompress(
                    target.baseAddress, size, source.baseAddress, source.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else { throw ZstdError(.decompress, result: result) }
        guard bytes.count == size else {
            throw ZstdError(.decompress, "the frame held \(bytes.count) bytes, it states \(size)")
        }
        return bytes
    }

    private static func contentSize(
        of frame: [UInt8], byteLimit: Int
    ) throws(ZstdError) -> Int {
        let (stated, length) = unsafe frame.withUnsafeBytes { source in
            unsafe (
                ZSTD_getFrameContentSize(source.baseAddress, source.count),
                ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
            )
        }
        guard stated != czstd_size_error(), ZSTD_isError(length) == 0 else {
            throw ZstdError(.decompress, "\(frame.count) bytes are not a whole zstd frame")
        }
        guard length == frame.count else {
            throw ZstdError(
                .decompress, "the frame ends after \(length) of \(frame.count) bytes")
        }
        guard stated != czstd_size_unknown() else {
            throw ZstdError(.decompress, "the frame does not state its content size")
        }
        guard stated <= UInt64(byteLimit) else {
            throw ZstdError(
                .decompress, "the frame states \(stated) bytes, the limit is \(byteLimit)")
        }
        return Int(stated)
    }
}
