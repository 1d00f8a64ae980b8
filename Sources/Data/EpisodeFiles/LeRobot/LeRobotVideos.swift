#if LeRobot
internal import Episodes
internal import Foundation
internal import JPEG
internal import Video

/// The videos of a dataset, of which one a camera is open.
struct LeRobotVideos {
    /// Quality of the JPEG files that frames are kept as.
    private static let quality = 95
    /// Larger frames are refused: 8192 x 8192.
    private static let pixelLimit = 1 << 26
    /// How far a frame may be from its step, as a share of the time between two.
    private static let toleranceShare = 0.25

    private let folder: LeRobotFolder
    private let info: LeRobotInfo
    private var open: [String: (path: String, video: VideoFile)] = [:]

    init(folder: LeRobotFolder, info: LeRobotInfo) {
        self.folder = folder
        self.info = info
    }

    /// The frames of an episode, one array of JPEG files a camera.
    ///
    /// `times` are the steps' seconds from the episode's start; by the frame rate where nil.
    mutating func pictures(
        of entry: LeRobotEntry, times: [Double]?, stepCount: Int, label: String, byteLimit: Int
    ) throws(EpisodeRejection) -> [EpisodeArray] {
        let seconds = times ?? (0..<stepCount).map { Double($0) / info.framesPerSecond }
        var arrays: [EpisodeArray] = []
        for (camera, clip) in entry.clips.sorted(by: { $0.key < $1.key }) {
            let files = try files(camera, clip, at: seconds, label)
            arrays.append(
                try PictureRows(files, name: camera, label: label, byteLimit: byteLimit).array)
        }
        return arrays
    }

    private mutating func files(
        _ camera: String, _ clip: LeRobotEntry.Clip, at seconds: [Double], _ label: String
    ) throws(EpisodeRejection) -> [[UInt8]] {
        do {
            let video = try video(of: camera, at: clip.path)
            var encoder = try JPEGEncoder()
            var pixels: [UInt8] = []
            return try seconds.map { second in
                let picture = try video.picture(
                    at: clip.start + second,
                    tolerance: Self.toleranceShare / info.framesPerSecond, into: &pixels)
                return try encoder.encode(
                    pixels.span, width: picture.width, height: picture.height,
                    quality: Self.quality, halvesColour: picture.hasHalvedColour)
            }
        } catch {
            throw EpisodeRejection(
                .frameMalformed,
                "\(label): a frame of \(camera) cannot be read: \(error); every step needs its "
                    + "own frame")
        }
    }

    private mutating func video(of camera: String, at path: String) throws -> VideoFile {
        if let open = open[camera], open.path == path { return open.video }
        open[camera] = nil
        let video = try VideoFile(
            readingFrom: try folder.file(at: path).path, pixelLimit: Self.pixelLimit)
        open[camera] = (path, video)
        return video
    }
}
#endif
