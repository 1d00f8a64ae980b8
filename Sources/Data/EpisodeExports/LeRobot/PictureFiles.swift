#if LeRobot
internal import Cameras
internal import EpisodeStore
internal import Episodes
internal import JPEG
internal import PNG

/// What a camera saw in one episode, as the video that it was recorded as.
struct VideoPictures {
    /// An MP4 file.
    let file: [UInt8]
    let size: PictureSize
    /// Of red, green and blue in a few of the frames.
    let moments: [Moments]

    init(_ camera: Camera, of item: EpisodeToExport) throws {
        var decoder = PictureDecoder()
        var counts = LevelCounts(stepCount: item.metadata.stepCount)
        var size = PictureSize(width: 0, height: 0)
        for step in counts.steps.sorted() {
            let (found, pixels) = try decoder.decode(
                try item.episode.frame(of: camera, step: step),
                named: "camera \(camera.name) of \(item.name), step \(step)")
            size = found
            counts.add(pixels)
        }
        file = item.episode.array(named: camera.array)?.bytes ?? []
        self.size = size
        moments = counts.moments
    }
}

/// How often each level of red, green and blue is there in a few pictures of an episode.
private struct LevelCounts {
    /// The steps of those pictures.
    let steps: Set<Int>
    private var levels = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 3)
    private static let count = 10

    init(stepCount: Int) {
        steps = Set((0..<Self.count).map { $0 * stepCount / Self.count })
    }

    var moments: [Moments] { levels.map(Moments.init(levels:)) }

    mutating func add(_ pixels: ArraySlice<UInt8>) {
        for (index, level) in pixels.enumerated() { levels[index % 3][Int(level)] += 1 }
    }
}

/// A camera's pictures in one episode, as one file a step.
///
/// JPEG and PNG files stay as they were recorded. Raw pictures become PNG, which loses nothing. JPEG files
/// with red and blue swapped are made again with colours in their places, and frames of videos become JPEG: as
/// PNG they would be ten times the size.
struct PictureFiles {
    private(set) var files: [[UInt8]] = []
    let size: PictureSize
    /// Of red, green and blue in a few of the pictures.
    let moments: [Moments]

    private static let quality = 95

    init(_ camera: Camera, of item: EpisodeToExport) throws {
        let count = item.metadata.stepCount
        var decoder = PictureDecoder()
        var png = PNGEncoder()
        var jpeg = try JPEGEncoder()
        var counts = LevelCounts(stepCount: count)
        var first: PictureSize?
        for step in 0..<count {
            let name = "camera \(camera.name) of \(item.name), step \(step)"
            let frame = try item.episode.frame(of: camera, step: step)
            let isCopied = frame.isFile && frame.colourOrder == .redFirst
            if isCopied { files.append(frame.bytes.withoutPadding) }
            guard !isCopied || counts.steps.contains(step) else { continue }
            let (size, pixels) = try decoder.decode(frame, named: name)
            try Self.check(size, first ?? size, name)
            first = size
            if !isCopied {
                files.append(
                    frame.isRaw
                        ? try png.encode(pixels, width: size.width, height: size.height)
                        : try jpeg.encode(
                            pixels.span, width: size.width, height: size.height,
                            quality: Self.quality, halvesColour: !frame.isFile))
            }
            if counts.steps.contains(step) { counts.add(pixels) }
        }
        size = first ?? PictureSize(width: 0, height: 0)
        moments = counts.moments
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
}

extension CameraFrame {
    /// Whether the bytes are a picture's file.
    fileprivate var isFile: Bool {
        switch encoding {
        case .jpeg, .png: true
        case .raw, .video: false
        }
    }

    /// Whether the bytes are levels.
    fileprivate var isRaw: Bool {
        if case .raw = encoding { true } else { false }
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
