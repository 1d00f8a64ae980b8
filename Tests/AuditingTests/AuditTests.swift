import Auditing
import Catalogue
import Digests
import Episodes
import Foundation
import StageRuns
import TestSupport
import Testing

@Suite("The audit of a filter") struct AuditTests {
    private let episodes = (0..<200).map {
        (digest: Digest.of("\($0)"), task: "task \($0 % 2)", stepCount: 50 + $0)
    }

    @Test("every arm keeps as many of each task as the filter, and all hold out the same")
    func arms() {
        // The filter takes out the longest.
        let kept = Set(episodes.filter { $0.stepCount < 170 }.map(\.digest))
        let pool = AuditPool(episodes, kept: kept, heldOutShare: 0.2)
        let filter = Set(pool.snapshot(.filter, seed: 1))
        let random = Set(pool.snapshot(.random, seed: 1))
        #expect(filter.count == random.count)
        #expect(filter != random)
        #expect(random != Set(pool.snapshot(.random, seed: 2)))
        #expect(pool.snapshot(.random, seed: 1) == pool.snapshot(.random, seed: 1))
        // A filter that only sees length is shortest-first.
        #expect(Set(pool.snapshot(.shortestFirst, seed: 1)) == filter)
        for task in ["task 0", "task 1"] {
            let members = Set(episodes.filter { $0.task == task }.map(\.digest))
            #expect(filter.intersection(members).count == random.intersection(members).count)
        }
        #expect(pool.keptCount < pool.candidateCount)
    }

    private static func record(_ number: Int, _ source: Digest) -> EpisodeRecord {
        let embodiment = Embodiment(
            name: "arm", state: [.init(array: "obs/joints", width: 3)], actionWidth: 2,
            controlRateHertz: 50)
        let metadata = EpisodeMetadata(
            instruction: "wave", embodiment: embodiment, outcome: .success,
            outcomeSource: .attribute, stepCount: 100, actionArray: "actions",
            timestampArray: nil, cameras: [], hasSafetyMark: false, provenance: Provenance(),
            sourceFormat: "made-up", sourceEpisode: "demo_\(number)")
        return EpisodeRecord(
            digest: Digest.of("episode \(number)"), shard: Digest.of("shard"), offset: 0, length: 1,
            metadata: metadata, interventionCount: 0, bytesIn: 1, bytesStored: 1,
            sourceFile: source, ingestedAt: "2026-01-01T00:00:00Z")
    }

    @Test(
        "an audit works on a copy of the episodes, wherever the catalogue is",
        arguments: [false, true])
    func copies(inPostgres: Bool) throws {
        try withTemporaryDirectory { root in
            let options = StageOptions(
                workspace: root.appending(path: "workspace"),
                databaseURL: inPostgres ? try PostgresServer.shared().makeDatabase() : nil)
            let source = Digest.of("source")
            try StageSession(options: options).catalogue.record(
                episodes: (0..<700).map { Self.record($0, source) },
                sources: [
                    SourceFileRecord(
                        digest: source, name: "made-up", byteCount: 0, format: nil, accepted: 700,
                        duplicates: 0, quarantined: 0, ingestedAt: "2026-01-01T00:00:00Z")
                ], guardedBy: nil)
            // Instead of judging, keeps the catalogue that it is given, and which database it was told of.
            let program = root.appending(path: "filter-by-quality")
            let kept = root.appending(path: "kept")
            try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
            try """
            #!/bin/sh
            cp "$2/catalogue.sqlite" '\(kept.path)'
            echo "database '$NIGHTSHIFT_DATABASE'" >&2
            exit 70
            """.write(to: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program.path)
            let error = #expect(throws: StageError.self) {
                try auditFilter(options: options, filter: nil, programs: root)
            }
            #expect(error?.message.contains("ended with 70, expected 0: database ''") == true)
            let copy = try ExperienceCatalogue.open(workspace: kept, databaseURL: nil)
            #expect(try copy.episodeCount() == 700)
            #expect(try copy.sourceFile(digest: source)?.name == "made-up")
        }
    }

    @Test("a verdict is earned against both arms, lost against either, and else undecided")
    func verdicts() {
        let better = AuditVerdict(scores: [
            .filter: [0.80, 0.82, 0.81], .random: [0.60, 0.63, 0.61],
            .shortestFirst: [0.70, 0.71, 0.72],
        ])
        #expect(better.verdict == .earned)
        #expect(abs((better.comparisons.first?.gain ?? 0) - 0.1966667) < 1e-6)
        let shorter = AuditVerdict(scores: [
            .filter: [0.80, 0.82, 0.81], .random: [0.60, 0.63, 0.61],
            .shortestFirst: [0.90, 0.91, 0.93],
        ])
        #expect(shorter.verdict == .notEarned)
        let noisy = AuditVerdict(scores: [
            .filter: [0.5, 0.9, 0.7], .random: [0.6, 0.5, 0.7], .shortestFirst: [0.7, 0.6, 0.5],
        ])
        #expect(noisy.verdict == .undecided)
        #expect(AuditVerdict(scores: [.filter: [1], .random: [0]]).verdict == .undecided)
    }
}
