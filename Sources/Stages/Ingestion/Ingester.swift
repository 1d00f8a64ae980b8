import Catalogue
import Digests
import EpisodeFiles
import EpisodeStore
import Episodes
import Foundation
import StageRuns

/// Takes files in, one episode at a time; holds one shard's rows and never more than one episode.
///
/// A shard is durable before its rows are recorded, rows are recorded in one transaction, and a
/// claimed file is disposed of after that: whatever is killed, the next ingest ends with each
/// episode once.
final class Ingester {
    private let run: StageRun
    private let configuration: IngestConfiguration
    private let inbox: Inbox
    private let quarantine: QuarantineFolder
    private let time: String
    private let mark: ReadingMark
    /// Files that a worker before this one died of.
    private let poison = IngestWorker.refused()
    private var shard: ShardWriter?
    private var batch = IngestBatch()
    /// Layout of each embodiment that was named so far: one name never means two layouts.
    private var layouts: [String: [Embodiment.Component]] = [:]
    private(set) var summary = IngestSummary()
    /// What a person reads about each file.
    private(set) var verdicts = FileVerdicts()

    init(run: StageRun, configuration: IngestConfiguration, time: String) {
        self.run = run
        self.configuration = configuration
        self.time = time
        inbox = Inbox(of: run.workspace)
        mark = ReadingMark(of: run.workspace)
        quarantine = QuarantineFolder(url: run.workspace.quarantine)
    }

    /// Ingests all of `files`, in their order.
    func ingest(_ files: [SourceFile]) throws {
        for (index, file) in files.enumerated() {
            do { try StopRequest.check(during: "ingesting") } catch {
                try flush()
                throw error
            }
            try ingest(file)
            if batch.rowCount >= configuration.shardEpisodeLimit { try flush() }
            run.log.progress("files", done: index + 1, total: files.count)
        }
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

    private func ingest(_ file: SourceFile) throws {
        summary.filesIn += 1
        let digest = try file.digest()
        if try skipKnown(file, digest) { return }
        if let cause = poison[digest.hex] { return try refuse(file, digest, crashedBy: cause) }
        try mark.set(file, digest)
        defer { try? mark.clear() }  // at worst the next file's mark replaces it
        do {
            let reader = try EpisodeFileFormats.open(
                file.url, name: file.name, limits: configuration.limits)
            try ingest(reader, of: file, digest)
        } catch let error as EpisodeFileError where Self.isForLater(error) {
            summary.filesLeft += 1
            warn(error.description)
            if file.isClaimed { try inbox.giveBack(file) }
        } catch let error as EpisodeFileError {
            try refuse(file, digest, error)
        }
    }

    /// Whether the same bytes went in before without any refusal, so that nothing is to be read.
    private func skipKnown(_ file: SourceFile, _ digest: Digest) throws -> Bool {
        let isPending = batch.sources.contains { $0.digest == digest && $0.quarantined == 0 }
        if isPending { try flush() }
        guard let known = try run.catalogue.sourceFile(digest: digest), known.quarantined == 0,
            known.accepted + known.duplicates > 0
        else { return false }
        let episodes = known.accepted + known.duplicates
        summary.filesDuplicate += 1
        summary.episodesIn += episodes
        summary.episodesDuplicate += episodes
        verdicts.add(file.name, "known", "the same bytes were ingested as \(known.name)")
        finish(file, digest, isRefused: false)
        return true
    }

    private func ingest(
        _ reader: any EpisodeFileReader, of file: SourceFile, _ digest: Digest
    ) throws {
        var tally = FileTally()
        warn(of: file, reader.warnings)
        for name in reader.episodeNames {
            summary.episodesIn += 1
            try mark.set(file, digest)
            switch reader.read(name) {
            case .accepted(let episode, let warnings):
                warn(of: file, warnings)
                try take(episode, from: digest, &tally)
            case .rejected(let rejection):
                try refuse(name, of: file, digest, rejection)
                tally.quarantined += 1
            }
        }
        if tally.hasNoFailure {
            warn(
                "\(file.name): all \(tally.labelled) labelled episodes are successes; a source that "
                    + "drops its failures hides what to avoid: record them too")
        }
        summary.filesAccepted += 1
        verdicts.add(file.name, "read", tally.description)
        batch.sources.append(
            SourceFileRecord(
                digest: digest, name: file.name, byteCount: file.byteCount,
                format: tally.format, accepted: tally.accepted, duplicates: tally.duplicates,
                quarantined: tally.quarantined, ingestedAt: time))
        finish(file, digest, isRefused: tally.accepted + tally.duplicates == 0)
    }

    private func take(
        _ episode: Episode, from source: Digest, _ tally: inout FileTally
    ) throws {
        tally.see(episode.metadata)
        let digest = EpisodeDigest.digest(of: episode)
        let isPending = batch.digests.contains(digest)
        guard try !isPending && run.catalogue.knownEpisodes(among: [digest]).isEmpty else {
            tally.duplicates += 1
            summary.episodesDuplicate += 1
            return
        }
        let named = withUniqueEmbodiment(episode)
        let writer = try shard ?? ShardWriter(workspace: run.workspace.root)
        shard = writer
        let frame = try writer.append(named, digest: digest)
        batch.digests.insert(digest)
        batch.episodes.append(
            IngestBatch.Pending(
                frame: frame, metadata: named.metadata,
                interventionCount: try episode.interventions().count { $0 }, source: source))
        tally.accepted += 1
        summary.add(named.metadata, frame)
        if writer.byteCount >= configuration.shardByteLimit
            || writer.episodeCount >= configuration.shardEpisodeLimit
        {
            try flush()
        }
    }

    /// Makes durable and visible what was read so far.
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
    private func refuse(_ file: SourceFile, _ digest: Digest, _ error: EpisodeFileError) throws {
        try refuse(file, digest, reason: error.code.rawValue, message: error.description)
    }

    private func refuse(_ file: SourceFile, _ digest: Digest, crashedBy cause: String) throws {
        try refuse(
            file, digest, reason: "reader-crashed",
            message: "\(file.name): the process that read it \(cause); the file is damaged, or "
                + "made to do harm: check it with h5dump on a machine that may crash")
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

    private func refuse(
        _ episode: String, of file: SourceFile, _ digest: Digest, _ rejection: EpisodeRejection
    ) throws {
        summary.episodesQuarantined += 1
        try record(
            QuarantineRecord(
                sourceFile: digest, fileName: file.name, episode: episode, stage: ingestStage,
                reason: rejection.code.rawValue, message: rejection.description, at: time),
            of: file)
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

    private func warn(_ warning: String) {
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

    /// Whether the file is left, because another time or another build can read it.
    private static func isForLater(_ error: EpisodeFileError) -> Bool {
        error.code == .fileLocked || error.code == .supportMissing
    }
}
