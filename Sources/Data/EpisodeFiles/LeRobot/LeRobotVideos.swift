#if LeRobot
internal import Episodes
internal import Foundation

/// The videos of a dataset, of which one a camera is open.
struct LeRobotVideos {
    /// How far a frame may be from its step, as a share of the time between two.
    private static let toleranceShare = 0.25

    private let folder: LeRobotFolder
    private let info: LeRobotInfo
    private var open: [String: (path: String, video: RecordedVideo)] = [:]

    init(folder: LeRobotFolder, info: LeRobotInfo) {
        self.folder = folder
        self.info = info
    }

    /// What each camera saw in an episode.
    ///
    /// `times` are the steps' seconds from the episode's start; by the frame rate where nil.
    mutating func pictures(
        of entry: LeRobotEntry, times: [Double]?, stepCount: Int, label: String, byteLimit: Int
    ) throws(EpisodeRejection) -> [CameraPictures] {
        let seconds = times ?? (0..<stepCount).map { Double($0) / info.framesPerSecond }
        var cameras: [CameraPictures] = []
        for (camera, clip) in entry.clips.sorted(by: { $0.key < $1.key }) {
            cameras.append(
                try video(of: camera, at: clip.path, label).pictures(
                    named: camera, at: seconds.map { clip.start + $0 },
                    tolerance: Self.toleranceShare / info.framesPerSecond, label: label,
                    byteLimit: byteLimit))
        }
        return cameras
    }

    private mutating func video(
        of camera: String, at path: String, _ label: String
    ) throws(EpisodeRejection) -> RecordedVideo {
        if let open = open[camera], open.path == path { return open.video }
        open[camera] = nil
        do {
            let video = try RecordedVideo(path: folder.file(at: path).path)
            open[camera] = (path, video)
            return video
        } catch { throw RecordedVideo.rejection(label, camera, error) }
    }
}
#endif
