import Batching
import Catalogue
import Digests
import Episodes
import EpisodeStore
import FineTuning
import Foundation
import Policies
import StageRuns
import TestSupport
import Testing
import ValueLabelling

/// Experience with cameras, through the stages that learn from it.
@Suite("Learning from pictures", .serialized)
struct PictureStagesTests {
    private static let outcomes = (0..<16).map {
        $0.isMultiple(of: 2) ? Outcome.success : .failure
    }

    private static let settings = [
        "preset": "small", "conditioning": "success-only", "trainingSteps": "60",
        "batchSize": "16", "learningRateFromScratch": "0.001", "averageDecay": "0.9",
        // The goal is said by brightness, which must not change at random.
        "colourJitter": "0",
    ]

    @Test("a preset that looks at cameras learns what only they show")
    func fineTuning() throws {
        try withTemporaryDirectory { root in
            let policy = try FlowPolicy(checkpoint: Self.weights(at: root, Self.settings))
            #expect(policy.configuration.embodiments.map(\.cameras) == [["eye"]])
            // Far and near goals differ in the picture alone: the far one is approached faster.
            let speeds = try [0.2, 1].map { try Self.speed(of: policy, goal: $0) }
            #expect(speeds[1] > speeds[0] + 0.3, "\(speeds)")
        }
    }

    @Test("pictures that change at random change the same way each time")
    func determinism() throws {
        try withTemporaryDirectory { root in
            let short = Self.settings.merging(["trainingSteps": "4", "colourJitter": "1"]) { $1 }
            let once = try Self.weights(at: root.appending(path: "a"), short)
            #expect(try once == Self.weights(at: root.appending(path: "b"), short))
            let still = short.merging(["colourJitter": "0"]) { $1 }
            #expect(try once != Self.weights(at: root.appending(path: "c"), still))
        }
    }

    private static func weights(at root: URL, _ settings: [String: String]) throws -> [UInt8] {
        let bench = try LearningBench(at: root, outcomes: outcomes, hasPictures: true)
        let report = try bench.train(settings)
        let digest = try #require(report.outputs.first { $0.kind == "weights" }).digest
        return try ObjectStore(workspace: bench.workspace).read(digest)
    }

    @Test("value functions look at pictures too")
    func labelling() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(
                at: root, outcomes: Self.outcomes, hasPictures: true)
            let report = try bench.label([
                "preset": "small", "trainingSteps": "6", "batchSize": "16", "aurocFloor": "0",
            ])
            #expect(report.summary.labelledEpisodes == 16)
            #expect(report.summary.steps == 8 * 20 + 8 * 30)
        }
    }

    @Test("a preset without cameras leaves them out")
    func blind() throws {
        try withTemporaryDirectory { root in
            let policy = try FlowPolicy(
                checkpoint: Self.weights(at: root, ["conditioning": "none"]))
            #expect(policy.configuration.observationShape.cameraCount == 0)
        }
    }

    /// The mean first action at the start, with a picture that is as bright as the goal is far.
    private static func speed(of policy: FlowPolicy, goal: Float) throws -> Float {
        let shape = policy.configuration.observationShape
        var batch = ObservationBatch(count: 8, shape: shape)
        for index in batch.hasPicture.indices { batch.hasPicture[index] = true }
        // 24 x 20 pixels are padded to a square: 8 of 96 rows are black above and below.
        for index in batch.patches.indices {
            let patch = index / shape.patchColumns % shape.patchCount
            let row = patch / 6 * 16 + index % shape.patchColumns / 48
            batch.patches[index] = (8..<88).contains(row) ? 2 * goal - 1 : -1
        }
        let chunks = try policy.chunks(for: batch, indicator: .absent, noiseSeed: 1)
        return stride(from: 0, to: chunks.count, by: 16).reduce(0) { $0 + chunks[$1] } / 8
    }
}
