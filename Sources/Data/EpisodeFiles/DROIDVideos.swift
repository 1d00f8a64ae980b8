internal import Episodes
internal import Foundation

/// The videos that DROID's recorder puts beside a trajectory: `recordings/MP4/SERIAL.mp4`, a frame a step.
struct DROIDVideos {
    /// A camera's video.
    private struct Recording {
        let serial: String
        let url: URL
    }

    private let folder: URL
    private let recordings: [Recording]

    /// Where videos lie below an episode's folder.
    private static let place = "recordings/MP4"
    /// Both eyes of a camera side by side: the other file has the left one.
    private static let stereo = "-stereo"
    /// What the type of a camera is recorded as.
    private static let types = "observation/camera_type/"

    /// Looks for videos in the folder of an episode.
    init(ofEpisodeIn folder: URL) {
        self.folder = folder
        // A folder that is not there has no videos.
        let names =
            (try? FileManager.default.contentsOfDirectory(
                atPath: folder.appending(path: Self.place).path)) ?? []
        recordings = names.sorted().compactMap { name in
            let url = folder.appending(path: "\(Self.place)/\(name)")
            let serial = url.deletingPathExtension().lastPathComponent
            guard url.pathExtension.lowercased() == "mp4", !serial.hasSuffix(Self.stereo),
                !name.hasPrefix("."), Self.isFile(url)
            else { return nil }
            return Recording(serial: serial, url: url)
        }
    }

    /// Whether there is any.
    var isEmpty: Bool { recordings.isEmpty }

    /// What is not read.
    func warnings(named name: String) -> [String] {
        let hasFolder = FileManager.default.fileExists(
            atPath: folder.appending(path: "recordings").path)
        guard hasFolder else { return [] }
        #if LeRobot
        return isEmpty
            ? ["\(name): recordings/ has no videos in \(Self.place); SVO files are not read"] : []
        #else
        return [
            "\(name): the videos in recordings/ are not read, because this program was built "
                + "without the package trait LeRobot; build it with scripts/build"
        ]
        #endif
    }

    /// Links could lead anywhere.
    private static func isFile(_ url: URL) -> Bool {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .isSymbolicLinkKey]
        guard let values = try? url.resourceValues(forKeys: keys) else { return false }
        return values.isRegularFile == true && values.isSymbolicLink != true
    }

    /// `wrist` for the camera of type 0, `exterior_1` and so on for others, in the order of their serial numbers; the
    /// serial number where no type was recorded.
    private func names(_ arrays: [String: EpisodeArray]) -> [String: String] {
        var names: [String: String] = [:]
        var exteriors = 0
        for recording in recordings {
            guard let type = arrays[Self.types + recording.serial]?.doubles().first else {
                names[recording.serial] = recording.serial
                continue
            }
            if type != 0 { exteriors += 1 }
            names[recording.serial] = type == 0 ? "wrist" : "exterior_\(exteriors)"
        }
        // Two wrists would be one camera.
        return Set(names.values).count == names.count ? names : [:]
    }
}

#if LeRobot
extension DROIDVideos {
    /// What the cameras saw, by name, at those of the `isKept.count` recorded steps that are kept.
    ///
    /// A video that does not have a frame for each step is left out with a warning: nobody knows which step its frames
    /// belong to.
    func pictures(
        _ arrays: [String: EpisodeArray], isKept: [Bool], label: String, byteLimit: Int,
        _ warnings: inout [String]
    ) throws(EpisodeRejection) -> [(name: String, pictures: CameraPictures)] {
        let names = names(arrays)
        var found: [(name: String, pictures: CameraPictures)] = []
        for recording in recordings {
            let name = names[recording.serial] ?? recording.serial
            let (video, times) = try open(recording, label)
            guard times.count == isKept.count else {
                warnings.append(
                    "\(label): the video of camera \(recording.serial) has \(times.count) "
                        + "frames for \(isKept.count) steps, and is left out"
                )
                continue
            }
            let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
            let kept = zip(times, isKept).filter(\.1).map(\.0)
            found.append(
                (
                    name,
                    try video.pictures(
                        named: "observation/videos/\(name)", at: kept,
                        tolerance: (gaps.min() ?? 1) / 4, label: label, byteLimit: byteLimit)
                ))
        }
        return found.sorted { $0.name < $1.name }
    }

    private func open(
        _ recording: Recording, _ label: String
    ) throws(EpisodeRejection) -> (video: RecordedVideo, times: [Double]) {
        do {
            let video = try RecordedVideo(path: recording.url.path)
            return (video, try video.frameTimes())
        } catch { throw RecordedVideo.rejection(label, recording.serial, error) }
    }
}
#endif
