import Catalogue
import Digests
import Foundation
import Testing

extension ExperienceCatalogue {
    /// Withdraws the test episode of that number.
    @discardableResult
    func withdraw(
        _ number: Int, tainted: [String] = [], fenced: [String] = []
    ) throws -> (number: Int, withdrawn: Int, abandoned: [String]) {
        try withdraw(
            [digest(number)], reason: "the household asked", actor: "ada", selectionJSON: "{}",
            seenByJSON: "{}", tainted: tainted, fenced: fenced, at: noon)
    }
}

@Suite("Withdrawn episodes")
struct WithdrawalTests {
    @Test(
        "are out of the experience for good, and leave a tombstone",
        arguments: TestDatabase.allCases)
    func tombstone(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let all = [episode(1), episode(2), episode(3)]
            try catalogue.record(episodes: all, guardedBy: nil)
            let before = try catalogue.experienceDigest()
            let result = try catalogue.withdraw(2)
            #expect(result.number == 1)
            #expect(result.withdrawn == 1)
            #expect(try catalogue.episodeCount() == 2)
            #expect(try catalogue.experienceDigest() != before)
            #expect(try catalogue.withdrawnEpisodes(among: [digest(1), digest(2)]) == [digest(2)])
            // The same content again: not inserted, and no duplicate either.
            let again = try catalogue.record(episodes: all, guardedBy: nil)
            #expect(again.inserted == 0)
            #expect(again.duplicates == [digest(1), digest(3)])
            let buried = try catalogue.unerasedEpisodes()
            #expect(buried.map(\.digest) == [digest(2)])
            #expect(buried.map(\.offset) == [2])
            let withdrawal = try #require(try catalogue.withdrawals().first)
            #expect(withdrawal.reason == "the household asked")
            #expect(withdrawal.episodes == 1 && withdrawal.erased == 0)
            #expect(try catalogue.recordErasure(of: digest(-1), at: noon) == 1)
            #expect(try catalogue.unerasedEpisodes().isEmpty)
            #expect(try catalogue.withdrawals().first?.erased == 1)
        }
    }

    @Test("are named where an old snapshot asks for them", arguments: TestDatabase.allCases)
    func oldSnapshot(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.record(episodes: [episode(1), episode(2)], guardedBy: nil)
            try catalogue.withdraw(2)
            #expect(throws: CatalogueError.withdrawn(episode: digest(2).hex, at: noon)) {
                try catalogue.episodes(withDigests: [digest(1), digest(2)])
            }
        }
    }

    @Test("make the file that brought them worth reading again", arguments: TestDatabase.allCases)
    func sourceFile(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let file = SourceFileRecord(
                digest: digest(-2), name: "a.hdf5", byteCount: 9, format: "robomimic", accepted: 2,
                duplicates: 0, quarantined: 0, ingestedAt: noon)
            try catalogue.record(
                episodes: [episode(1), episode(2)], sources: [file], guardedBy: nil)
            try catalogue.withdraw(2)
            let now = try #require(try catalogue.sourceFile(digest: digest(-2)))
            #expect(now.accepted == 1)
            #expect(now.quarantined == 1)
        }
    }

    @Test("stop whoever may have read them from publishing", arguments: TestDatabase.allCases)
    func fencing(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.record(episodes: [episode(1)], guardedBy: nil)
            let filtering = try catalogue.begin("filter-by-quality")
            let training = try catalogue.begin("fine-tune")
            let result = try catalogue.withdraw(1, fenced: ["filter-by-quality"])
            #expect(result.abandoned == [filtering.id])
            #expect(throws: CatalogueError.self) {
                try catalogue.succeed(filtering, outputs: [], summaryJSON: "{}", at: noon)
            }
            try catalogue.succeed(training, outputs: [], summaryJSON: "{}", at: noon)
        }
    }

    @Test(
        "keep outputs that saw them from being reused, and freed outputs are not either",
        arguments: TestDatabase.allCases)
    func reuse(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            func publish(_ key: Int) throws -> String {
                let attempt = try catalogue.begin("label", key: key)
                let output = Artefact(
                    kind: "label-set", name: "labels", digest: digest(key), byteCount: 1)
                try catalogue.succeed(attempt, outputs: [output], summaryJSON: "{}", at: noon)
                return attempt.id
            }
            try catalogue.record(episodes: [episode(1)], guardedBy: nil)
            let first = try publish(1)
            let second = try publish(2)
            _ = try publish(3)
            try catalogue.withdraw(1, tainted: [first])
            let compaction = try catalogue.begin("compact")
            try catalogue.free(attempts: [second], releases: [], guardedBy: compaction)
            #expect(try catalogue.succeededAttempt(stage: "label", key: digest(1)) == nil)
            #expect(try catalogue.succeededAttempt(stage: "label", key: digest(2)) == nil)
            #expect(try catalogue.succeededAttempt(stage: "label", key: digest(3)) != nil)
            #expect(try catalogue.keptArtefacts().map(\.artefact.digest) == [digest(1), digest(3)])
        }
    }

    @Test(
        "an older attempt becomes the newest again with its outputs and findings",
        arguments: TestDatabase.allCases)
    func republished(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            let old = try catalogue.begin("filter", key: 1)
            let output = Artefact(
                kind: "snapshot", name: "snapshot", digest: digest(7), byteCount: 1)
            let finding = FindingRecord(
                episode: digest(1), gate: "H3", severity: .warn, message: "m", value: 1,
                threshold: nil)
            try catalogue.succeed(old, outputs: [output], summaryJSON: "{}", at: noon) {
                try $0.recordFindings([finding], of: old)
            }
            let newer = try catalogue.begin("filter", key: 2)
            try catalogue.succeed(newer, outputs: [], summaryJSON: "{}", at: noon)
            let record = try #require(
                try catalogue.succeededAttempt(stage: "filter", key: digest(1)))
            let again = try catalogue.republish(record, run: nil, at: noon)
            #expect(try catalogue.latestSucceeded(stage: "filter")?.id == again.id)
            #expect(again.outputs == [output])
            #expect(try catalogue.findings(attempt: again.id, limit: 9) == [finding])
        }
    }

    @Test(
        "frames move in one guarded transaction, and a tombstone follows its bytes",
        arguments: TestDatabase.allCases)
    func moves(database: TestDatabase) throws {
        try database.withCatalogue { catalogue in
            try catalogue.record(episodes: [episode(1), episode(2)], guardedBy: nil)
            let frames = try catalogue.frames(in: digest(-1))
            #expect(frames.map(\.digest) == [digest(1), digest(2)])
            let compaction = try catalogue.begin("compact")
            try catalogue.withdraw(2)
            let moves = frames.map {
                (
                    from: $0,
                    to: FramePlace(
                        digest: $0.digest, shard: digest(-9), offset: $0.offset + 100, length: 7)
                )
            }
            #expect(try catalogue.moveFrames(moves, guardedBy: compaction) == 1)
            #expect(try catalogue.frame(of: digest(1))?.shard == digest(-9))
            #expect(try catalogue.unerasedEpisodes().map(\.shard) == [digest(-9)])
            var pages: [FramePlace] = []
            try catalogue.forEachFramePage { pages += $0 }
            #expect(pages.map(\.offset) == [101])
            _ = try catalogue.begin("compact")
            #expect(throws: CatalogueError.self) {
                try catalogue.moveFrames([], guardedBy: compaction)
            }
        }
    }
}
