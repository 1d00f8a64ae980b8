import Catalogue
import Digests
import EpisodeStore
import Episodes
import FineTuning
import Foundation
import Policies
import Releases
import StageRuns
import TestSupport
import Testing
import ValueLabelling

/// 32 episodes, half of them successes.
private let mixed = (0..<32).map { $0.isMultiple(of: 2) ? Outcome.success : .failure }

@Suite("Labelling and fine-tuning")
struct LearningStagesTests {
    @Test("labels cover every step, and better than expected is what ends in success")
    func labels() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed + [.unlabelled])
            let report = try bench.label()
            #expect(report.summary.episodes == 33)
            #expect(report.summary.labelledEpisodes == 32)
            #expect(report.summary.steps == 16 * 20 + 17 * 30)
            #expect(try #require(report.summary.aurocAtHalf) > 0.9)
            let labels = try LabelSet(
                try #require(report.outputs.first { $0.kind == "label-set" }).digest,
                in: ObjectStore(workspace: bench.workspace))
            #expect(labels.offsets.count == 34)
            #expect(labels.offsets.last == report.summary.steps)
            var marks: [Int8] = []
            try labels.readIndicators(0..<report.summary.steps, into: &marks)
            #expect(marks.count { $0 == 1 } == report.summary.positiveSteps)
            #expect(marks.count { $0 == -1 } == 30)
        }
    }

    @Test("too few episodes of an outcome are refused with exit code 65 and what to do")
    func oneOutcome() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(
                at: root, outcomes: [Outcome](repeating: .success, count: 8))
            let error = #expect(throws: StageError.self) { try bench.label() }
            #expect(error?.exitCode == 65)
            #expect(error?.message.contains("0 episodes of outcome failure") == true)
        }
    }

    @Test("a value function below the floor labels nothing, and its report is there")
    func floor() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            // Learning hardly begins in one step, so that what it says is worth nothing.
            let error = #expect(throws: StageError.self) {
                try bench.label(["aurocFloor": "1.0", "learningRate": "1e-9"])
            }
            #expect(error?.exitCode == 65)
            #expect(error?.message.contains("aurocFloor") == true)
            let session = try StageSession(options: bench.options)
            #expect(
                try session.catalogue.latestSucceeded(stage: "label-with-value-function") == nil)
            let runs = FileManager.default.enumerator(atPath: session.workspace.runs.path)
            let names = (runs?.allObjects ?? []).compactMap { $0 as? String }
            #expect(names.contains { $0.hasSuffix("label-with-value-function/report.html") })
        }
    }

    @Test(
        "two workspaces give the same bytes by every conditioning",
        arguments: FineTuneConfiguration.Conditioning.allCases)
    func sameBytes(conditioning: FineTuneConfiguration.Conditioning) throws {
        let digests = try (0..<2).map { _ in
            try withTemporaryDirectory { root in
                let bench = try LearningBench(at: root, outcomes: mixed)
                _ = try bench.label()
                let summary = try bench.train(["conditioning": conditioning.rawValue]).summary
                return [summary.weights, summary.candidate]
            }
        }
        #expect(digests[0] == digests[1])
    }

    @Test("the same key is not worked on again")
    func reuse() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            let labels = try bench.label()
            let first = try bench.train()
            #expect(try bench.label().reused)
            let second = try bench.train()
            #expect(second.reused)
            #expect(second.summary == first.summary)
            #expect(!labels.reused && !first.reused)
        }
    }

    @Test("held-out episodes are counted, and a trained policy beats the mean chunk on them")
    func learning() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            let summary = try bench.train([
                "conditioning": "success-only", "trainingSteps": "400",
                "learningRateFromScratch": "3e-3",
            ]).summary
            #expect(summary.labelSet == nil)
            #expect(summary.trainingEpisodes + summary.heldOutEpisodes == 32)
            #expect(summary.heldOutErrors.episodes > 0)
            #expect(try #require(summary.heldOutErrors.improvement) > 0.3)
            let policy = try FlowPolicy(
                checkpoint: try ObjectStore(workspace: bench.workspace).read(summary.weights))
            #expect(policy.configuration.tasks.map(\.instruction) == ["reach the goal"])
        }
    }

    @Test("a training that was asked to end goes on to the bytes of an uninterrupted one")
    func resuming() async throws {
        try await withTemporaryDirectory { root in
            let settings = [
                "conditioning": "none", "trainingSteps": "300", "checkpointInterval": "10",
            ]
            let bench = try LearningBench(at: root.appending(path: "one"), outcomes: mixed)
            let path = bench.workspace.path
            await #expect(processExitsWith: .exitCode(75)) {
                [path = path as String, settings = settings as [String: String]] in
                let bench = LearningBench(existing: URL(filePath: path))
                stopWhenCheckpointed(in: URL(filePath: path))
                do {
                    _ = try bench.train(settings)
                } catch let error as StageError {
                    exit(error.exitCode)
                }
            }
            let resumed = try bench.train(settings).summary
            let other = try LearningBench(at: root.appending(path: "two"), outcomes: mixed)
            #expect(try other.train(settings).summary == resumed)
        }
    }

    @Test("fine-tune without labels says which stage to run")
    func noLabels() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            let error = #expect(throws: StageError.self) { try bench.train() }
            #expect(error?.exitCode == 65)
            #expect(error?.next.contains("label-with-value-function") == true)
        }
    }

    @Test("a base is a signed release that later fine-tunes start from, and no candidate")
    func base() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            let settings = ["conditioning": "none"]
            let fresh = try bench.train(settings).summary
            let base = try bench.train(settings, fromScratch: true)
            #expect(base.summary.base == nil)
            let session = try StageSession(options: bench.options)
            #expect(try session.catalogue.channel("base") == base.summary.candidate.hex)
            let key = try SigningKeyFile(workspace: bench.workspace).openOrCreate().publicKey
            let store = ReleaseStore(workspace: bench.workspace)
            let release = try store.verified(base.summary.candidate, key: key)
            #expect(release.manifest.snapshot == base.summary.snapshot)
            #expect(
                try ChannelLinks(workspace: bench.workspace).release(of: "base")
                    == base.summary.candidate)
            let newest = try #require(try session.catalogue.latestSucceeded(stage: "fine-tune"))
            #expect(try newest.output(ofKind: "candidate").digest == fresh.candidate)

            let tuned = try bench.train(settings).summary
            #expect(tuned.base == base.summary.candidate)
            #expect(try #require(tuned.finalLoss) < #require(fresh.finalLoss))
            #expect(try bench.train(settings, fromScratch: true).reused)
            #expect(try session.catalogue.channelHistory().count == 1)
            try session.catalogue.verifyHistory()
        }
    }

    @Test("a base that is not there is named")
    func noBase() throws {
        try withTemporaryDirectory { root in
            let bench = try LearningBench(at: root, outcomes: mixed)
            let id = String(repeating: "ab", count: 32)
            let error = #expect(throws: StageError.self) { try bench.train(["base": id]) }
            #expect(error?.message.contains(id) == true)
        }
    }
}

/// Asks this process to end when a checkpoint is there.
private func stopWhenCheckpointed(in workspace: URL) {
    let scratch = workspace.appending(path: "runs/scratch")
    Thread.detachNewThread {
        while true {
            let found = FileManager.default.enumerator(atPath: scratch.path)?.allObjects ?? []
            if found.contains(where: { "\($0)".hasSuffix("training.safetensors") }) { break }
            usleep(1000)
        }
        StopRequest.raise()
    }
}
