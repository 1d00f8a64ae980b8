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
    private var open: [String: (path: String, video: OpenVideo)] = [:]

    /// A file that clips are cut out of; it is decoded where they cannot be.
    private struct OpenVideo {
        let cutter: VideoCutter
        var file: VideoFile?
    }

    /// What a camera saw in one episode.
    struct Pictures {
        let array: EpisodeArray
        let encoding: Camera.Encoding
    }

    init(folder: LeRobotFolder, info: LeRobotInfo) {
        self.folder = folder
        self.info = info
    }

    /// The frames of an episode, one array a camera: the part of the video as it was encoded, or JPEG files where that part
    /// cannot be cut out.
    ///
    /// `times` are the steps' seconds from the episode's start; by the frame rate where nil.
    mutating func pictures(
        of entry: LeRobotEntry, times: [Double]?, stepCount: Int, label: String, byteLimit: Int
    ) throws(EpisodeRejection) -> [Pictures] {
        let seconds = times ?? (0..<stepCount).map { Double($0) / info.framesPerSecond }
        var cameras: [Pictures] = []
        for (camera, clip) in entry.clips.sorted(by: { $0.key < $1.key }) {
            let shown = seconds.map { clip.start + $0 }
            if let bytes = try cut(camera, clip.path, at: shown, label, byteLimit: byteLimit) {
                let array = EpisodeArray(
                    name: camera, elementType: .uint8, shape: [bytes.count], bytes: bytes)
                cameras.append(Pictures(array: array, encoding: .video))
            } else {
                let files = try files(camera, clip.path, at: shown, label)
                let rows = try PictureRows(
                    files, name: camera, label: label, byteLimit: byteLimit)
                cameras.append(Pictures(array: rows.array, encoding: .jpegRows))
            }
        }
        return cameras
    }

    /// The part of a video as it was encoded; nil where it must be encoded again.
    private mutating func cut(
        _ camera: String, _ path: String, at seconds: [Double], _ label: String, byteLimit: Int
    ) throws(EpisodeRejection) -> [UInt8]? {
        do {
            let video = try video(of: camera, at: path)
            guard
                let bytes = try video.cutter.clip(
                    at: seconds, tolerance: tolerance, byteLimit: byteLimit)
            else { return nil }
            let clip = try VideoClip(bytes: bytes[...], pixelLimit: Self.pixelLimit, usesThreads: true)
            guard clip.frameCount == seconds.count else { return nil }
            try clip.check()
            return bytes
        } catch let error as VideoError where error.code == .frameUnreadable {
            // Frames that need others than those of the clip; where they are damaged, decoding them says so.
            return nil
        } catch { throw Self.rejection(label, camera, error) }
    }

    private mutating func files(
        _ camera: String, _ path: String, at seconds: [Double], _ label: String
    ) throws(EpisodeRejection) -> [[UInt8]] {
        do {
            let file = try decodedVideo(of: camera, at: path)
            var encoder = try JPEGEncoder()
            var pixels: [UInt8] = []
            return try seconds.map { second in
                let picture = try file.picture(
                    at: second, tolerance: tolerance, into: &pixels)
                return try encoder.encode(
                    pixels.span, width: picture.width, height: picture.height,
                    quality: Self.quality, halvesColour: picture.hasHalvedColour)
            }
        } catch { throw Self.rejection(label, camera, error) }
    }

    private static func rejection(
        _ label: String, _ camera: String, _ error: any Error
    ) -> EpisodeRejection {
        EpisodeRejection(
            .frameMalformed,
            "\(label): a frame of \(camera) cannot be read: \(error); every step needs its "
                + "own frame")
    }

    /// Seconds that a frame may be from its step.
    private var tolerance: Double { Self.toleranceShare / info.framesPerSecond }

    private mutating func video(of camera: String, at path: String) throws -> OpenVideo {
        if let open = open[camera], open.path == path { return open.video }
        open[camera] = nil
        let video = OpenVideo(cutter: try VideoCutter(readingFrom: folder.file(at: path).path))
        open[camera] = (path, video)
        return video
    }

    private mutating func decodedVideo(of camera: String, at path: String) throws -> VideoFile {
        let video = try video(of: camera, at: path)
        if let file = video.file { return file }
        let file = try VideoFile(
            readingFrom: try folder.file(at: path).path, pixelLimit: Self.pixelLimit)
        open[camera] = (path, OpenVideo(cutter: video.cutter, file: file))
        return file
    }
}
#endif
