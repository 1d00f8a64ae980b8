import Releases
import StageRuns
import Episodes
import Ingestion
import Catalogue
import Digests
import EpisodeStore
import Foundation
import Storekeeping
import TestSupport
import Testing

/// What befalls a file.
enum Damage: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case flipped, truncated, deleted

    var testDescription: String { rawValue }

    func befall(_ file: URL) throws {
        var bytes = try Data(contentsOf: file)
        switch self {
        case .flipped: bytes[bytes.count / 2] ^= 0x10
        case .truncated: bytes = bytes.dropLast(bytes.count / 3)
        case .deleted: return try FileManager.default.removeItem(at: file)
        }
        try bytes.write(to: file)
    }
}

@Suite("Verification of the store")
struct VerificationTests {
    @Test("finds nothing in a store that is whole", arguments: StoreDatabase.allCases)
    func whole(database: StoreDatabase) throws {
        try withBench(database) { bench in
            try bench.ingest("good", "duplicate")
            try bench.release(from: try bench.snapshot(of: bench.digests()), version: 1)
            let report = try bench.verify()
            #expect(report.problems == [])
            #expect(report.isClean)
            #expect(report.episodes == 4)
            #expect(report.shards == 2)
            #expect(report.releases == 1 && report.channels == 1 && report.history == 1)
            #expect(report.bytesRead > 0)
        }
    }

    @Test("names a shard and each of its episodes that cannot be read", arguments: Damage.allCases)
    func shard(damage: Damage) throws {
        try withBench { bench in
            try bench.ingest("good", "duplicate")
            let victim = try #require(
                try bench.catalogue.shardUsage().first { $0.episodes == 3 }
            ).shard
            try damage.befall(bench.session.shards.url(of: victim))
            let report = try bench.verify()
            let shards = report.problems.filter { $0.what == "shard" }
            #expect(shards.map(\.id) == [victim.hex])
            #expect(shards.map(\.kind) == [damage == .deleted ? .missing : .damaged])
            let lost = Set(report.problems.filter { $0.what == "episode" }.map(\.id))
            let held = Set(try bench.catalogue.frames(in: victim).map(\.digest.hex))
            #expect(lost.isSubset(of: held))
            #expect(lost.isEmpty == (damage == .deleted))
            #expect(report.problems.allSatisfy { $0.message.contains("restore") })
        }
    }

    @Test("names an object", arguments: Damage.allCases)
    func object(damage: Damage) throws {
        try withBench { bench in
            let digest = try bench.publish([1, 2, 3, 4], kind: "label-set", stage: "label")
            _ = try bench.publish([5, 6, 7, 8], kind: "label-set", stage: "label")
            try damage.befall(bench.session.objects.url(of: digest))
            let report = try bench.verify()
            #expect(report.problems.map(\.what) == ["object"])
            #expect(report.problems.map(\.id) == [digest.hex])
            #expect(
                report.problems.map(\.kind) == [damage == .deleted ? .missing : .damaged])
        }
    }

    @Test(
        "names a release, whichever of its files is damaged",
        arguments: ["manifest.json", "manifest.sig", "weights.safetensors"], Damage.allCases)
    func release(file: String, damage: Damage) throws {
        try withBench { bench in
            try bench.ingest("good")
            let id = try bench.release(from: try bench.snapshot(of: bench.digests()), version: 1)
            try damage.befall(bench.root.appending(path: "releases/\(id)/\(file)"))
            let report = try bench.verify()
            #expect(report.problems.map(\.what) == ["release"])
            #expect(report.problems.map(\.id) == [id.hex])
        }
    }

    @Test("names a channel whose link, statement or release is another")
    func channel() throws {
        try withBench { bench in
            try bench.ingest("good")
            let snapshot = try bench.snapshot(of: bench.digests())
            let first = try bench.release(from: snapshot, version: 1)
            try bench.release(from: snapshot, version: 2)
            let link = bench.root.appending(path: "channels/production")
            try DurableFile.replaceSymbolicLink(at: link, pointingTo: "../releases/\(first)")
            #expect(try bench.verify().problems.map(\.what) == ["channel"])
            try FileManager.default.removeItem(
                at: bench.root.appending(path: "channels/production.json"))
            #expect(try bench.verify().problems.map(\.kind) == [.differs, .differs])
        }
    }

    @Test("names the record at which the history was changed")
    func history() throws {
        try withBench { bench in
            try bench.ingest("good")
            try bench.release(from: try bench.snapshot(of: bench.digests()), version: 1)
            let file = bench.root.appending(path: ExperienceCatalogue.fileName)
            _ = try SQLiteDatabase(file: file).write {
                try $0.execute("UPDATE history SET actor = 'mallory'", [])
            }
            let report = try bench.verify()
            #expect(report.problems.map(\.what) == ["history"])
            #expect(report.problems.map(\.id) == ["record 1"])
        }
    }

    @Test("counts what nothing refers to, which is no problem")
    func unreferenced() throws {
        try withBench { bench in
            try bench.ingest("good")
            _ = try bench.session.objects.put([9, 9, 9])
            let shards = bench.root.appending(path: "shards")
            try Data([1]).write(to: shards.appending(path: "\(Digest.of("x")).zst"))
            try Data([1]).write(to: shards.appending(path: ".tmp-killed"))
            let report = try bench.verify()
            #expect(report.isClean)
            #expect(report.unreferencedObjects.files == 1)
            #expect(report.unreferencedShards.files == 1)
            #expect(report.temporaryFiles.files == 1)
        }
    }

    @Test("of a sample reads part of it, and still misses nothing that is gone")
    func sampled() throws {
        try withBench { bench in
            try bench.ingest("good", "duplicate", "nightshift")
            let all = try bench.verify().bytesRead
            let part = try bench.verify(sample: 0.3)
            #expect(part.bytesRead < all)
            #expect(part.isClean)
            try FileManager.default.removeItem(at: try #require(try bench.shardFiles().first))
            #expect(try bench.verify(sample: 0.0001).problems.map(\.kind) == [.missing])
        }
    }
}
