import Batching
import Catalogue
import Digests
import EpisodeStore
import Episodes
import FineTuning
import Foundation
import QualityFiltering
import StageRuns
import TestSupport
import Testing

@Suite("Outcomes that a person reviews") struct OutcomeReviewTests {
    private func options(_ bench: QualityBench) -> StageOptions {
        StageOptions(workspace: bench.workspace)
    }

    /// Labels as label-with-value-function would publish them: one value for all of an episode's steps.
    private func label(
        _ bench: QualityBench, snapshot: String, value: (Digest) -> Float
    ) throws {
        let session = try StageSession(options: options(bench))
        let digest = try Digest(hex: snapshot)
        _ = try session.perform(
            stage: "label-with-value-function", configuration: QualityConfiguration(),
            inputs: [("snapshot", digest)]
        ) { run in
            let entries = try run.snapshot(digest).entries
            let columns = try ["value", "success", "advantage", "indicator"].map {
                try ScratchFile(at: run.scratch.appending(path: $0))
            }
            for entry in entries {
                try columns[0].append([Float](repeating: value(entry.episode), count: 100))
                for column in columns[1...2] {
                    try column.append([Float](repeating: 0, count: 100))
                }
                try columns[3].append([Int8](repeating: 0, count: 100))
            }
            let written = try LabelSetWriter.write(
                values: columns[0], successes: columns[1], advantages: columns[2],
                indicators: columns[3], offsets: (0...entries.count).map { $0 * 100 },
                notes: LabelSetNotes(snapshot: digest, valueFunctions: [], thresholds: []),
                scratch: run.scratch, into: run.objects)
            return StageResult(
                outputs: [
                    Artefact(
                        kind: "label-set", name: "labels", digest: written.digest,
                        byteCount: written.byteCount)
                ], summary: "labelled")
        }
    }

    private func episodes() -> [MadeUpEpisode] {
        (0..<40).map { number in
            var episode = MadeUpEpisode(phase: Double(number) * 0.1)
            episode.outcome = number < 20 ? .success : .failure
            return episode
        }
    }

    @Test("a success whose end looks like failure is asked about until a person has answered")
    func queue() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let digests = try bench.store(episodes())
            let first = try bench.filter()
            let failures = Set(digests[20...] + [digests[3]])
            try label(bench, snapshot: first.summary.snapshot) {
                failures.contains($0) ? -0.9 - Float($0.bytes[0]) / 10_000 : -0.1
            }
            let suspects = try suspectOutcomes(options: options(bench))
            #expect(suspects.map(\.episode) == [digests[3].hex])
            #expect(suspects[0].reason.contains("recorded as a success"))
            _ = try answer(
                .accept, episode: String(digests[3].hex.prefix(10)), actor: "kim",
                options: options(bench))
            #expect(try suspectOutcomes(options: options(bench)).isEmpty)
        }
    }

    @Test("a corrected outcome is in the next snapshot, and later stages go by it")
    func correction() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            let digests = try bench.store(episodes())
            let before = try bench.filter()
            let given = try answer(
                .correct, episode: digests[0].hex, actor: "kim", options: options(bench))
            #expect(given.summary.outcome == .failure)
            let after = try bench.filter()
            #expect(!after.reused)
            #expect(after.summary.snapshot != before.summary.snapshot)
            let session = try StageSession(options: options(bench))
            let columns = try session.perform(
                stage: "look", configuration: QualityConfiguration(), inputs: []
            ) { run in
                let snapshot = try run.snapshot(try Digest(hex: after.summary.snapshot))
                let columns = try run.columns(of: snapshot, { _, _, _ in })
                let outcome = columns.episodes.first { $0.digest == digests[0] }?.outcome
                return StageResult(outputs: [], summary: outcome?.rawValue ?? "")
            }
            #expect(columns.summary == "failure")
            // What was recorded is untouched, and a second thought is another answer.
            let record = try #require(
                try session.catalogue.episodes(withDigests: [digests[0]]).first)
            #expect(record.metadata.outcome == .success)
            let second = try answer(
                .accept, episode: digests[0].hex, actor: "kim", options: options(bench))
            #expect(second.summary.answers == 2)
            #expect(try OutcomeReview(of: session).outcomes == [digests[0].hex: .success])
        }
    }

    @Test("an episode that nobody knows is refused with what to do")
    func unknown() throws {
        try withTemporaryDirectory { root in
            let bench = QualityBench(at: root)
            _ = try bench.store(episodes())
            let error = #expect(throws: StageError.self) {
                try answer(.accept, episode: "zz", actor: "kim", options: options(bench))
            }
            #expect(error?.exitCode == 65)
            #expect(error?.next.contains("--list") == true)
        }
    }

    @Test("an episode of weight 0.1 is drawn a tenth as often")
    func drawn() throws {
        try withTemporaryDirectory { root in
            let made = [MadeUpEpisode(phase: 0), MadeUpEpisode(phase: 1)].map { $0.episode() }
            var writer = try ExperienceColumnsWriter(
                at: root.appending(path: "columns"),
                embodiments: [made[0].metadata.embodiment])
            for (episode, weight) in zip(made, [1, 0.1]) {
                _ = try writer.add(
                    episode, digest: EpisodeDigest.digest(of: episode), weight: weight)
            }
            let weights = drawWeights(
                of: writer.finish().episodes, totals: [100, 100], taskExponent: 0.5)
            let sampler = WeightedSampler(weights: weights, seed: 1)
            let draws = (0..<11_000).map { sampler.draw(step: 0, sample: $0).episode }
            #expect(abs(draws.count { $0 == 1 } - 1000) < 150)
        }
    }
}
