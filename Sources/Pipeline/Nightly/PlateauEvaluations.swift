import Catalogue
import Digests
import Diversity
import EpisodeStore
import Foundation
import StageRuns

extension PlateauPoints {
    /// What simulated robots found of past candidates, and how many episodes each had learned from.
    ///
    /// Every night's test of a candidate is a point of each of its tasks, and so is what the same night found of the
    /// incumbent. Later looks of the same test contain the earlier ones, so only the longest counts. Evidence that
    /// is kept no longer, or is from after `end`, does not count.
    init(catalogue: ExperienceCatalogue, objects: ObjectStore, upTo end: String?) throws {
        var tests: [Test: [EvidenceNotes.Task]] = [:]
        for attempt in try catalogue.attempts(stage: "shadow-evaluate", limit: 100_000)
        where attempt.state == .succeeded {
            guard let digest = attempt.outputs(ofKind: "evidence").first?.digest,
                objects.exists(digest), attempt.finishedAt ?? "" <= end ?? "~"
            else { continue }
            let notes = try JSONDecoder().decode(
                EvidenceNotes.self, from: Data(try objects.read(digest)))
            guard let simulation = notes.simulation else { continue }
            let tasks = simulation.comparison.tasks
            for (release, isCandidate) in [(notes.candidate, true), (notes.incumbent, false)] {
                guard let release else { continue }
                let test = Test(
                    release: release, firstSeed: simulation.firstSeed, isCandidate: isCandidate)
                let known = tests[test] ?? []
                if known.reduce(0, { $0 + $1.pairs.count })
                    < tasks.reduce(0, { $0 + $1.pairs.count })
                {
                    tests[test] = tasks
                }
            }
        }
        self.init()
        for (test, tasks) in tests {
            guard let trained = try Self.trainingEpisodes(of: test.release, objects)
            else { continue }
            for task in tasks where test.isCandidate || task.isShared {
                guard let episodes = trained[task.task], episodes > 0 else { continue }
                add(
                    task: task.task,
                    CurvePoint(
                        episodes: episodes, evaluations: task.pairs.count,
                        successes: test.isCandidate
                            ? task.candidateSuccesses : task.incumbentSuccesses))
            }
        }
    }

    /// A release's episodes from one seed on.
    private struct Test: Hashable {
        let release: Digest
        let firstSeed: UInt64
        let isCandidate: Bool
    }

    /// By task as evidence names it: the instruction, and the robot in brackets.
    ///
    /// A release's id is the digest of its manifest; nil where that is no longer kept.
    private static func trainingEpisodes(
        of release: Digest, _ objects: ObjectStore
    ) throws -> [String: Int]? {
        guard objects.exists(release) else { return nil }
        let notes = try JSONDecoder().decode(
            ManifestNotes.self, from: Data(try objects.read(release)))
        return Dictionary(
            notes.tasks.map { ("\($0.instruction) (\($0.embodiment))", $0.trainingEpisodes) },
            uniquingKeysWith: +)
    }
}

/// What a curve needs of the artefact `evidence`.
private struct EvidenceNotes: Decodable {
    struct Simulation: Decodable {
        let firstSeed: UInt64
        let comparison: Comparison
    }

    struct Comparison: Decodable { let tasks: [Task] }

    struct Task: Decodable {
        let task: String
        let pairs: Pairs
        let candidateSuccesses: Int
        let incumbentSuccesses: Int
        let isShared: Bool
    }

    struct Pairs: Decodable {
        let wins: Int
        let losses: Int
        let ties: Int

        var count: Int { wins + losses + ties }
    }

    let candidate: Digest
    let incumbent: Digest?
    let simulation: Simulation?
}

/// What a curve needs of a release's manifest.
private struct ManifestNotes: Decodable {
    struct Task: Decodable {
        let instruction: String
        let embodiment: String
        let trainingEpisodes: Int
    }

    let tasks: [Task]
}
