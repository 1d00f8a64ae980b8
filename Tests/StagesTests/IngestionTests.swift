import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Ingestion
import StageRuns
import TestSupport
import Testing

/// A workspace for one test, and what is asked of it.
private struct Bench {
    let root: URL

    var options: StageOptions { StageOptions(workspace: root.appending(path: "workspace")) }
    var workspace: Workspace { get throws { try Workspace(root: options.workspace) } }
    var catalogue: ExperienceCatalogue {
        get throws { try ExperienceCatalogue.open(workspace: options.workspace, databaseURL: nil) }
    }

    func ingest(_ names: String...) throws -> IngestSummary {
        try Ingestion.ingest(paths: names.map { recording($0) }, options: options).summary
    }

    func ingestInbox() throws -> IngestSummary {
        try Ingestion.ingest(paths: [], options: options).summary
    }

    /// Puts a recording into the inbox under another name.
    func deliver(_ name: String, as file: String) throws {
        let target = try workspace.inbox.appending(path: file)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: recording(name), to: target)
    }

    func files(_ folder: URL) throws -> [String] {
        let found = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        return found.compactMap { $0 as? String }.filter { $0.contains(".hdf5") }.sorted()
    }

    /// Every stored episode, read back and verified.
    func episodes() throws -> [Episode] {
        let shards = EpisodeShards(workspace: options.workspace)
        var episodes: [Episode] = []
        try catalogue.forEachEpisode { record in
            let location = EpisodeLocation(
                shard: record.shard, offset: record.offset, length: record.length)
            let episode = try shards.read(location, expecting: record.digest)
            #expect(episode.metadata == record.metadata)
            episodes.append(episode)
        }
        return episodes
    }
}

private func withBench(_ body: (Bench) throws -> Void) throws {
    try withTemporaryDirectory { try body(Bench(root: $0)) }
}

