import EpisodeFiles
import Episodes
import Foundation
import TestSupport
import Testing

#if LeRobot
/// What Tests/Fixtures/lerobot/make.py says.
private enum Tiny {
    static let lengths = [6, 5, 7]

    static func actions(_ number: Int) -> [Float] {
        (0..<lengths[number]).flatMap { step in
            [Float(step - number) / 8, Float(step + number) / 16]
        }
    }

    /// `observation.environment_state` and `observation.state` side by side.
    static func states(_ number: Int) -> [Float] {
        (0..<lengths[number]).flatMap { step -> [Float] in
            let time = Float(step)
            let other = Float(number)
            return [
                time * 0.25, time - other, time + other, time * 0.5 - other, Float(step % 2),
            ]
        }
    }
}

@Suite("LeRobot datasets")
struct LeRobotTests {
    static let all = ["v21", "v30", "v21-state", "v30-state", "v30-pictures"]

    @Test("gives every number of every episode", arguments: all)
    func numbers(name: String) throws {
        let reading = try Reading(of: leRobotDataset(name))
        #expect(reading.rejected.isEmpty)
        #expect(reading.warnings.isEmpty)
        #expect(reading.accepted.map(\.metadata.stepCount) == Tiny.lengths)
        for (number, episode) in reading.accepted.enumerated() {
            #expect(try episode.actionMatrix() == Tiny.actions(number))
            #expect(try episode.stateMatrix() == Tiny.states(number))
            let times = try #require(try episode.timestamps())
            #expect(times == (0..<times.count).map { Double(Float(Double($0) / 10)) })
        }
    }

    @Test("gives tasks, outcomes, corrections and the robot", arguments: all)
    func metadata(name: String) throws {
        let reading = try Reading(of: leRobotDataset(name))
        let found = reading.accepted.map(\.metadata)
        #expect(found.map(\.instruction) == ["push the cup", "lift the lid", "push the cup"])
        // Episode 1 succeeds in its middle only, which is no success.
        #expect(found.map(\.outcome) == [.success, .failure, .success])
        #expect(found.allSatisfy { $0.embodiment.controlRateHertz == 10 })
        #expect(found.allSatisfy { $0.embodiment.name.hasPrefix("tiny-arm-s5a2-") })
        #expect(found.map(\.sourceEpisode) == ["episode_0", "episode_1", "episode_2"])
        let flags = try reading.accepted.map { try $0.interventions() }
        #expect(flags[2] == [false, false, false, true, true, false, false])
        #expect(!flags[0].contains(true) && !flags[1].contains(true))
    }

    @Test(
        "gives the same arrays from both versions",
        arguments: [("v21", "v30"), ("v21-state", "v30-state")])
    func versions(two: String, three: String) throws {
        let old = try Reading(of: leRobotDataset(two)).accepted
        let new = try Reading(of: leRobotDataset(three)).accepted
        #expect(old.map(\.arrays) == new.map(\.arrays))
        #expect(old.first?.array(named: "episode_index") == nil)
    }

