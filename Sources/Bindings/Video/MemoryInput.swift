#if LeRobot
internal import CAV

/// Bytes in memory that the library reads like a file.
@safe final class MemoryInput {
    private let bytes: ArraySlice<UInt8>
    private var position = 0
    // Sound: made by init, freed by deinit; the library may exchange its buffer, which is freed with it.
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    private static let bufferSize = 1 << 15

    /// Nil where there is no memory.
    init?(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        guard let buffer = unsafe av_malloc(Self.bufferSize) else { return nil }
        // Sound: the context lives no longer than this object.
        unsafe context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0,
            Unmanaged.passUnretained(self).toOpaque(),
            { unsafe MemoryInput.of($0)?.read(into: $1, count: $2) ?? cav_end_of_file() }, nil,
            { unsafe MemoryInput.of($0)?.seek($1, from: $2) ?? -1 })
        guard unsafe context != nil else {
            unsafe av_free(buffer)
            return nil
        }
    }

    deinit {
        if let context = unsafe context { unsafe av_free(context.pointee.buffer) }
        unsafe avio_context_free(&context)
    }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> MemoryInput? {
        unsafe opaque.map { unsafe Unmanaged<MemoryInput>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(into target: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32 {
        let length = min(Int(count), bytes.count - position)
        guard length > 0, let target = unsafe target else { return cav_end_of_file() }
        let start = bytes.startIndex + position
        // Sound: the library has room for `count` bytes.
        unsafe bytes[start..<(start + length)].withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe target.update(from: first, count: length)
        }
        position += length
        return Int32(length)
    }

    private func seek(_ offset: Int64, from origin: Int32) -> Int64 {
        if origin == cav_seek_size() { return Int64(bytes.count) }
        let base: Int? =
            switch origin {
            case SEEK_SET: 0
            case SEEK_CUR: position
            case SEEK_END: bytes.count
            default: nil
            }
        guard let base, let place = Int(exactly: offset),
            case let (target, overflows) = base.addingReportingOverflow(place), !overflows,
            (0...bytes.count).contains(target)
        else { return -1 }
        position = target
        return Int64(target)
    }
}
#endif
