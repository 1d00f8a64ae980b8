#if LeRobot
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import TestSupport
import Testing
import Video

@Suite("DROID's videos")
struct DROIDVideosTests {
    /// An episode as DROID's recorder leaves it: videos by name beside the trajectory.
    private func withEpisode(
        _ trajectory: String, videos: [String: String],
        _ body: (_ folder: URL, _ reading: Reading) throws -> Void
    ) throws {
        try withTemporaryDirectory { folder in
            let episode = folder.appending(path: "success/Fri_Jul__7", directoryHint: .isDirectory)
            let target = episode.appending(path: "recordings/MP4", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: recording(trajectory), to: episode.appending(path: "trajectory.h5"))
            for (name, video) in videos {
                try FileManager.default.copyItem(
                    at: videoFile(video), to: target.appending(path: name))
            }
            #expect(EpisodeFileFormats.isRecording(folder: episode) == !videos.isEmpty)
            let source = videos.isEmpty ? episode.appending(path: "trajectory.h5") : episode
            try body(episode, try Reading(of: source))
        }
    }

    /// Tests/Fixtures/videos/make.py: limited range of video, 16 to 235, becomes 0 to 255.
    private static func grey(_ frame: Int) -> Int {
        Int((Double(20 + 12 * frame - 16) * 255 / 219).rounded())
    }

    @Test("are kept as they were encoded, under the names of their cameras")
    func cameras() throws {
        let videos = [
            "11.mp4": "nine", "17.mp4": "nine", "23.mp4": "nine", "23-stereo.mp4": "twelve",
        ]
        try withEpisode("droid-cameras", videos: videos) { _, reading in
            #expect(reading.warnings.isEmpty)
            let episode = try reading.episode("Fri_Jul__7")
            let cameras = episode.metadata.cameras
            #expect(cameras.map(\.name) == ["exterior_1", "exterior_2", "wrist"])
            #expect(cameras.allSatisfy { $0.encoding == .video })
            let bytes = try #require(episode.array(named: "observation/videos/wrist")).bytes
            let clip = try VideoClip(bytes: bytes[...], pixelLimit: 1 << 20)
            #expect(clip.frameCount == 9)
            var pixels: [UInt8] = []
            for frame in [8, 0, 5] {
                _ = try clip.picture(frame, into: &pixels)
                #expect(pixels.allSatisfy { abs(Int($0) - Self.grey(frame)) <= 1 })
            }
        }
    }

    @Test("lose the frames of steps that are left out")
    func skips() throws {
        try withEpisode("droid-skips", videos: ["8.mp4": "twelve"]) { _, reading in
            let episode = try reading.episode("Fri_Jul__7")
            let camera = try #require(episode.metadata.cameras.first)
            #expect(camera.name == "8" && camera.encoding == .jpegRows)
            #expect(try #require(episode.array(named: camera.array)).shape.first == 9)
            #expect(episode.metadata.stepCount == 9)
        }
    }

    @Test("are left out with a warning where nobody knows which frame belongs to which step")
    func mismatch() throws {
        try withEpisode("droid-failure", videos: ["8.mp4": "twelve", "9.mp4": "nine"]) {
            _, reading in
            let episode = try reading.episode("Fri_Jul__7")
            #expect(episode.metadata.cameras.map(\.name) == ["9"])
            #expect(reading.warnings.contains { $0.contains("camera 8 has 12 frames for 9 steps") })
        }
    }

    @Test("that are damaged refuse the episode")
    func damaged() throws {
        try withEpisode("droid-failure", videos: ["9.mp4": "nine"]) { folder, _ in
            let video = folder.appending(path: "recordings/MP4/9.mp4")
            try Data(contentsOf: video).prefix(900).write(to: video)
            let reading = try Reading(of: folder)
            #expect(reading.accepted.isEmpty)
            #expect(reading.rejected.map(\.code) == [.frameMalformed])
        }
    }

    @Test("are missed with a warning where there are none that can be read")
    func none() throws {
        try withEpisode("droid-failure", videos: [:]) { _, reading in
            #expect(reading.accepted.first?.metadata.cameras.isEmpty == true)
            #expect(reading.warnings.contains { $0.contains("SVO files are not read") })
        }
    }
}
#endif
