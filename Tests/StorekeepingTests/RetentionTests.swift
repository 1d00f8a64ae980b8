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

@Suite("Retention")
struct RetentionTests {
    @Test(
        "outputs go after their days, but not the newest, and not what a release was made from",
        arguments: StoreDatabase.allCases)
    func outputs(database: StoreDatabase) throws {
        try withBench(database) { bench in
            try bench.ingest("good")
            let all = try bench.digests()
            let released = try bench.snapshot(of: all)
            let release = try bench.release(from: released, version: 1)
            let old = try bench.snapshot(of: Array(all.dropFirst()))
            let newest = try bench.snapshot(of: Array(all.dropLast()))
            #expect(try bench.compact(daysFromNow: 29).attemptsFreed == 0)
            #expect(try bench.compact(daysFromNow: 31).attemptsFreed == 1)
            for (digest, stays) in [
                (released, true), (release, true), (newest, true), (old, false),
            ] {
                #expect(bench.session.objects.exists(digest) == stays, "\(digest)")
            }
            let report = try bench.verify()
            #expect(report.problems == [])
            #expect(report.unreferencedObjects.files == 0)
        }
    }

    @Test("releases that were promoted stay for ever, or for their days, but never the way back")
    func releases() throws {
        try withBench { bench in
            try bench.ingest("good")
            let snapshot = try bench.snapshot(of: bench.digests())
            let ids = try (1...4).map { try bench.release(from: snapshot, version: $0) }
            let pinned = ids[0]
            _ = try bench.catalogue.write {
                try $0.setPinned(
                    true, release: pinned.hex, decisionJSON: "{}", actor: "ada", at: timestamp())
            }
            #expect(try bench.compact(daysFromNow: 400).releasesFreed == 0)
            let settings = "keepPromotedReleaseDays: 90"
            #expect(try bench.compact(settings, daysFromNow: 80).releasesFreed == 0)
            #expect(try bench.compact(settings, daysFromNow: 100).releasesFreed == 1)
            for (id, stays) in zip(ids, [true, false, true, true]) {
                let folder = bench.root.appending(path: "releases/\(id)")
                #expect(FileManager.default.fileExists(atPath: folder.path) == stays)
            }
            #expect(try bench.verify().problems == [])
        }
    }

    @Test("what nothing refers to goes after the grace period, unless somebody needs it again")
    func unreferenced() throws {
        try withBench { bench in
            let bytes: [UInt8] = [1, 2, 3]
            let digest = try bench.session.objects.put(bytes)
            let url = bench.session.objects.url(of: digest)
            #expect(try bench.compact(daysFromNow: 1.9).objectsRemoved == 0)
            let threeDaysAgo = Date(timeIntervalSinceNow: -3 * 86_400)
            try FileManager.default.setAttributes(
                [.modificationDate: threeDaysAgo], ofItemAtPath: url.path)
            _ = try bench.session.objects.put(bytes)  // a stage needs it again
            #expect(try bench.compact().objectsRemoved == 0)
            try FileManager.default.setAttributes(
                [.modificationDate: threeDaysAgo], ofItemAtPath: url.path)
            #expect(try bench.compact().objectsRemoved == 1)
            #expect(!bench.session.objects.exists(digest))
        }
    }

    @Test("a stage that may still publish keeps what it has put down")
    func runningStage() throws {
        try withBench { bench in
            _ = try bench.catalogue.beginAttempt(
                stage: "fine-tune", key: Digest.of("key"), run: nil, configurationJSON: "{}",
                environmentJSON: "{}", at: timestamp())
            let digest = try bench.session.objects.put([4, 5, 6])
            #expect(try bench.compact(daysFromNow: 5).objectsRemoved == 0)
            #expect(bench.session.objects.exists(digest))
        }
    }

    @Test("a limit on bytes is a plan first, and is kept when it is applied")
    func limit() throws {
        try withBench { bench in
            try bench.ingest("good", "nightshift")
            let count = try bench.catalogue.episodeCount()
            let old = try bench.publish(
                [UInt8](repeating: 7, count: 5_000), kind: "label-set", stage: "label")
            try bench.publish([1], kind: "label-set", stage: "label")
            let stored = try bench.compaction().plan().storedBytes
            let settings = "maximumBytes: \(stored - 8_000)\noldestEpisodesGo: true"
            let plan = try bench.compaction(settings, daysFromNow: 3).plan()
            #expect(plan.bytesOverLimit == 8_000)
            #expect(plan.forTheLimit.attemptBytes >= 5_000)
            #expect(!plan.forTheLimit.episodes.isEmpty)
            #expect(plan.lines.contains { $0.contains("With --apply the oldest") })

            _ = try bench.compact(settings, daysFromNow: 3)
            #expect(try bench.catalogue.episodeCount() == count)
            #expect(bench.session.objects.exists(old))

            let done = try bench.compact(settings, daysFromNow: 3, appliesLimit: true)
            #expect(done.episodesWithdrawn > 0)
            #expect(try bench.catalogue.episodeCount() == count - done.episodesWithdrawn)
            #expect(try bench.catalogue.withdrawals().first?.reason.contains("retention") == true)
            #expect(try bench.verify().problems == [])
        }
    }

    @Test("settings that make no sense are refused with every reason")
    func settings() throws {
        var settings = RetentionConfiguration()
        settings.graceHours = -1
        settings.smallShardBytes = settings.shardByteLimit + 1
        settings.oldestEpisodesGo = true
        #expect(settings.problems().count == 3)
        #expect(RetentionConfiguration().problems() == [])
    }
}

@Suite("Costs")
struct CostsTests {
    @Test("add up to what is stored, by task, site, robot and night")
    func sums() throws {
        try withBench { bench in
            try bench.ingest("good", "duplicate", "nightshift")
            let costs = try StorageCosts(options: bench.options, pricePerGigabyteMonth: 2)
            let stored = try bench.catalogue.shardUsage().reduce(0) { $0 + $1.byteCount }
            #expect(costs.total.bytes == stored)
            #expect(costs.shardBytes == stored)
            for shares in [costs.tasks, costs.sites, costs.robots, costs.nights] {
                #expect(shares.values.reduce(0) { $0 + $1.bytes } == stored)
                #expect(shares.values.reduce(0) { $0 + $1.steps } == costs.total.steps)
            }
            #expect(costs.duplicates == 3)
            #expect(costs.bytesSavedByDuplicates > 0)
            let objects = costs.artefacts.values.reduce(0, +)
            #expect(abs(costs.costAMonth - Double(stored + objects) * 2e-9) < 1e-15)
            #expect(costs.lines.contains { $0.contains("bytes an hour") })
        }
    }

    @Test("of nothing are said, and a price must be one")
    func nothing() throws {
        try withBench { bench in
            let costs = try StorageCosts(options: bench.options, pricePerGigabyteMonth: 0)
            #expect(costs.lines == ["There is no experience yet."])
            #expect(throws: StageError.self) {
                try StorageCosts(options: bench.options, pricePerGigabyteMonth: -1)
            }
        }
    }
}
