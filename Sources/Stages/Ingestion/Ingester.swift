import Catalogue
import Digests
import Dispatch
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import StageRuns

/// Takes in what ``FileReading`` reads; holds one shard's rows and little more than one episode.
///
/// A shard is durable before its rows are recorded, rows are recorded in one transaction, and a
/// claimed file is disposed of after that: whatever is killed, the next ingest ends with each
/// episode once.
final class Ingester {
    private let run: StageRun
    private let configuration: IngestConfiguration
    private let profiles: [ImportProfile]
    private let inbox: Inbox
    private let quarantine: QuarantineFolder
    private let time: String
    private let workers: Int
    private let compressor: EpisodeCompressor
    private var shard: ShardWriter?
    private var batch = IngestBatch()
    /// The file whose episodes are being taken in.
    private var current: (file: SourceFile, digest: Digest, tally: FileTally)?
    private var fileCounts = (done: 0, total: 0)
    /// Layout of each embodiment that was named so far: one name never means two layouts.
    private var layouts: [String: [Embodiment.Component]] = [:]
    private(set) var summary = IngestSummary()
    /// What a person reads about each file.
    private(set) var verdicts = FileVerdicts()

    init(
        run: StageRun, configuration: IngestConfiguration, profiles: [ImportProfile] = [],
        time: String
    ) throws {
        self.run = run
        self.configuration = configuration
        self.profiles = profiles
        self.time = time
        inbox = Inbox(of: run.workspace)
        quarantine = QuarantineFolder(url: run.workspace.quarantine)
        workers = ProcessInfo.processInfo.activeProcessorCount
        compressor = try EpisodeCompressor(workers: workers)
    }

    /// Ingests all of `files`, in their order.
    func ingest(_ files: [SourceFile]) throws {
        fileCounts = (0, files.count)
        let reading = try FileReading(
            run: run, configuration: configuration, profiles: profiles)
        let handOver = HandOver(workers: workers) { [unowned self] in try self.take($0) }
        try reading.read(files, to: handOver) { try flush() }
        try flush()
    }

    /// Notes files of the inbox that were not claimed.
    func noteLeft(_ names: [String]) {
        for name in names {
            summary.filesIn += 1
            summary.filesLeft += 1
            warn("\(name): somebody is writing it; it is left for the next ingest")
        }
    }

    /// Takes in some of what was read, which follows what was taken in before.
    private func take(_ items: [IngestItem]) throws {
        var fates = try EpisodeFates.of(
            items, pending: batch.digests, in: run.catalogue, compressor,
            named: withUniqueEmbodiment)[...]
        for item in items {
            switch item {
            case .opened(let file, let digest, let warnings):
                current = (file, digest, FileTally())
                warn(of: file, warnings)
            case .episode(let name, .accepted(let episode, let warnings)):
                guard let fate = fates.popFirst() else { continue }
                try take(episode, name, warnings, fate)
            case .episode(let name, .rejected(let rejection)):
                try refuse(name, rejection)
            case .closed: close()
            case .known(let file, let digest, let record): skip(file, digest, record)
            case .refused(let file, let digest, let reason, let message):
                try refuse(file, digest, reason: reason, message: message)
            case .left(let file, let reason):
                summary.filesLeft += 1
                warn(reason)
                if file.isClaimed { try inbox.giveBack(file) }
            }
            if item.endsFile { try endFile() }
        }
    }

    private func endFile() throws {
        summary.filesIn += 1
        fileCounts.done += 1
        current = nil
        if batch.rowCount >= configuration.shardEpisodeLimit { try flush() }
        run.log.progress("files", done: fileCounts.done, total: fileCounts.total)
    }

    /// Counts a file whose bytes went in before without any refusal, so that nothing was read.
    private func skip(_ file: SourceFile, _ digest: Digest, _ known: SourceFileRecord) {
        let episodes = known.accepted + known.duplicates
        summary.filesDuplicate += 1
        summary.episodesIn += episodes
        summary.episodesDuplicate += episodes
        verdicts.add(file.name, "known", "the same bytes were ingested as \(known.name)")
        finish(file, digest, isRefused: false)
    }

    private func close() {
        guard let (file, digest, tally) = current else { return }
        if tally.hasNoFailure {
            warn(
                "\(file.name): all \(tally.labelled) labelled episodes are successes; a source that "
                    + "drops its failures hides what to avoid: record them too")
        }
        let isRefused = tally.accepted + tally.duplicates == 0
        if isRefused { summary.filesQuarantined += 1 } else { summary.filesAccepted += 1 }
        verdicts.add(file.name, "read", tally.description)
        batch.sources.append(
            SourceFileRecord(
                digest: digest, name: file.name, byteCount: file.byteCount,
                format: tally.format, accepted: tally.accepted, duplicates: tally.duplicates,
                quarantined: tally.quarantined, ingestedAt: time))
        finish(file, digest, isRefused: isRefused)
    }

