import Catalogue
import Digests
import EpisodeExports
import EpisodeStore
import Episodes
import StageRuns

/// The episodes of a snapshot, and its newest label set, if there is one.
struct ExportSource {
    let snapshot: Digest
    let labelSet: Digest?
    private let session: StageSession

    private static let pageSize = 256

    /// Finds the snapshot whose digest begins with `digits`, or for nil the newest.
    init(_ digits: String?, _ session: StageSession) throws {
        self.session = session
        let kept = try session.catalogue.keptArtefacts()
        let snapshots = kept.filter { $0.artefact.kind == "snapshot" }
        let wanted =
            try digits.map { try Self.named($0, among: snapshots) } ?? Self.newest(of: snapshots)
        snapshot = wanted
        // In the order of their attempts.
        labelSet = try kept.reversed().first {
            try $0.artefact.kind == "label-set"
                && LabelSet($0.artefact.digest, in: session.objects).notes.snapshot == wanted
        }?.artefact.digest
    }

    /// Calls `body` with each episode in the snapshot's order, one in memory at a time.
    func forEach(_ body: (EpisodeToExport) throws -> Void) throws {
        let entries = try ExperienceSnapshot(bytes: try session.objects.read(snapshot)).entries
        let labels = try labelSet.map { try LabelSet($0, in: session.objects) }
        if let labels, labels.offsets.count != entries.count + 1 {
            throw StageError.inputRefused(
                "exporting the snapshot \(snapshot.short): it has \(entries.count) episodes, its "
                    + "label set \(labelSet?.short ?? "") has \(labels.offsets.count - 1)",
                next: "Run label-with-value-function --force.")
        }
        for start in stride(from: 0, to: entries.count, by: Self.pageSize) {
            let page = start..<min(start + Self.pageSize, entries.count)
            let records = try session.catalogue.episodes(
                withDigests: entries[page].map(\.episode))
            for (index, record) in zip(page, records) {
                try body(try item(record, entries[index], labels, index))
            }
        }
    }

    private func item(
        _ record: EpisodeRecord, _ entry: ExperienceSnapshot.Entry, _ labels: LabelSet?,
        _ index: Int
    ) throws -> EpisodeToExport {
        var episode = try session.shards.read(
            EpisodeLocation(shard: record.shard, offset: record.offset, length: record.length),
            expecting: record.digest)
        // What a person may have corrected is in the catalogue and the snapshot, not in the shard.
        episode.metadata = record.metadata
        if let outcome = entry.outcome { episode.metadata.outcome = outcome }
        return EpisodeToExport(
            episode: episode, digest: record.digest.hex, weight: entry.weight,
            isNeverPositive: entry.neverPositive,
            labels: try labels.map { try Self.labels($0, index, record) })
    }

    private static func labels(
        _ set: LabelSet, _ index: Int, _ record: EpisodeRecord
    ) throws -> EpisodeToExport.Labels {
        let steps = set.offsets[index]..<max(set.offsets[index], set.offsets[index + 1])
        guard steps.count == record.metadata.stepCount else {
            throw StageError.inputRefused(
                "exporting episode \(record.digest.short): it has \(record.metadata.stepCount) "
                    + "steps, its labels \(steps.count)",
                next: "Run label-with-value-function --force.")
        }
        var values: [Float] = []
        var advantages: [Float] = []
        var indicators: [Int8] = []
        try set.readValues(steps, into: &values)
        try set.readAdvantages(steps, into: &advantages)
        try set.readIndicators(steps, into: &indicators)
        return EpisodeToExport.Labels(
            values: values, advantages: advantages, indicators: indicators)
    }

    private static func named(
        _ digits: String, among snapshots: [KeptArtefact]
    ) throws -> Digest {
        let found = Set(snapshots.map(\.artefact.digest)).filter { $0.hex.hasPrefix(digits) }
        guard digits.count >= 8, let only = found.first, found.count == 1 else {
            let latest = snapshots.suffix(5).map(\.artefact.digest.short).joined(separator: ", ")
            throw StageError.usage(
                "exporting the snapshot '\(digits)': \(found.count) kept snapshots have a digest "
                    + "that begins so, expected one, by at least 8 digits",
                next: latest.isEmpty
                    ? "Run filter-by-quality, which makes them." : "The latest are \(latest).")
        }
        return only
    }

    private static func newest(of snapshots: [KeptArtefact]) throws -> Digest {
        guard let newest = snapshots.last else {
            throw StageError.inputRefused(
                "exporting: filter-by-quality has made no snapshot in this workspace yet",
                next: "Run it first, or the whole night with nightshift run.")
        }
        return newest.artefact.digest
    }
}
