import Releases
import Episodes
import Ingestion
import Catalogue
import Digests
import EpisodeStore
import Foundation
import StageRuns
import Storekeeping
import TestSupport
import Testing

@Suite("Withdrawal and compaction")
struct CompactionTests {
    @Test(
        "the bytes of a withdrawn episode go, and everything else stays as it was",
        arguments: StoreDatabase.allCases)
    func erased(database: StoreDatabase) throws {
        try withBench(database) { bench in
            #expect(try bench.deliver("good").episodesAccepted == 3)
            let before = try bench.episodes()
            let victim = try #require(before.keys.min())
            let frame = try #require(try bench.catalogue.frame(of: victim))
            let path = bench.session.shards.url(of: frame.shard)
            let secret = try Data(contentsOf: path)[
                frame.offset..<(frame.offset + frame.length)]
            let result = try bench.withdraw([victim])
            #expect(result.withdrawn == 1)
            #expect(result.keptFiles.count == 1)
            #expect(try bench.verify().waitingForErasure.files == 1)

            let summary = try bench.compact()
            #expect(summary.episodesErased == 1)
            #expect(summary.episodesMoved == 2)
            #expect(summary.recordingsRemoved == 1)
            var after = before
            after[victim] = nil
            #expect(try bench.episodes() == after)
            let report = try bench.verify()
            #expect(report.problems == [])
            #expect(report.waitingForErasure.files == 0)
            for file in try bench.shardFiles() {
                #expect(try Data(contentsOf: file).range(of: secret) == nil)
            }
            #expect(try bench.catalogue.withdrawals().first?.erased == 1)
        }
    }

    @Test(
        "the same recording delivered again brings back everything but what was withdrawn",
        arguments: StoreDatabase.allCases)
    func refused(database: StoreDatabase) throws {
        try withBench(database) { bench in
            _ = try bench.deliver("good")
            let victim = try #require(try bench.digests().first)
            _ = try bench.withdraw([victim])
            for _ in 0..<2 {
                let summary = try bench.deliver("good")
                #expect(summary.episodesDuplicate == 2)
                #expect(summary.reasons == ["withdrawn": 1])
                #expect(
                    summary.episodesIn == summary.episodesAccepted + summary.episodesDuplicate
                        + summary.episodesQuarantined)
            }
            #expect(try bench.catalogue.episodeCount() == 2)
            let inside = try bench.deliver("duplicate")  // the three of good, and one more
            #expect(inside.episodesAccepted == 1)
            #expect(try bench.catalogue.withdrawnEpisodes(among: [victim]) == [victim])
        }
    }

    @Test("bytes that a stage may be reading go later")
    func busy() throws {
        try withBench { bench in
            try bench.ingest("good")
            let files = try bench.shardFiles()
            _ = try bench.withdraw([try #require(try bench.digests().first)])
            let lock = try FileLock.acquire(
                bench.session.workspace.lock(ofStage: "fine-tune"), for: "a test")
            let first = try bench.compact()
            #expect(first.episodesErased == 0 && first.episodesWaiting == 1)
            #expect(try bench.shardFiles().contains(files[0]))
            _ = consume lock
            let second = try bench.compact()
            #expect(second.episodesErased == 1 && second.episodesWaiting == 0)
            #expect(try !bench.shardFiles().contains(files[0]))
        }
    }

    @Test("a dry run says what is meant and changes nothing")
    func dryRun() throws {
        try withBench { bench in
            try bench.ingest("good")
            let snapshot = try bench.snapshot(of: bench.digests())
            let victim = try #require(try bench.digests().first)
            let before = try bench.withdraw([victim], dryRun: true)
            #expect(before.lines.contains { $0.hasSuffix("and 0 releases.") })
            let release = try bench.release(from: snapshot, version: 3)
            let result = try bench.withdraw([victim], dryRun: true)
            #expect(result.episodes == [victim])
            #expect(result.number == nil)
            #expect(result.seenBy.snapshots == [snapshot])
            #expect(result.seenBy.releases.map(\.id) == [release.hex])
            #expect(result.seenBy.releases.map(\.channels) == [["production"]])
            #expect(result.lines.contains { $0.contains("Nothing was changed") })
            #expect(try bench.catalogue.episodeCount() == 3)
        }
    }

    @Test("episodes are chosen by robot, site and day, and a name must mean one")
    func selection() throws {
        try withBench { bench in
            try bench.ingest("nightshift", "good")
            var robots: Set<String> = []
            try bench.catalogue.forEachEpisode {
                if let robot = $0.metadata.provenance.robot { robots.insert(robot) }
            }
            let robot = try #require(robots.min())
            func count(_ selection: EpisodeSelection) throws -> Int {
                try Withdrawal(
                    options: bench.options, choice: .matching(selection), reason: "a test"
                ).run(dryRun: true, actor: "ada").episodes.count
            }
            let some = try count(EpisodeSelection(robot: robot))
            #expect(some > 0)
            #expect(some < (try bench.catalogue.episodeCount()))
            #expect(try count(EpisodeSelection(robot: robot, site: "nowhere")) == 0)
            #expect(try count(EpisodeSelection(from: "2100-01-01")) == 0)
            #expect(try count(EpisodeSelection(to: "2100-01-01")) == bench.digests().count)
            for name in ["12", "zzzzzzzz", "00000000"] {
                #expect(throws: StageError.self) {
                    try Withdrawal(
                        options: bench.options, choice: .named([name]), reason: "a test"
                    ).run(dryRun: true, actor: "ada")
                }
            }
            #expect(throws: StageError.self) { try count(EpisodeSelection()) }
        }
    }

    @Test(
        "small shards are put together, and the old ones go after the grace period",
        arguments: StoreDatabase.allCases)
    func smallShards(database: StoreDatabase) throws {
        try withBench(database) { bench in
            try bench.ingest("good", "duplicate", "nightshift")
            let before = try bench.episodes()
            let summary = try bench.compact()
            #expect(summary.shardsRewritten == 3 && summary.shardsWritten == 1)
            #expect(summary.shardsRemoved == 0)
            #expect(try bench.catalogue.shardUsage().count == 1)
            #expect(try bench.episodes() == before)
            #expect(try bench.verify().unreferencedShards.files == 3)
            #expect(try bench.compact(daysFromNow: 1).shardsRemoved == 0)
            #expect(try bench.compact(daysFromNow: 3).shardsRemoved == 3)
            #expect(try bench.shardFiles().count == 1)
            #expect(try bench.episodes() == before)
            #expect(try bench.compact().shardsRewritten == 0)
        }
    }

    @Test("a damaged episode is left where it is, and named")
    func damaged() throws {
        try withBench { bench in
            try bench.ingest("good")
            let usage = try #require(try bench.catalogue.shardUsage().first)
            let frames = try bench.catalogue.frames(in: usage.shard)
            _ = try bench.withdraw([frames[0].digest])
            let file = bench.session.shards.url(of: usage.shard)
            var bytes = try Data(contentsOf: file)
            bytes[frames[1].offset + frames[1].length / 2] ^= 1
            try bytes.write(to: file)
            let summary = try bench.compact()
            #expect(summary.damaged.count == 1)
            #expect(summary.damaged.allSatisfy { $0.hasPrefix(frames[1].digest.hex) })
            #expect(summary.episodesMoved == 1)
            #expect(try bench.catalogue.frame(of: frames[1].digest) == frames[1])
            #expect(FileManager.default.fileExists(atPath: file.path))
        }
    }
}
