private import Tensors

/// Turns recorded frames into the network's input; use one on one thread at a time.
///
/// In order: decode, crop (training), resize to fit, colours (training), scale to [-1, 1], cut
/// into patches. Buffers are kept, so that nothing is allocated once every size has been seen.
package struct PicturePreparer: ~Copyable, Sendable {
    package let layout: PictureLayout

    private let decoder: any FrameDecoding
    private var pixels: [UInt8] = []
    private var resizer = Resizer()
    private var square: [Float]

    /// Frames are decoded by `decoder`, which nobody else uses meanwhile.
    package init(layout: PictureLayout, decoder: any FrameDecoding) {
        self.layout = layout
        self.decoder = decoder
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
        // Twice the wanted size is left for the antialiasing to work on.
        let minimum = Int((Double(2 * layout.side) / share).rounded(.up))
        do {
            return try decoder.decode(
                frame, minimumSides: layout.fit == .pad ? (minimum, 1) : (minimum, minimum),
                pixelLimit: layout.pixelLimit, into: &pixels)
        } catch { throw CameraError(frame: name, reason: error) }
    }
}
