#if LeRobot
import Batching
import Digests
import EpisodeStore
import Episodes
import Foundation
import TestSupport
import Testing

@Suite("Pictures for training")
struct PictureColumnsTests {
    /// Twelve steps of an arm whose camera is a video.
    private static func episode() throws -> Episode {
        let video = [UInt8](try Data(contentsOf: videoFile("twelve")))
        let numbers = (0..<24).map { Float($0) }.withUnsafeBytes { Array($0) }
        let robot = Embodiment(
            name: "arm", state: [.init(array: "state", width: 2)], actionWidth: 2,
            controlRateHertz: 15)
        let metadata = EpisodeMetadata(
            instruction: "wave", embodiment: robot, outcome: .success, outcomeSource: .attribute,
            stepCount: 12, actionArray: "actions",
            cameras: [Camera(name: "eye", array: "eye", encoding: .video)],
            sourceFormat: "made-up", sourceEpisode: "one")
        return Episode(
            metadata: metadata,
            arrays: [
                EpisodeArray(name: "state", elementType: .float32, shape: [12, 2], bytes: numbers),
                EpisodeArray(
                    name: "actions", elementType: .float32, shape: [12, 2], bytes: numbers),
                EpisodeArray(
                    name: "eye", elementType: .uint8, shape: [video.count], bytes: video),
            ])
    }

    @Test("are a video's frames, each at its step")
    func video() throws {
        try withTemporaryDirectory { folder in
            let episode = try Self.episode()
            var writer = try ExperienceColumnsWriter(
                at: folder.appending(path: "columns"), embodiments: [episode.metadata.embodiment],
                pictures: PictureColumnsWriter(
                    at: folder.appending(path: "pictures"), side: 8, cameras: [["eye"]]))
            _ = try writer.add(episode, digest: Digest.of("one"))
            let columns = writer.finish()
            let pictures = try #require(columns.pictures)
            var reader = PictureReader(pictures, patchSide: 4)
            let shape = ObservationShape(
                historyLength: 1, stateWidth: 2, cameraCount: 1, patchCount: 4, patchColumns: 48)
            var batch = ObservationBatch(count: 1, shape: shape)
            for step in [0, 11, 5, 6] {
                try reader.fill(&batch, sample: 0, from: columns.episodes[0], step: step)
                #expect(batch.hasPicture == [true])
                // Tests/Fixtures/videos/make.py: limited range of video, 16 to 235, becomes -1 to 1.
                let expected = (Float(20 + 12 * step) - 16) / 219 * 2 - 1
                #expect(batch.patches.allSatisfy { abs($0 - expected) < 0.02 }, "step \(step)")
            }
        }
    }
}
#endif