    @Test("keeps pictures inside Parquet as the files they are")
    func pictures() throws {
        let episode = try Reading(of: leRobotDataset("v30-pictures")).episode("episode_2")
        let camera = try #require(episode.metadata.cameras.first)
        #expect(camera.name == "wrist")
        #expect(camera.encoding == .jpegRows)
        let array = try #require(episode.array(named: camera.array))
        #expect(array.shape.first == 7)
        for step in 0..<7 {
            let row = array.bytes[(step * array.rowWidth)...].prefix(array.rowWidth)
            #expect(row.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
    }

    @Test("refuses one bad episode alone")
    func badEpisode() throws {
        let reading = try Reading(of: leRobotDataset("bad-nan-action"))
        #expect(reading.accepted.map(\.metadata.sourceEpisode) == ["episode_0", "episode_2"])
        let rejection = try #require(reading.rejected.first)
        #expect(rejection.code == .valueNotFinite)
        #expect(rejection.description.contains("episode_1: action[3, 1] is NaN"))
    }

    @Test("refuses the episodes of a Parquet file that is cut off, and takes the others")
    func truncated() throws {
        try withDataset("v21-state") { dataset in
            let file = dataset.appending(path: "data/chunk-000/episode_000001.parquet")
            let bytes = try Data(contentsOf: file)
            try bytes.prefix(bytes.count / 2).write(to: file)
            let reading = try Reading(of: dataset)
            #expect(reading.accepted.count == 2)
            #expect(reading.rejected.map(\.code) == [.arrayUnreadable])
        }
    }

    @Test("survives a Parquet file with any byte changed", arguments: 0..<40)
    func flipped(part: Int) throws {
        try withDataset("v21-state") { dataset in
            let file = dataset.appending(path: "data/chunk-000/episode_000002.parquet")
            var bytes = try Data(contentsOf: file)
            let place = bytes.startIndex + part * (bytes.count - 1) / 39
            bytes[place] ^= 0xFF
            try bytes.write(to: file)
            let reading = try Reading(of: dataset)
            #expect(reading.accepted.count + reading.rejected.count == 3)
            #expect(reading.accepted.count >= 2)
        }
    }

    @Test("refuses an episode whose video ends early")
    func videoTooShort() throws {
        try withDataset("v21") { dataset in
            let videos = dataset.appending(path: "videos/chunk-000/observation.images.front")
            let short = videos.appending(path: "episode_000001.mp4")
            try FileManager.default.removeItem(at: videos.appending(path: "episode_000002.mp4"))
            try FileManager.default.copyItem(
                at: short, to: videos.appending(path: "episode_000002.mp4"))
            let reading = try Reading(of: dataset)
            #expect(reading.accepted.count == 2)
            let rejection = try #require(reading.rejected.first)
            #expect(rejection.code == .frameMalformed)
            #expect(rejection.description.contains("no frame is shown at 0.5 s"))
        }
    }

    @Test("refuses files outside the dataset, by path and by link")
    func outside() throws {
        try withDataset("v21-state") { dataset in
            let data = dataset.appending(path: "data/chunk-000/episode_000000.parquet")
            let elsewhere = dataset.deletingLastPathComponent().appending(path: "e.parquet")
            try FileManager.default.moveItem(at: data, to: elsewhere)
            try FileManager.default.createSymbolicLink(at: data, withDestinationURL: elsewhere)
            let reading = try Reading(of: dataset)
            #expect(reading.accepted.count == 2)
            #expect(reading.rejected.first?.description.contains("link out of the dataset") == true)
            try change(dataset, "data/chunk-{", to: "../chunk-{")
            #expect(throws: EpisodeFileError.self) { try Reading(of: dataset) }
        }
    }

    @Test("names the version that it does not know")
    func unknownVersion() throws {
        try withDataset("v30-state") { dataset in
            try change(dataset, "\"v3.0\"", to: "\"v9.0\"")
            let error = try #require(throws: EpisodeFileError.self) {
                try Reading(of: dataset)
            }
            #expect(error.code == .layoutUnknown)
            #expect(error.description.contains("\"v9.0\", expected v2.1 or v3.0"))
        }
    }

    /// A copy of a dataset that a test may spoil.
    private func withDataset(_ name: String, _ body: (URL) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            let copy = folder.appending(path: name, directoryHint: .isDirectory)
            try FileManager.default.copyItem(at: leRobotDataset(name), to: copy)
            try body(copy)
        }
    }

    private func change(_ dataset: URL, _ old: String, to new: String) throws {
        let file = dataset.appending(path: "meta/info.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing(old, with: new).write(to: file, atomically: true, encoding: .utf8)
    }
}
#else
@Suite("LeRobot datasets without the trait")
struct LeRobotTests {
    @Test("are recognised, and left with words about what is missing")
    func supportMissing() throws {
        let error = try #require(throws: EpisodeFileError.self) {
            try Reading(of: leRobotDataset("v30-state"))
        }
        #expect(error.code == .supportMissing)
        #expect(error.description.contains("built without LeRobot support"))
    }
}
#endif
