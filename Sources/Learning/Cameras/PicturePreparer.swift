private import JPEG
private import PNG
private import Tensors

/// Turns recorded frames into the network's input; use one on one thread at a time.
///
/// In order: decode, crop (training), resize to fit, colours (training), scale to [-1, 1], cut
/// into patches. Buffers are kept, so that nothing is allocated once every size has been seen.
package struct PicturePreparer: ~Copyable, Sendable {
    package let layout: PictureLayout

    private let jpeg: JPEGDecoder
    private var png = PNGDecoder()
    private var pixels: [UInt8] = []
    private var resizer = Resizer()
    private var square: [Float]

    /// - Throws: ``CameraError`` if libjpeg-turbo cannot be started.
    package init(layout: PictureLayout) throws(CameraError) {
        self.layout = layout
        do { jpeg = try JPEGDecoder() } catch {
            throw CameraError(frame: "every frame", reason: .jpeg(error))
        }
        square = Array(repeating: 0, count: layout.valueCount)
    }

    /// Writes the patches of `frame` to `values`, from `offset` on: patchCount x patchWidth.
    ///
    /// `name` says in errors which frame it was. Without `draw` nothing is changed at random.
    package mutating func prepare(
        _ frame: CameraFrame, named name: String, draw: Augmentation.Draw? = nil,
        into values: inout [Float], at offset: Int
    ) throws(CameraError) {
        let size = try decode(frame, named: name, share: draw?.share ?? 1)
        if frame.colourOrder == .blueFirst {
            Pictures.swapRedAndBlue(of: &pixels, pixelCount: size.width * size.height)
        }
        let window = Window(of: size, fit: layout.fit, side: layout.side, draw: draw)
        resizer.resize(pixels, size: size, window: window)
        if let draw {
            Pictures.jitterColours(
                of: &resizer.pixels, brightness: draw.brightness, contrast: draw.contrast,
                saturation: draw.saturation)
        }
        place(window)
        Pictures.patches(
            of: square, side: layout.side, patchSide: layout.patchSide, into: &values, at: offset)
    }

    /// Puts the resized picture in the middle of the square, black around it.
    private mutating func place(_ window: Window) {
        let side = layout.side
        let (left, top) = ((side - window.target.width) / 2, (side - window.target.height) / 2)
        if window.target.width * window.target.height < side * side {
            for index in square.indices { square[index] = 0 }
        }
        for row in 0..<window.target.height {
            let source = row * window.target.width * 3
            let target = ((top + row) * side + left) * 3
            for level in 0..<(window.target.width * 3) {
                square[target + level] = resizer.pixels[source + level]
            }
        }
    }

    private mutating func decode(
        _ frame: CameraFrame, named name: String, share: Double
    ) throws(CameraError) -> PictureSize {
        switch frame.encoding {
        case .jpeg:
            do {
                // Twice the wanted size is left for the antialiasing to work on.
                let minimum = Int((Double(2 * layout.side) / share).rounded(.up))
                let size = try jpeg.decode(
                    frame.bytes.span,
                    minimumSides: layout.fit == .pad ? (minimum, 1) : (minimum, minimum),
                    pixelLimit: layout.pixelLimit, into: &pixels)
                return PictureSize(width: size.width, height: size.height)
            } catch { throw CameraError(frame: name, reason: .jpeg(error)) }
        case .png:
            do {
                let size = try png.decode(
                    frame.bytes.span, pixelLimit: layout.pixelLimit, into: &pixels)
                return PictureSize(width: size.width, height: size.height)
            } catch { throw CameraError(frame: name, reason: .png(error)) }
        case .raw(let size):
            try copy(frame.bytes, size, named: name)
            return size
        }
    }

    private mutating func copy(
        _ bytes: ArraySlice<UInt8>, _ size: PictureSize, named name: String
    ) throws(CameraError) {
        let (count, overflows) = size.width.multipliedReportingOverflow(by: size.height)
        guard !overflows, count <= layout.pixelLimit else {
            throw CameraError(
                frame: name, reason: .tooManyPixels(size, limit: layout.pixelLimit))
        }
        guard size.width > 0, size.height > 0, bytes.count == count * 3 else {
            throw CameraError(
                frame: name, reason: .rawLength(size, byteCount: bytes.count))
        }
        pixels.replaceSubrange(0..<min(pixels.count, bytes.count), with: bytes)
    }
}
