import EpisodeFiles
import Episodes
import Foundation
import TestSupport
import Testing

@Suite("robomimic files")
struct RobomimicTests {
    @Test(
        "hold the same episodes in every encoding",
        arguments: ["good", "gzip", "lzf", "fletcher32", "big-endian", "booleans", "cameras"])
    func encodings(name: String) throws {
        let reading = try Reading(name)
        #expect(reading.rejected.isEmpty)
        #expect(reading.accepted.count == 3)
        let numbers = name == "good" ? [0, 2, 10] : [0, 1, 2]
        for (number, episode) in zip(numbers, reading.accepted) {
            #expect(episode.metadata.sourceEpisode == "demo_\(number)")
            #expect(try episode.stateMatrix() == Expected.states(number))
            let actions = try episode.actionMatrix()
            for (found, expected) in zip(actions, Expected.actions(number)) {
                #expect(abs(found - expected) < 1e-6)  // another libm may round otherwise
            }
        }
    }

    @Test("are read in the order of their episodes' numbers")
    func order() throws {
        let names = try EpisodeFileFormats.open(recording("good")).episodeNames
        #expect(names == ["demo_0", "demo_2", "demo_10"])
    }

    @Test("keep element types, and turn big-endian bytes round")
    func types() throws {
        let big = try Reading("big-endian").episode("demo_0")
        let little = try Reading("gzip").episode("demo_0")
        #expect(big.arrays == little.arrays)
        let half = try Reading("half-precision").episode("demo_1")
        #expect(half.array(named: "actions")?.elementType == .float16)
        #expect(try half.stateMatrix() == Expected.states(1))
        let flags = try Reading("booleans").episode("demo_1")
        #expect(flags.array(named: "dones")?.elementType == .bool)
        #expect(flags.array(named: "dones")?.bytes == [0, 0, 0, 0, 0, 1])
        #expect(flags.array(named: "rewards")?.elementType == .uint8)
        #expect(try Reading("good").episode("demo_0").array(named: "dones")?.elementType == .int64)
    }

    @Test("say outcomes by attribute, then by mask, then by the last reward")
    func outcomes() throws {
        let reading = try Reading("good")
        let outcomes = reading.accepted.map { ($0.metadata.outcome, $0.metadata.outcomeSource) }
        #expect(outcomes[0] == (.success, .mask))
        #expect(outcomes[1] == (.failure, .attribute))
        #expect(outcomes[2] == (.failure, .mask))
        let plain = try Reading("gzip").episode("demo_0").metadata
        #expect(plain.outcome == .success)
        #expect(plain.outcomeSource == .terminalReward)
        let silent = try Reading("states-only").episode("demo_0").metadata
        #expect(silent.outcome == .unlabelled)
        #expect(silent.outcomeSource == .none)
    }

    @Test("of our own layout say everything about an episode")
    func nightshift() throws {
        let reading = try Reading("nightshift")
        let metadata = try reading.episode("demo_1").metadata
        #expect(metadata.sourceFormat == "nightshift")
        #expect(metadata.instruction == "push the puck to the goal")
        #expect(metadata.embodiment.name == "bench-arm")
        #expect(metadata.embodiment.controlRateHertz == 20)
        #expect(metadata.outcome == .failure)
        #expect(metadata.isDemonstration == false)
        #expect(metadata.interventionArray == "interventions")
        #expect(metadata.timestampArray == "timestamps")
        #expect(metadata.provenance.robot == "arm-01")
        #expect(metadata.provenance.site == "lab-a")
        #expect(metadata.provenance.operatorName == "operator-3")
        #expect(metadata.provenance.calibration == "c-17")
        #expect(metadata.provenance.licence == "Apache-2.0")
        #expect(metadata.provenance.recordedAt == "2026-03-02T08:00:00Z")
        let flags = try reading.episode("demo_1").interventions()
        #expect(flags == [false, false, true, true, false, false])
        #expect(try reading.episode("demo_0").metadata.isDemonstration)
        #expect(try reading.episode("demo_2").metadata.hasSafetyMark)
    }

    @Test("give the robot one name in all tasks, and another name for another layout")
    func embodiments() throws {
        let good = try Reading("good").episode("demo_0").metadata.embodiment
        let other = try Reading("duplicate").episode("demo_1").metadata.embodiment
        #expect(good == other)
        #expect(good.name.hasPrefix("metaworld-sawyer-s3a2-"))
        #expect(good.state.map(\.array) == ["obs/arm", "obs/gripper"])
        let states = try Reading("states-only").episode("demo_0").metadata.embodiment
        #expect(states.state == [Embodiment.Component(array: "states", width: 5)])
        #expect(states.name != good.name)
    }

    @Test("keep cameras, which are no part of the state")
    func cameras() throws {
        let episode = try Reading("cameras").episode("demo_1")
        #expect(
            episode.metadata.cameras == [
                Camera(name: "front_image", array: "obs/front_image", encoding: .raw)
            ])
        #expect(episode.metadata.embodiment.stateWidth == 3)
        let frames = try #require(episode.array(named: "obs/front_image"))
        #expect(frames.shape == [6, 4, 4, 3])
        #expect(frames.bytes[0..<3] == [1, 2, 3])
    }

    @Test("may link inside of the file")
    func softLink() throws {
        #expect(try Reading("soft-link").accepted.count == 3)
    }

    @Test(
        "that are odd are taken with a warning",
        arguments: [
            ("without-env-args", "env_args"), ("without-num-samples", "num_samples"),
            ("mask-dangling", "demo_77"), ("cycle", "loop"),
        ])
    func warnings(name: String, word: String) throws {
        let reading = try Reading(name)
        #expect(reading.accepted.count == 3)
        #expect(reading.warnings.count == 1)
        #expect(reading.warnings.first?.contains(word) == true)
        #expect(reading.warnings.first?.contains(name) == true)
    }

    @Test("with types that are not kept name each of them")
    func oddTypes() throws {
        let reading = try Reading("odd-types")
        #expect(reading.accepted.count == 3)
        for name in ["scalar", "pose", "words", "nothing"] {
            #expect(reading.warnings.contains { $0.contains("demo_0: \(name) is not kept") })
        }
    }
}