    private func take(
        _ episode: Episode, _ name: String, _ warnings: [String], _ fate: EpisodeFate
    ) throws {
        guard let (file, source, _) = current else { return }
        summary.episodesIn += 1
        warn(of: file, warnings)
        current?.tally.see(episode.metadata)
        switch fate {
        case .duplicate:
            current?.tally.duplicates += 1
            summary.episodesDuplicate += 1
        case .withdrawn(let digest):
            current?.tally.quarantined += 1
            try refuseWithdrawn(name, of: file, source, digest)
        case .new(let named, let digest, let compressed):
            current?.tally.accepted += 1
            try store(named, digest, compressed, source)
        }
    }

    private func store(
        _ episode: Episode, _ digest: Digest, _ compressed: CompressedEpisode?, _ source: Digest
    ) throws {
        let writer = try shard ?? ShardWriter(workspace: run.workspace.root)
        shard = writer
        let frame =
            try compressed.map { try writer.append($0) }
            ?? writer.append(episode, digest: digest)
        batch.digests.insert(digest)
        batch.episodes.append(
            IngestBatch.Pending(
                frame: frame, metadata: episode.metadata,
                interventionCount: try episode.interventions().count { $0 }, source: source))
        summary.add(episode.metadata, frame)
        if writer.byteCount >= configuration.shardByteLimit
            || writer.episodeCount >= configuration.shardEpisodeLimit
        {
            try flush()
        }
    }

    /// Makes durable and visible what was taken in so far.
    private func flush() throws {
        guard !batch.isEmpty else { return }
        let records = try shard.map { batch.records(shard: try $0.finish(), at: time) } ?? []
        shard = nil
        try run.catalogue.record(
            episodes: records, quarantined: batch.quarantined, sources: batch.sources,
            guardedBy: run.attempt)
        for (file, digest, isRefused) in batch.finished {
            if isRefused {
                try inbox.quarantine(file, digest: digest)
            } else {
                try inbox.finish(file, digest: digest, then: configuration.afterIngest)
            }
        }
        batch = IngestBatch()
    }

    private func finish(_ file: SourceFile, _ digest: Digest, isRefused: Bool) {
        if file.isClaimed { batch.finished.append((file, digest, isRefused)) }
    }
}

extension Ingester {
    private func refuse(_ episode: String, _ rejection: EpisodeRejection) throws {
        guard let (file, digest, _) = current else { return }
        summary.episodesIn += 1
        summary.episodesQuarantined += 1
        current?.tally.quarantined += 1
        try record(
            QuarantineRecord(
                sourceFile: digest, fileName: file.name, episode: episode, stage: ingestStage,
                reason: rejection.code.rawValue, message: rejection.description, at: time),
            of: file)
    }

    private func refuse(
        _ file: SourceFile, _ digest: Digest, reason: String, message: String
    ) throws {
        summary.filesQuarantined += 1
        try record(
            QuarantineRecord(
                sourceFile: digest, fileName: file.name, episode: nil, stage: ingestStage,
                reason: reason, message: message, at: time), of: file)
        finish(file, digest, isRefused: true)
    }

    private func refuseWithdrawn(
        _ episode: String, of file: SourceFile, _ digest: Digest, _ content: Digest
    ) throws {
        summary.episodesQuarantined += 1
        try record(
            QuarantineRecord(
                sourceFile: digest, fileName: file.name, episode: episode, stage: ingestStage,
                reason: "withdrawn",
                message: "\(file.name) \(episode): episode \(content.short) was withdrawn, and is "
                    + "not taken in again; ask whoever delivered it to delete it",
                at: time), of: file)
    }

    private func record(_ refusal: QuarantineRecord, of file: SourceFile) throws {
        summary.reasons[refusal.reason, default: 0] += 1
        run.log.warning("refused: \(refusal.message)")
        verdicts.add(
            file.name + (refusal.episode.map { " \($0)" } ?? ""), "refused", refusal.message)
        try quarantine.write(refusal, label: Inbox.label(file, refusal.sourceFile))
        batch.quarantined.append(refusal)
    }

    /// At most a few lines a file: a fleet's odd files would hide everything else.
    private func warn(of file: SourceFile, _ warnings: [String]) {
        let shown = 5
        let before = verdicts.warningCount(of: file.name)
        for (index, warning) in warnings.enumerated() {
            summary.warnings += 1
            verdicts.addWarning(file.name, warning)
            if before + index < shown { run.log.warning(warning) }
            if before + index == shown {
                run.log.warning("\(file.name): more warnings like these are counted, not shown")
            }
        }
    }

    func warn(_ warning: String) {
        summary.warnings += 1
        run.log.warning(warning)
        verdicts.addWarning("", warning)
    }

    /// The episode, with its embodiment's name marked where the name means another layout.
    private func withUniqueEmbodiment(_ episode: Episode) -> Episode {
        let embodiment = episode.metadata.embodiment
        let known = layouts[embodiment.name]
        if known == nil { layouts[embodiment.name] = embodiment.state }
        guard let known, known != embodiment.state else { return episode }
        warn(
            "\(episode.metadata.sourceEpisode): the embodiment '\(embodiment.name)' has another "
                + "state layout than before; it is kept under a name of its own")
        var metadata = episode.metadata
        metadata.embodiment = embodiment.markedByLayout()
        return Episode(metadata: metadata, arrays: episode.arrays)
    }
}
