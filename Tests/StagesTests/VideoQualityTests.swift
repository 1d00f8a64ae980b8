#if LeRobot
import Catalogue
import Foundation
import QualityFiltering
import TestSupport
import Testing

@Suite("Quality of cameras that were recorded as video", .serialized)
struct VideoQualityTests {
    private static func episode(_ video: String, phase: Double) throws -> MadeUpEpisode {
        var episode = MadeUpEpisode(phase: phase)
        episode.video = [UInt8](try Data(contentsOf: videoFile(video)))
        return episode
    }

    private static func messages(_ odd: MadeUpEpisode) throws -> [String] {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let clean = try (0..<12).map { try episode("moving", phase: Double($0) * 0.1) }
            _ = try bench.store(clean)
            let digest = try bench.store([odd])[0]
            let report = try bench.filter("gates: {H4: off}")
            return try bench.findings(report).filter { $0.episode == digest }.map(\.message)
        }
    }

    @Test("pictures that move are in order")
    func clean() throws {
        let messages = try Self.messages(try Self.episode("moving", phase: 4.01))
        #expect(!messages.contains { $0.contains("camera") }, "\(messages)")
    }

    @Test("a picture that stays is seen, though no two frames are the same bytes")
    func frozen() throws {
        let messages = try Self.messages(try Self.episode("frozen", phase: 4.01))
        #expect(
            messages.contains {
                $0.contains("H7 frozen channels: camera 'front' gives one picture for 1.7")
            }, "\(messages)")
    }

    @Test("a frame that is damaged is said to be, with its step")
    func damaged() throws {
        var odd = try Self.episode("moving", phase: 4.01)
        let place = (odd.video?.count ?? 0) / 2
        for byte in place..<(place + 3000) { odd.video?[byte] = 0xA5 }
        let messages = try Self.messages(odd)
        let found = messages.first { $0.contains("H5 stream agreement: camera 'front'") }
        #expect(found?.contains("has no picture at step") == true, "\(messages)")
    }

    @Test(
        "PNG files are pictures as JPEG files are",
        arguments: [("scene.png", true), ("scene.jpg", true), ("scene.jpg.rgb", false)])
    func files(name: String, isPicture: Bool) throws {
        var odd = MadeUpEpisode(phase: 4.01)
        odd.pictureFile = [UInt8](try Data(contentsOf: pictureFile(name)))
        let messages = try Self.messages(odd)
        #expect(messages.contains { $0.contains("H5 stream agreement") } != isPicture)
        #expect(messages.contains { $0.contains("H7 frozen channels: camera") })
    }

    @Test("a video with fewer frames than the episode has steps is refused")
    func short() throws {
        let messages = try Self.messages(try Self.episode("nine", phase: 4.01))
        #expect(messages.contains { $0.contains("H5 stream agreement: camera 'front'") })
    }
}
#endif
