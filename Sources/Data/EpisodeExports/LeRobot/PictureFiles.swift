#if LeRobot
internal import Cameras
internal import EpisodeStore
internal import Episodes
internal import JPEG
internal import PNG

/// A camera's pictures in one episode, as one file a step.
///
/// JPEG and PNG files stay as they were recorded. Raw pictures become PNG, which loses nothing. JPEG files
/// with red and blue swapped are made again with colours in their places: as PNG they would be ten
/// times the size.
struct PictureFiles {
    private(set) var files: [[UInt8]] = []
    let size: PictureSize
    /// Of red, green and blue in a few of the pictures.
    let moments: [Moments]

    private static let quality = 95
    private static let sampleCount = 10

    init(_ camera: Camera, of item: EpisodeToExport) throws {
        let count = item.metadata.stepCount
        var decoder = PictureDecoder()
        var png = PNGEncoder()
        var jpeg = try JPEGEncoder()
        var levels = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 3)
        let sampled = Set((0..<Self.sampleCount).map { $0 * count / Self.sampleCount })
        var first: PictureSize?
        for step in 0..<count {
            let name = "camera \(camera.name) of \(item.name), step \(step)"
            let frame = try item.episode.frame(of: camera, step: step)
            let isCopied = frame.isFile && frame.colourOrder == .redFirst
            if isCopied { files.append(frame.bytes.withoutPadding) }
            guard !isCopied || sampled.contains(step) else { continue }
            let (size, pixels) = try decoder.decode(frame, named: name)
            try Self.check(size, first ?? size, name)
            first = size
            if !isCopied {
                files.append(
                    frame.isFile
                        ? try jpeg.encode(
                            pixels.span, width: size.width, height: size.height,
                            quality: Self.quality, halvesColour: false)
                        : try png.encode(pixels, width: size.width, height: size.height))
            }
            if sampled.contains(step) { Self.count(pixels, into: &levels) }
        }
        size = first ?? PictureSize(width: 0, height: 0)
        moments = levels.map(Moments.init(levels:))
    }

    private static func check(
        _ size: PictureSize, _ first: PictureSize, _ name: String
    ) throws(ExportError) {
        guard size != first else { return }
        throw ExportError(
            .pictureSizesDiffer,
            "exporting \(name): it has \(size) pixels, pictures before it \(first)",
            next: "Withdraw the episode, or record it with pictures of one size.")
    }

    private static func count(_ pixels: ArraySlice<UInt8>, into levels: inout [[Int]]) {
        for (index, level) in pixels.enumerated() { levels[index % 3][Int(level)] += 1 }
    }
}

extension CameraFrame {
    /// Whether the bytes are a picture's file.
    fileprivate var isFile: Bool {
        if case .raw = encoding { false } else { true }
    }
}

extension ArraySlice<UInt8> {
    /// The file alone: rows are padded with zeros to one length, and neither JPEG nor PNG ends with one.
    fileprivate var withoutPadding: [UInt8] {
        guard let last = lastIndex(where: { $0 != 0 }) else { return [] }
        return Array(self[...last])
    }
}
#endif
