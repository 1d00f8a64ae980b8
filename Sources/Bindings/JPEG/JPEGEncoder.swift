private import CJPEG

/// Encodes pictures of red, green and blue, 8 bits each, as JPEG files; use one on one thread at a time.
@safe package struct JPEGEncoder: ~Copyable, @unchecked Sendable {
    // Sendable because the one owner moves, and the library ties no encoder to a thread.
    // Sound: made by init, destroyed by deinit, never handed out.
    private let handle: UnsafeMutableRawPointer
    private var room: [UInt8] = []

    package init() throws(JPEGError) {
        guard let handle = unsafe tjInitCompress() else {
            throw JPEGError(
                .encoderUnavailable,
                "libjpeg-turbo gave no encoder: \(unsafe String(cString: tjGetErrorStr2(nil)))")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { _ = unsafe tjDestroy(handle) }

    /// The file of one picture: `pixels` are height x width x 3, red first.
    ///
    /// `quality` is 1 to 100. Colour is kept at half the resolution in both directions where
    /// `halvesColour`, as nearly all videos and cameras do themselves.
    ///
    /// - Precondition: `pixels` has width x height x 3 bytes.
    package mutating func encode(
        _ pixels: Span<UInt8>, width: Int, height: Int, quality: Int, halvesColour: Bool
    ) throws(JPEGError) -> [UInt8] {
        precondition(
            pixels.count == width * height * 3, "\(pixels.count) bytes, \(width) x \(height)")
        let sampling = Int32((halvesColour ? TJSAMP_420 : TJSAMP_444).rawValue)
        let capacity = Int(tjBufSize(Int32(width), Int32(height), sampling))
        if room.count < capacity { room = [UInt8](repeating: 0, count: capacity) }
        var length = UInt(room.count)
        // Sound: reads width x height x 3 bytes, and writes at most what tjBufSize says is needed.
        let status = unsafe pixels.withUnsafeBufferPointer { source in
            unsafe room.withUnsafeMutableBufferPointer { target in
                var start = target.baseAddress
                return unsafe tjCompress2(
                    handle, source.baseAddress, Int32(width), 0, Int32(height),
                    Int32(TJPF_RGB.rawValue), &start, &length, sampling, Int32(quality),
                    TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
            }
        }
        guard status == 0 else {
            throw JPEGError(
                .pictureUnencodable,
                "\(width) x \(height) pixels: \(unsafe String(cString: tjGetErrorStr2(handle)))")
        }
        return Array(room.prefix(Int(length)))
    }
}
