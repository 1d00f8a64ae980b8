private import CJPEG

/// Decodes JPEG pictures to red, green and blue, 8 bits each; use one on one thread at a time.
@safe package struct JPEGDecoder: ~Copyable, @unchecked Sendable {
    // Sendable because the one owner moves, and the library ties no decoder to a thread.
    // Sound: made by init, destroyed by deinit, never handed out.
    private let handle: UnsafeMutableRawPointer

    package init() throws(JPEGError) {
        guard let handle = unsafe tjInitDecompress() else {
            throw JPEGError(
                .decoderUnavailable,
                "libjpeg-turbo gave no decoder: \(unsafe String(cString: tjGetErrorStr2(nil)))")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { _ = unsafe tjDestroy(handle) }

    /// Decodes a whole file into the start of `pixels`: height x width x 3, red first.
    ///
    /// The picture is halved, quartered or divided by eight while it is decoded (which saves most
    /// of the work) as long as its longer and its shorter side stay as long as `minimumSides` says;
    /// nil decodes in full. `pixels` grows where it is too small and never shrinks. Bytes after the
    /// end of the picture, as in rows padded to one length, are ignored. A picture that ends early
    /// or whose bits make no sense is an error, where libjpeg alone would only warn.
    package func decode(
        _ file: Span<UInt8>, minimumSides: (longer: Int, shorter: Int)? = nil,
        pixelLimit: Int,
        into pixels: inout [UInt8]
    ) throws(JPEGError) -> (width: Int, height: Int) {
        let full = try size(of: file, pixelLimit: pixelLimit)
        let size = minimumSides.map { Self.reduced(full, minimum: $0) } ?? full
        let byteCount = size.width * size.height * 3
        if pixels.count < byteCount {
            pixels.append(contentsOf: repeatElement(0, count: byteCount - pixels.count))
        }
        // Sound: the library reads `file.count` bytes and writes rows of width x 3 bytes, height
        // times at most, because it picks a scale whose result is not larger than asked for.
        let status = unsafe file.withUnsafeBufferPointer { source in
            unsafe pixels.withUnsafeMutableBufferPointer { target in
                unsafe tjDecompress2(
                    handle, source.baseAddress, UInt(source.count), target.baseAddress,
                    Int32(size.width), 0, Int32(size.height), Int32(TJPF_RGB.rawValue),
                    TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
            }
        }
        guard status == 0 else {
            throw JPEGError(
                .pixelsUnreadable,
                "\(full.width) x \(full.height) pixels in \(file.count) bytes: \(lastMessage); "
                    + "the file is damaged or cut short")
        }
        return size
    }

    /// The size that the header states, after checking it and the colour space.
    private func size(
        of file: Span<UInt8>, pixelLimit: Int
    ) throws(JPEGError) -> (width: Int, height: Int) {
        var width: Int32 = 0
        var height: Int32 = 0
        var subsampling: Int32 = 0
        var colourSpace: Int32 = 0
        // Sound: the library reads `file.count` bytes and writes the four numbers.
        let status = unsafe file.withUnsafeBufferPointer { source in
            unsafe tjDecompressHeader3(
                handle, source.baseAddress, UInt(source.count), &width, &height, &subsampling,
                &colourSpace)
        }
        guard status == 0, width > 0, height > 0 else {
            throw JPEGError(
                .headerUnreadable,
                "\(file.count) bytes have no readable JPEG header: \(lastMessage)")
        }
        guard Int(width) * Int(height) <= pixelLimit else {
            throw JPEGError(
                .tooManyPixels,
                "the header states \(width) x \(height) pixels, the limit is \(pixelLimit)")
        }
        guard colourSpace != Int32(TJCS_CMYK.rawValue), colourSpace != Int32(TJCS_YCCK.rawValue)
        else {
            throw JPEGError(
                .colourSpaceUnsupported,
                "\(width) x \(height) pixels of four inks (CMYK), expected red, green and blue, "
                    + "or grey; convert it before recording")
        }
        return (Int(width), Int(height))
    }

    private var lastMessage: String { unsafe String(cString: tjGetErrorStr2(handle)) }

    /// The smallest of 1/8, 1/4, 1/2 and 1 whose sides, rounded up, reach `minimum`.
    private static func reduced(
        _ full: (width: Int, height: Int), minimum: (longer: Int, shorter: Int)
    ) -> (width: Int, height: Int) {
        for divisor in [8, 4, 2] {
            let width = (full.width + divisor - 1) / divisor
            let height = (full.height + divisor - 1) / divisor
            if max(width, height) >= minimum.longer, min(width, height) >= minimum.shorter {
                return (width, height)
            }
        }
        return full
    }
}
