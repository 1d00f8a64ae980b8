import Digests
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import TestSupport
import Testing

@Suite("IsaacLab, LIBERO and DROID files") struct OthersTests {
    @Test("IsaacLab: success is an enum, numbers have gaps, a wrong total refuses nothing")
    func isaacLab() throws {
        let reading = try Reading("isaaclab-dataset")
        #expect(reading.rejected.isEmpty)
        #expect(
            reading.accepted.map(\.metadata.sourceEpisode)
                == ["demo_0", "demo_1", "demo_2", "demo_10"])
        let failed = try reading.episode("demo_1").metadata
        #expect(failed.outcome == .failure && failed.outcomeSource == .attribute)
        let episode = try reading.episode("demo_10")
        #expect(episode.metadata.outcome == .success && episode.metadata.stepCount == 9)
        #expect(episode.metadata.sourceFormat == "isaaclab")
        #expect(episode.metadata.instruction == "Isaac-Stack-Cube-Franka-IK-Rel-v0")
        #expect(episode.metadata.embodiment.name.hasPrefix("isaaclab-s9a7"))
        #expect(
            episode.metadata.embodiment.state.map(\.array)
                == ["obs/eef_pos", "obs/eef_quat", "obs/gripper_pos"])
        // What is nested is kept, whatever its rows.
        #expect(
            episode.array(named: "initial_state/articulation/robot/root_pose")?.shape == [1, 7])
        #expect(
            episode.array(named: "obs/datagen_info/subtask_term_signals/grasp_1")?.elementType
                == .bool)
    }

    @Test("IsaacLab: episodes that a second file has under other numbers are the same")
    func renumbered() throws {
        func digests(_ name: String) throws -> [String: String] {
            Dictionary(
                try Reading(name).accepted.map {
                    ($0.metadata.sourceEpisode, EpisodeDigest.digest(of: $0).hex)
                }, uniquingKeysWith: { first, _ in first })
        }
        let (first, second) = (try digests("isaaclab-dataset"), try digests("isaaclab-annotated"))
        #expect(first["demo_10"] == second["demo_2"] && first["demo_2"] == second["demo_3"])
        #expect(Set(first.values) == Set(second.values) && Set(first.values).count == 4)
    }

    @Test("LIBERO: the instruction is in JSON, and the report says what its rewards mean")
    func libero() throws {
        let reading = try Reading("libero")
        #expect(reading.rejected.isEmpty && reading.accepted.count == 2)
        let metadata = try reading.episode("demo_1").metadata
        #expect(metadata.sourceFormat == "libero" && metadata.instruction == "turn on the stove")
        #expect(metadata.outcome == .success && metadata.outcomeSource == .terminalReward)
        #expect(metadata.embodiment.controlRateHertz == 20)
        #expect(metadata.embodiment.name.hasPrefix("robosuite-panda"))
        #expect(metadata.cameras.map(\.name) == ["agentview_rgb", "eye_in_hand_rgb"])
        #expect(reading.warnings.contains { $0.contains("keeps only those that succeed") })
        #expect(reading.warnings.contains { $0.contains("upside down") })
    }

    @Test("DROID: commands side by side, a clock in seconds, an outcome from the attributes")
    func droid() throws {
        let reading = try Reading("droid-failure")
        let episode = try #require(reading.accepted.first)
        let metadata = episode.metadata
        #expect(metadata.sourceFormat == "droid" && metadata.stepCount == 9)
        #expect(metadata.instruction == "lift the red cube" && metadata.isDemonstration)
        #expect(metadata.outcome == .failure && metadata.outcomeSource == .attribute)
        #expect(metadata.embodiment.actionWidth == 8 && metadata.embodiment.stateWidth == 14)
        #expect(metadata.embodiment.controlRateHertz == 15)
        #expect(metadata.provenance.robot == "panda-0" && metadata.provenance.site == nil)
        #expect(metadata.provenance.recordedAt == "2026-01-03T10:02:00")
        let actions = try episode.actionMatrix()
        // The gripper's commands are step / steps in the fixture.
        let gripper = stride(from: 7, to: actions.count, by: 8).map { actions[$0] }
        #expect(gripper == (0..<9).map { Float($0) / 9 })
        let velocities = try #require(episode.array(named: "action/joint_velocity")).floats()
        #expect(Array(actions[8..<15]) == Array(velocities[7..<14]))
        #expect(try #require(episode.array(named: "timestamps")).doubles()[2] == 0.132)
    }

    @Test("DROID: steps that are marked to be skipped are left out of every array")
    func skips() throws {
        let reading = try Reading("droid-skips")
        let episode = try #require(reading.accepted.first)
        #expect(episode.metadata.stepCount == 9 && episode.metadata.outcome == .success)
        #expect(reading.warnings.contains { $0.contains("3 of 12 steps are marked skip_action") })
        #expect(episode.arrays.allSatisfy { $0.shape[0] == 9 })
        let gripper = try #require(episode.array(named: "action/gripper_position")).floats()
        #expect(gripper == [2, 3, 4, 5, 6, 8, 9, 10, 11].map { Float($0) / 12 })
    }

    @Test("DROID: messages name the episode, because every file has the same name")
    func names() throws {
        try withTemporaryDirectory { folder in
            let episode = folder.appending(path: "Thu_Jan__1", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: episode, withIntermediateDirectories: true)
            let file = episode.appending(path: "trajectory.h5")
            try FileManager.default.copyItem(at: recording("droid-skips"), to: file)
            let reading = try Reading(of: file)
            #expect(reading.warnings.contains { $0.hasPrefix("Thu_Jan__1/trajectory.h5: 3 of 12") })
        }
    }
}
