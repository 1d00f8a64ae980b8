internal import Cameras
internal import PictureDecoding

/// Decodes recorded pictures one after the other; use one on one thread at a time.
struct PictureDecoder: ~Copyable {
    /// Larger pictures are refused: 8192 x 8192.
    private static let pixelLimit = 1 << 26

    private let decoder = ConfinedDecoder()
    /// Room for height x width x 3 levels, red first.
    private var room: [UInt8] = []

    init() {}

    /// The size of a picture, and its height x width x 3 levels, red first.
    ///
    /// - Throws: ``ExportError``.
    mutating func decode(
        _ frame: CameraFrame, named name: String
    ) throws(ExportError) -> (size: PictureSize, pixels: ArraySlice<UInt8>) {
        let size: PictureSize
        do {
            size = try decoder.decode(
                frame, minimumSides: nil, pixelLimit: Self.pixelLimit, into: &room)
        } catch {
            let problem = CameraError(frame: name, reason: error)
            throw ExportError(
                .pictureUnreadable, "exporting \(problem)",
                next: problem.isUnavailability
                    ? "Put decode-pictures there, and run the same command again."
                    : "Ask nightshift verify whether the store is damaged; withdraw the episode "
                        + "if it was recorded like this.")
        }
        let count = size.width * size.height * 3
        if frame.colourOrder == .blueFirst {
            for red in stride(from: 0, to: count, by: 3) { room.swapAt(red, red + 2) }
        }
        return (size, room[..<count])
    }
}
