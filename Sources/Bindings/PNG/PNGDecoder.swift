internal import CPNG

/// Decodes PNG pictures to red, green and blue, 8 bits each; use one on one thread at a time.
package struct PNGDecoder: Sendable {
    /// Red, green, blue and opacity of pictures that have the latter.
    private var withOpacity: [UInt8] = []

    package init() {}

    /// Decodes a whole file into the start of `pixels`: height x width x 3, red first.
    ///
    /// Grey and palettes become red, green and blue. A picture with an opacity channel is decoded
    /// if it is opaque throughout. `pixels` grows where it is too small and never shrinks. Bytes
    /// after the end of the picture are ignored.
    package mutating func decode(
        _ file: Span<UInt8>, pixelLimit: Int, into pixels: inout [UInt8]
    ) throws(PNGError) -> (width: Int, height: Int) {
        let length = try PNGChunks.checkedLength(file)
        var image = unsafe png_image()
        unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
        // Sound: frees what libpng has allocated for `image`, on every way out, once.
        defer { unsafe png_image_free(&image) }
        // Sound: libpng keeps the address until the picture is read, inside this closure.
        let failure = unsafe file.withUnsafeBufferPointer { source -> PNGError? in
            guard unsafe png_image_begin_read_from_memory(&image, source.baseAddress, length) != 0
            else {
                return PNGError(.headerUnreadable, "\(length) bytes: \(unsafe Self.message(image))")
            }
            if let refusal = unsafe Self.refusal(image, pixelLimit: pixelLimit) { return refusal }
            return unsafe read(&image, into: &pixels)
        }
        if let failure { throw failure }
        return unsafe (Int(image.width), Int(image.height))
    }

    private static func refusal(_ image: png_image, pixelLimit: Int) -> PNGError? {
        let (width, height) = unsafe (Int(image.width), Int(image.height))
        guard width * height <= pixelLimit else {
            return PNGError(
                .tooManyPixels,
                "the header states \(width) x \(height) pixels, the limit is \(pixelLimit)")
        }
        guard unsafe image.format & UInt32(PNG_FORMAT_FLAG_LINEAR) == 0 else {
            return PNGError(
                .sixteenBitsUnsupported,
                "\(width) x \(height) pixels of 16 bits a channel, expected 8; "
                    + "a depth map is not a camera's picture")
        }
        return nil
    }

    private mutating func read(_ image: inout png_image, into pixels: inout [UInt8]) -> PNGError? {
        let pixelCount = unsafe Int(image.width) * Int(image.height)
        if pixels.count < pixelCount * 3 {
            pixels.append(contentsOf: repeatElement(0, count: pixelCount * 3 - pixels.count))
        }
        let rgb = UInt32(PNG_FORMAT_FLAG_COLOR)
        guard unsafe image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0 else {
            return unsafe Self.finish(&image, format: rgb, into: &pixels)
        }
        if withOpacity.count < pixelCount * 4 {
            withOpacity = Array(repeating: 0, count: pixelCount * 4)
        }
        let rgba = rgb | UInt32(PNG_FORMAT_FLAG_ALPHA)
        if let failure = unsafe Self.finish(&image, format: rgba, into: &withOpacity) {
            return failure
        }
        for pixel in 0..<pixelCount {
            guard withOpacity[pixel * 4 + 3] == 255 else {
                return PNGError(
                    .transparencyUnsupported,
                    "pixel \(pixel) has opacity \(withOpacity[pixel * 4 + 3]) of 255; "
                        + "a camera's picture is opaque: record it without an opacity channel")
            }
            for channel in 0..<3 { pixels[pixel * 3 + channel] = withOpacity[pixel * 4 + channel] }
        }
        return nil
    }

    private static func finish(
        _ image: inout png_image, format: UInt32, into pixels: inout [UInt8]
    ) -> PNGError? {
        unsafe image.format = format
        // Sound: a row stride of 0 means rows side by side, and `pixels` holds all of them.
        let isRead = unsafe pixels.withUnsafeMutableBytes {
            unsafe png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) != 0
        }
        guard !isRead else { return nil }
        return PNGError(
            .pixelsUnreadable,
            "\(unsafe image.width) x \(unsafe image.height) pixels: \(unsafe message(image))")
    }

    /// libpng's words about a failure.
    static func message(_ image: png_image) -> String {
        var message = unsafe image.message
        // Sound: libpng ends the text with a zero within its 64 bytes.
        return unsafe withUnsafeBytes(of: &message) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