@Suite("Ingest")
struct IngestionTests {
    @Test("takes every good episode of a folder, and the counts add up")
    func folder() throws {
        try withBench { bench in
            let folder = recording("good").deletingLastPathComponent()
            let summary = try ingest(paths: [folder], options: bench.options).summary
            #expect(
                summary.episodesIn == summary.episodesAccepted + summary.episodesDuplicate
                    + summary.episodesQuarantined)
            #expect(
                summary.filesIn == summary.filesAccepted + summary.filesDuplicate
                    + summary.filesQuarantined + summary.filesLeft)
            // Those of ALOHA are an episode each.
            #expect(summary.filesQuarantined == 7)
            // 23 bad episodes of robomimic files and 2 of ALOHA.
            #expect(summary.episodesQuarantined == 25)
            #expect(summary.reasons.values.reduce(0, +) == 30)
            let episodes = try bench.episodes()
            #expect(episodes.count == summary.episodesAccepted)
            #expect(summary.steps == episodes.reduce(0) { $0 + $1.metadata.stepCount })
            #expect(try bench.catalogue.quarantined(limit: 100).count == 30)
        }
    }

    @Test("takes an episode once, whatever file brings it")
    func exactlyOnce() throws {
        try withBench { bench in
            #expect(try bench.ingest("good").episodesAccepted == 3)
            let again = try bench.ingest("good")
            #expect(again.episodesDuplicate == 3)
            #expect(again.filesDuplicate == 1)
            let inside = try bench.ingest("duplicate")  // demo_0, demo_1, demo_2, and demo_0 again
            #expect(inside.episodesIn == 4)
            #expect(inside.episodesAccepted == 1)
            #expect(inside.episodesDuplicate == 3)
            #expect(try bench.catalogue.episodeCount() == 4)
        }
    }

    @Test("takes a file that is delivered twice at once under two names once")
    func twiceAtOnce() throws {
        try withBench { bench in
            try bench.deliver("good", as: "a.hdf5")
            try bench.deliver("good", as: "robot-2/b.hdf5")
            let summary = try bench.ingestInbox()
            #expect(summary.episodesAccepted == 3)
            #expect(summary.episodesDuplicate == 3)
            #expect(try bench.catalogue.episodeCount() == 3)
        }
    }

    @Test("leaves named files alone, and disposes of those of the inbox")
    func disposal() throws {
        try withBench { bench in
            try bench.deliver("good", as: "day/good.hdf5")
            try bench.deliver("bad-nan-action", as: "half.hdf5")
            try bench.deliver("text", as: "text.hdf5")
            let summary = try bench.ingestInbox()
            #expect(summary.episodesAccepted == 3)
            #expect(summary.episodesDuplicate == 2)  // two are in both files
            #expect(summary.episodesQuarantined == 1)
            #expect(summary.filesQuarantined == 1)
            let workspace = try bench.workspace
            let inbox = try bench.files(workspace.inbox)
            #expect(inbox.allSatisfy { $0.hasPrefix(".ingested/") })
            #expect(inbox.count == 2)
            let refused = try bench.files(workspace.quarantine)
            #expect(refused.count == 3)
            #expect(refused.contains { $0.hasSuffix("-text.hdf5") })
            #expect(refused.contains { $0.hasSuffix("-text.hdf5.reason.json") })
            #expect(refused.contains { $0.hasSuffix("-half.hdf5.demo_1.reason.json") })
        }
    }

    @Test("says in the reason which file, episode, step and value")
    func reason() throws {
        try withBench { bench in
            _ = try bench.ingest("bad-nan-action")
            let refusal = try #require(try bench.catalogue.quarantined(limit: 1).first)
            #expect(refusal.episode == "demo_1")
            #expect(refusal.reason == "value-not-finite")
            #expect(
                refusal.message.hasPrefix("bad-nan-action.hdf5 demo_1: actions[3, 1] is NaN;"))
            let folder = try bench.workspace.quarantine
            let name = try #require(try bench.files(folder).first)
            let json = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(json.contains(refusal.message))
            #expect(json.contains(refusal.sourceFile.hex))
        }
    }

    @Test("goes on with what a killed ingest had claimed")
    func leftovers() throws {
        try withBench { bench in
            try bench.deliver("good", as: ".claimed/day/good.hdf5")
            // An unfinished shard, as a killed writer leaves it.
            let shards = try bench.workspace.shards
            try Data([1, 2]).write(to: shards.appending(path: ".tmp-killed"))
            #expect(try bench.ingestInbox().episodesAccepted == 3)
            let kept = try FileManager.default.contentsOfDirectory(atPath: shards.path)
            #expect(kept.count { $0.hasSuffix(".zst") } == 1)
            #expect(!kept.contains(".tmp-killed"))
        }
    }

    @Test("repeats what was durable and not recorded without harm")
    func durableButNotRecorded() throws {
        try withBench { bench in
            // Killed between the shard and its rows: the shard is there, the rows are not.
            let writer = try ShardWriter(workspace: bench.workspace.root)
            try withTemporaryDirectory { other in
                let first = Bench(root: other)
                _ = try first.ingest("good")
                for episode in try first.episodes() { _ = try writer.append(episode) }
            }
            _ = try writer.finish()
            #expect(try bench.ingest("good").episodesAccepted == 3)
            #expect(try bench.episodes().count == 3)
        }
    }

    @Test("with nothing to do records no attempt")
    func nothing() throws {
        try withBench { bench in
            let result = try ingest(paths: [], options: bench.options)
            guard case .nothing = result else { throw StageError.usage("not nothing", next: "") }
            #expect(try bench.catalogue.attempts(stage: "ingest", limit: 1).isEmpty)
            let json = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
            #expect(json.contains("\"reused\":true"))
            #expect(json.contains("\"episodes_accepted\":0"))
        }
    }

    @Test("says of what it does not read how much there is, and what is read")
    func unread() throws {
        try withBench { bench in
            for name in ["a.mcap", "day/b.bag"] {
                let file = try bench.workspace.inbox.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data([1]).write(to: file)
            }
            let nothing = try ingest(paths: [], options: bench.options)
            #expect(nothing.summary.warnings == 1)
            let line = try #require(nothing.lines.first)
            #expect(line.hasPrefix("nothing to ingest; 2 files have endings that are not read"))
            #expect(line.contains("a.mcap") && line.contains(".h5, .hdf5"))
            let folder = try bench.workspace.inbox
            #expect(try ingest(paths: [folder], options: bench.options).summary.warnings == 1)
            try bench.deliver("gzip", as: "day/gzip.hdf5")
            #expect(try bench.ingestInbox().warnings == 1)
        }
    }

    @Test("counts a file of which every episode is refused as refused")
    func allRefused() throws {
        try withBench { bench in
            let summary = try bench.ingest("aloha-bad-frame", "good")
            #expect(summary.filesIn == 2)
            #expect(summary.episodesAccepted == 3)
            #expect(summary.filesAccepted == 1 && summary.filesQuarantined == 1)
        }
    }

    @Test("finishes a shard at its limit, and reads every one back")
    func shards() throws {
        try withBench { bench in
            let settings = bench.root.appending(path: "ingest.yaml")
            try "shardEpisodeLimit: 7\nafterIngest: delete\n".write(
                to: settings, atomically: true, encoding: .utf8)
            try bench.deliver("successes-only", as: "many.hdf5")
            let options = StageOptions(
                workspace: bench.options.workspace, configurationFile: settings)
            let summary = try ingest(paths: [], options: options).summary
            #expect(summary.episodesAccepted == 20)
            let workspace = try bench.workspace
            let shards = try FileManager.default.contentsOfDirectory(
                atPath: workspace.shards.path)
            #expect(shards.count { $0.hasSuffix(".zst") } == 3)
            #expect(try bench.episodes().count == 20)
            #expect(try bench.files(workspace.inbox).isEmpty)
        }
    }

    @Test("warns of a source without failures")
    func noFailures() throws {
        try withBench { bench in
            let dropped = try bench.ingest("successes-only")
            let whole = try bench.ingest("gzip")
            #expect(dropped.warnings == 1)
            #expect(whole.warnings == 0)
        }
    }

    @Test("names a path that is not there, and ends with the code of refused input")
    func missingPath() throws {
        try withBench { bench in
            let error = #expect(throws: StageError.self) { try bench.ingest("no-such-file") }
            #expect(error?.exitCode == 65)
            #expect(error?.message.contains("no-such-file.hdf5") == true)
        }
    }

    @Test("lists every setting that is no limit")
    func settings() {
        var configuration = IngestConfiguration()
        #expect(configuration.problems().isEmpty)
        configuration.shardByteLimit = 0
        configuration.gapSeconds = .nan
        configuration.actionMagnitudeRatio = 1
        #expect(configuration.problems().count == 3)
    }

    @Test("writes a report with the same counts")
    func report() throws {
        try withBench { bench in
            _ = try bench.ingest("good", "bad-empty")
            let attempt = try #require(try bench.catalogue.latestSucceeded(stage: "ingest"))
            let output = try attempt.output(ofKind: "report")
            let bytes = try ObjectStore(workspace: bench.options.workspace).read(output.digest)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("3 of 6 episodes are new"))
            #expect(text.contains("demo_1"))
        }
    }
}
