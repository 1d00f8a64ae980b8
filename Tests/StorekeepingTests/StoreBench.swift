import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import Ingestion
import Releases
import StageRuns
import Storekeeping
import TestSupport
import Testing

/// Where the catalogue of a test is.
enum StoreDatabase: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    var testDescription: String { rawValue }
}

/// A workspace with episodes in it, and what is asked of it.
struct StoreBench {
    let root: URL
    let options: StageOptions
    let session: StageSession

    init(root: URL, database: StoreDatabase) throws {
        self.root = root
        options = StageOptions(
            workspace: root, force: false,
            databaseURL: database == .postgres ? try PostgresServer.shared().makeDatabase() : nil)
        session = try StageSession(options: options)
    }

    var catalogue: ExperienceCatalogue { session.catalogue }

    /// Ingests recordings of the fixtures, one shard each.
    func ingest(_ names: String...) throws {
        for name in names {
            _ = try Ingestion.ingest(paths: [recording(name)], options: options)
        }
    }

    /// Delivers a recording to the inbox and ingests it.
    func deliver(_ name: String) throws -> IngestSummary {
        let target = session.workspace.inbox.appending(path: "\(name).hdf5")
        try FileManager.default.copyItem(at: recording(name), to: target)
        return try Ingestion.ingest(paths: [], options: options).summary
    }

    func verify(sample: Double = 1) throws -> VerificationReport {
        try StoreVerification(options: options, sample: sample, seed: 1).run()
    }

    func compact(
        _ yaml: String = "", daysFromNow days: Double = 0, appliesLimit: Bool = false
    ) throws -> CompactionSummary {
        try compaction(yaml, daysFromNow: days).run(appliesLimit: appliesLimit).summary
    }

    func compaction(_ yaml: String = "", daysFromNow days: Double = 0) throws -> Compaction {
        let file = root.appending(path: "retention.yaml")
        try Data(yaml.utf8).write(to: file)
        return try Compaction(
            options: StageOptions(
                workspace: root, configurationFile: yaml.isEmpty ? nil : file,
                databaseURL: options.databaseURL),
            now: Date(timeIntervalSinceNow: days * 86_400))
    }

    func withdraw(_ digests: [Digest], dryRun: Bool = false) throws -> WithdrawalResult {
        try Withdrawal(
            options: options, choice: .named(digests.map(\.hex)), reason: "the household asked"
        ).run(dryRun: dryRun, actor: "ada")
    }

    /// Every episode, read back and verified, by digest.
    func episodes() throws -> [Digest: Episode] {
        var episodes: [Digest: Episode] = [:]
        try catalogue.forEachEpisode { record in
            episodes[record.digest] = try session.shards.read(
                EpisodeLocation(
                    shard: record.shard, offset: record.offset, length: record.length),
                expecting: record.digest)
        }
        return episodes
    }

    func digests() throws -> [Digest] { try episodes().keys.sorted() }

    func shardFiles() throws -> [URL] { try session.shards.files().map(\.url) }

    /// Publishes `bytes` as the output of a stage.
    @discardableResult
    func publish(_ bytes: [UInt8], kind: String, stage: String) throws -> Digest {
        let artefact = Artefact(
            kind: kind, name: kind, digest: try session.objects.put(bytes), byteCount: bytes.count)
        let attempt = try catalogue.beginAttempt(
            stage: stage, key: artefact.digest, run: nil, configurationJSON: "{}",
            environmentJSON: "{}", at: timestamp())
        try catalogue.succeed(attempt, outputs: [artefact], summaryJSON: "{}", at: timestamp())
        return artefact.digest
    }

    /// Publishes a snapshot of these episodes.
    @discardableResult
    func snapshot(of episodes: [Digest]) throws -> Digest {
        var text = #"{"format":"nightshift.snapshot","version":1,"episodes":\#(episodes.count)}"#
        for episode in episodes {
            text += "\n" + #"{"episode":"\#(episode)","weight":1,"neverPositive":false}"#
        }
        return try publish(Array((text + "\n").utf8), kind: "snapshot", stage: "filter-by-quality")
    }

    /// Releases a policy that learned from a snapshot, and points a channel at it.
    @discardableResult
    func release(from snapshot: Digest, version: Int, channel: String = "production") throws
        -> Digest
    {
        let weights = Array("weights of version \(version)".utf8)
        let manifest = ReleaseManifest(
            weights: .init(digest: try session.objects.put(weights), byteCount: weights.count),
            base: nil, snapshot: snapshot, labelSet: nil, valueFunctions: [], thresholds: [],
            conditioning: "none", configuration: .object([:]), seed: UInt64(version),
            heldOutShare: 0.1, machine: .init(program: "test", workers: 1, blasCore: "test"),
            policy: .init(
                preset: "tiny", historyLength: 2, horizon: 16, embodiments: [], normaliser: "",
                tokenizer: ""),
            tasks: [], trainingCurve: [])
        let id = try publish(
            try manifest.canonicalBytes(), kind: "candidate", stage: "fine-tune")
        try catalogue.insertRelease(
            ReleaseRecord(
                id: id.hex, sequence: version, manifest: id, fineTuneAttempt: nil,
                state: .released, createdAt: timestamp()))
        try catalogue.moveChannel(
            channel, to: id.hex, from: try catalogue.channel(channel), decisionJSON: "{}",
            actor: "ada", at: timestamp())
        let desk = try ReleaseDesk(
            workspace: root, catalogue: catalogue, objects: session.objects)
        _ = try desk.materialise(id, sequence: version)
        try desk.settle()
        return id
    }
}

func withBench(
    _ database: StoreDatabase = .sqlite, _ body: (StoreBench) throws -> Void
) throws {
    try withTemporaryDirectory { try body(StoreBench(root: $0, database: database)) }
}
