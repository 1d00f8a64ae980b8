import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases

/// Which releases are kept, and which artefacts they were made from.
struct KeptReleases {
    /// Releases that nobody keeps any more, the oldest first.
    private(set) var expired: [ReleaseRecord] = []
    /// Everything that a kept release was made from.
    private(set) var artefacts: Set<Digest> = []

    init(
        catalogue: ExperienceCatalogue, objects: ObjectStore, settings: RetentionConfiguration,
        now: Date
    ) throws {
        let freed = try catalogue.freedReleases()
        let records = try catalogue.releases(limit: 1 << 30).filter { !freed.contains($0.id) }
        let history = try catalogue.channelHistory().map(\.entry).filter { $0.action == .moved }
        let lastMoves = Dictionary(
            history.flatMap { move in [move.release, move.previousRelease].compactMap(\.self) }
                .map { ($0, "") }, uniquingKeysWith: { first, _ in first }
        ).merging(
            history.compactMap { move in move.release.map { ($0, move.at) } },
            uniquingKeysWith: max)
        var kept = Set(records.filter(\.isPinned).map(\.id))
        for channel in try catalogue.channels() {
            // The way back: where the channel was before its last move.
            let move = history.last { $0.channel == channel.name }
            kept.formUnion([channel.release, move?.previousRelease].compactMap(\.self))
        }
        for record in records {
            let at = lastMoves[record.id]
            let days = at == nil ? settings.keepArtefactDays : settings.keepPromotedReleaseDays
            let isForEver = at != nil && days == 0
            let since = at.flatMap { $0.isEmpty ? nil : $0 } ?? record.createdAt
            if isForEver || age(of: since, at: now) < days * 86_400 { kept.insert(record.id) }
        }
        try close(&kept, records, objects)
        expired = records.filter { !kept.contains($0.id) }.sorted { $0.sequence < $1.sequence }
    }

    /// Keeps the bases of what is kept, and notes what kept releases were made from.
    private mutating func close(
        _ kept: inout Set<String>, _ records: [ReleaseRecord], _ objects: ObjectStore
    ) throws {
        let manifests = Dictionary(
            records.map { ($0.id, $0.manifest) }, uniquingKeysWith: { first, _ in first })
        var open = Array(kept)
        while let id = open.popLast() {
            guard let digest = manifests[id] else { continue }
            let manifest = try ReleaseManifest(verifiedBytes: try objects.read(digest))
            artefacts.formUnion([digest, manifest.weights.digest, manifest.snapshot])
            artefacts.formUnion(manifest.valueFunctions)
            artefacts.formUnion([manifest.labelSet, manifest.base].compactMap(\.self))
            if let base = manifest.base?.hex, kept.insert(base).inserted { open.append(base) }
        }
    }
}

/// Seconds since an instant that the catalogue has written; 0 where it is none.
func age(of timestamp: String, at now: Date) -> TimeInterval {
    // As the catalogue writes them, and as other programs do, with and without fractions.
    let styles: [Date.ISO8601FormatStyle] = [
        .iso8601.year().month().day().time(includingFractionalSeconds: true),
        Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle(),
    ]
    // What is none of these is taken for new: nothing goes by a date that cannot be read.
    let date = styles.lazy.compactMap { try? $0.parse(timestamp) }.first
    return date.map { now.timeIntervalSince($0) } ?? 0
}
