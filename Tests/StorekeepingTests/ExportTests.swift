import Digests
import EpisodeExports
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import HDF5
import Ingestion
import StageRuns
import Storekeeping
import TestSupport
import Testing

@Suite("Exports")
struct ExportTests {
    @Test(
        "as robomimic are the same episodes to ingest, labels and all",
        arguments: [
            "good", "cameras", "booleans", "half-precision", "big-endian", "nightshift",
            "isaaclab-dataset", "libero", "without-env-args",
        ])
    func roundTrip(name: String) throws {
        try withBench { bench in
            try bench.ingest(name)
            let known = try bench.episodes()
            try bench.label(try bench.snapshot(of: bench.digests()))
            let summary = try bench.export(.robomimic)
            #expect(summary.episodes == known.count)
            let again = try Ingestion.ingest(
                paths: [URL(filePath: summary.folder)], options: bench.options)
            #expect(again.summary.episodesAccepted == 0)
            #expect(again.summary.episodesDuplicate == known.count)
            #expect(again.summary.reasons.isEmpty)
            for episode in try bench.read(summary) {
                let original = try #require(known[EpisodeDigest.digest(of: episode)]).metadata
                let found = episode.metadata
                #expect(found.instruction == original.instruction)
                #expect(found.outcome == original.outcome)
                #expect(found.embodiment == original.embodiment)
                #expect(found.provenance == original.provenance)
                #expect(found.isDemonstration == original.isDemonstration)
                #expect(found.cameras == original.cameras)
            }
        }
    }

    @Test("as robomimic have what its loader asks for, whatever the recording was")
    func usual() throws {
        try withBench { bench in
            try bench.ingest("aloha-raw_episode_0", "droid-failure", "states-only")
            try bench.snapshot(of: bench.digests())
            let summary = try bench.export(.robomimic)
            #expect(summary.parts.count == 3)
            for part in summary.parts {
                let url = URL(filePath: summary.folder).appending(path: part.path)
                let data = try #require(try HDF5File(readingFrom: url.path).root().group("data"))
                let demo = try #require(try data.group("demo_0"))
                let names = Set(try demo.links().map(\.name))
                #expect(names.isSuperset(of: ["actions", "rewards", "dones", "obs"]))
                let states = try #require(try demo.group("obs")).links().map(\.name)
                #expect(!states.isEmpty)
            }
            // What nobody has judged stays so, although robomimic gets rewards.
            let outcomes = try bench.read(summary).map { ($0.metadata, $0.metadata.outcome) }
            for (metadata, outcome) in outcomes {
                #expect(outcome == (metadata.actionWidth == 8 ? .failure : .unlabelled))
            }
        }
    }

    @Test("have the values, advantages and indicators of the newest label set of their snapshot")
    func labels() throws {
        try withBench { bench in
            try bench.ingest("good")
            let digests = try bench.digests()
            let old = try bench.snapshot(of: Array(digests.prefix(1)))
            try bench.label(old, offset: 500)
            let snapshot = try bench.snapshot(of: digests)
            try bench.label(snapshot, offset: 900)
            let newest = try bench.label(snapshot, offset: 0)
            let summary = try bench.export(.robomimic)
            #expect(summary.snapshot == snapshot)
            #expect(summary.labelSet == newest)
            for (index, _) in digests.enumerated() {
                let steps = (0..<6).map { index * 6 + $0 }
                let expected = bench.labels(of: steps, offset: 0)
                let found = try bench.labelArrays(of: summary, demo: index)
                #expect(found["value"] == bytes(expected.values))
                #expect(found["advantage"] == bytes(expected.advantages))
                #expect(found["indicator"] == bytes(expected.indicators))
            }
            let named = try bench.export(.robomimic, "older", snapshot: old.short)
            #expect(named.snapshot == old)
            #expect(named.episodes == 1)
            #expect(
                try bench.labelArrays(of: named, demo: 0)["value"]
                    == bytes(bench.labels(of: Array(0..<6), offset: 500).values))
        }
    }

    @Test("say what a person has corrected, and what the snapshot weighs")
    func corrections() throws {
        try withBench { bench in
            try bench.ingest("good")
            let digest = try #require(try bench.digests().first)
            let before = try #require(try bench.episodes()[digest]).metadata.outcome
            let corrected: Outcome = before == .success ? .failure : .success
            let entry = ExperienceSnapshot.Entry(
                episode: digest, weight: 0.25, neverPositive: true, outcome: corrected)
            try bench.snapshot(of: [entry])
            let summary = try bench.export(.robomimic)
            #expect(try bench.read(summary).map(\.metadata.outcome) == [corrected])
            let file = try #require(summary.parts.first).path
            let url = URL(filePath: summary.folder).appending(path: file)
            let data = try #require(try HDF5File(readingFrom: url.path).root().group("data"))
            let demo = try #require(try data.group("demo_0"))
            #expect(try demo.attribute("weight").number == 0.25)
            #expect(try demo.attribute("never_positive").flag == true)
            #expect(try demo.attribute("episode").text == digest.hex)
        }
    }

    @Test("overwrite nothing, and leave nothing behind where they fail")
    func refusals() throws {
        try withBench { bench in
            let none = #expect(throws: StageError.self) { try bench.export(.robomimic) }
            #expect(none?.exitCode == 65)
            try bench.ingest("good")
            try bench.snapshot(of: bench.digests())
            let unknown = #expect(throws: StageError.self) {
                try bench.export(.robomimic, snapshot: "0123456789ab")
            }
            #expect(unknown?.exitCode == 2)
            #expect(unknown?.message.contains("0 kept snapshots") == true)
            try bench.export(.robomimic, "first")
            let twice = #expect(throws: StageError.self) { try bench.export(.robomimic, "first") }
            #expect(twice?.exitCode == 2)
            #expect(twice?.message.contains("nothing is overwritten") == true)

            let shard = try #require(try bench.shardFiles().first)
            var bytes = try Data(contentsOf: shard)
            bytes[bytes.count / 2] ^= 0xFF
            try bytes.write(to: shard)
            #expect(throws: (any Error).self) { try bench.export(.robomimic, "second") }
            let left = try FileManager.default.contentsOfDirectory(
                atPath: bench.exports.path)
            #expect(left == ["first"])
        }
    }
}

func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
}

extension EpisodeMetadata {
    fileprivate var actionWidth: Int { embodiment.actionWidth }
}
