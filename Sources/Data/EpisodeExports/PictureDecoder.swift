internal import Cameras
internal import JPEG
internal import PNG

/// Decodes recorded pictures one after the other; use one on one thread at a time.
struct PictureDecoder: ~Copyable {
    /// Larger pictures are refused: 8192 x 8192.
    private static let pixelLimit = 1 << 26

    private let jpeg: JPEGDecoder
    private var png = PNGDecoder()
    /// Room for height x width x 3 levels, red first.
    private var room: [UInt8] = []

    init() throws(ExportError) {
        do { jpeg = try JPEGDecoder() } catch {
            throw ExportError(
                .pictureUnreadable, "exporting pictures: \(error)",
                next: "Free some memory and run the same command again.")
        }
    }

    /// The size of a picture, and its height x width x 3 levels, red first.
    ///
    /// - Throws: ``ExportError``.
    mutating func decode(
        _ frame: CameraFrame, named name: String
    ) throws(ExportError) -> (size: PictureSize, pixels: ArraySlice<UInt8>) {
        let size: PictureSize
        do {
            switch frame.encoding {
            case .raw(let stated):
                size = stated
                room = Array(frame.bytes)
            case .jpeg:
                let (width, height) = try jpeg.decode(
                    frame.bytes.span, pixelLimit: Self.pixelLimit, into: &room)
                size = PictureSize(width: width, height: height)
            case .png:
                let (width, height) = try png.decode(
                    frame.bytes.span, pixelLimit: Self.pixelLimit, into: &room)
                size = PictureSize(width: width, height: height)
            }
        } catch {
            throw ExportError(
                .pictureUnreadable, "exporting \(name): \(error)",
                next: "Ask nightshift verify whether the store is damaged; withdraw the episode "
                    + "if it was recorded like this.")
        }
        let count = size.width * size.height * 3
        if frame.colourOrder == .blueFirst {
            for red in stride(from: 0, to: count, by: 3) { room.swapAt(red, red + 2) }
        }
        return (size, room[..<count])
    }
}
