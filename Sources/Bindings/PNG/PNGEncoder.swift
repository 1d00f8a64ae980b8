private import CPNG

/// Encodes pictures of red, green and blue, 8 bits each, as PNG: without any loss.
package struct PNGEncoder: Sendable {
    private var room: [UInt8] = []

    package init() {}

    /// The file of one picture: `pixels` are height x width x 3, red first.
    ///
    /// - Precondition: `pixels` has width x height x 3 bytes, at least one pixel.
    package mutating func encode(
        _ pixels: ArraySlice<UInt8>, width: Int, height: Int
    ) throws(PNGError) -> [UInt8] {
        precondition(
            pixels.count == width * height * 3 && !pixels.isEmpty,
            "\(pixels.count) bytes, \(width) x \(height)")
        // What deflate cannot compress grows by less than that; the rest is for headers and marks.
        let capacity = pixels.count + pixels.count / 16 + height + 65_536
        if room.count < capacity { room = [UInt8](repeating: 0, count: capacity) }
        var image = unsafe png_image()
        unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
        unsafe image.width = png_uint_32(width)
        unsafe image.height = png_uint_32(height)
        unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        // A robot's frames are many: a few bytes more, in a fraction of the time.
        unsafe image.flags = png_uint_32(PNG_IMAGE_FLAG_FAST)
        // Sound: frees what libpng has allocated for `image`, on every way out, once.
        defer { unsafe png_image_free(&image) }
        var length = png_alloc_size_t(room.count)
        // Sound: a row stride of 0 means rows side by side; at most `length` bytes are written.
        let isWritten = unsafe pixels.withUnsafeBytes { source in
            unsafe room.withUnsafeMutableBytes { target in
                unsafe png_image_write_to_memory(
                    &image, target.baseAddress, &length, 0, source.baseAddress, 0, nil) != 0
            }
        }
        guard isWritten else {
            throw PNGError(
                .unencodable, "\(width) x \(height) pixels: \(unsafe PNGDecoder.message(image))")
        }
        return Array(room.prefix(Int(length)))
    }
}
