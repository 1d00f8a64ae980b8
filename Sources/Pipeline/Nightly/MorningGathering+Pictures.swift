import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
import MorningReports
import StageRuns

/// What cameras saw of the few episodes that a person should see.
extension MorningGathering {
    /// An episode that is shown, and why.
    private struct Choice {
        let episode: Digest
        let kind: MorningReport.ShownEpisode.Kind
        let reason: String
    }

    /// Episodes with pictures, at most.
    private static let shownLimit = 10

    /// Nothing where no new episode has a camera, nor where it has been withdrawn since.
    func shownEpisodes() throws -> [MorningReport.ShownEpisode] {
        let choices = try choices()
        guard !choices.isEmpty else { return [] }
        let known = try catalogue.knownEpisodes(among: choices.map(\.episode))
        let records = try catalogue.episodes(withDigests: known.sorted { $0.hex < $1.hex })
        let byDigest = Dictionary(records.map { ($0.digest, $0) }, uniquingKeysWith: { $1 })
        var pictures = try EpisodePictures(workspace: workspace)
        var shown: [MorningReport.ShownEpisode] = []
        for choice in choices {
            guard shown.count < Self.shownLimit, let record = byDigest[choice.episode],
                !record.metadata.cameras.isEmpty
            else { continue }
            let frames = try pictures.frames(
                of: record, isFaulty: choice.reason.contains("camera '"))
            guard !frames.isEmpty else { continue }
            shown.append(
                MorningReport.ShownEpisode(
                    episode: record.digest.hex, kind: choice.kind,
                    title: Self.title(record.metadata), reason: choice.reason, frames: frames))
        }
        return shown
    }

    private static func rarity(_ percentile: Double) -> String {
        percentile >= 1
            ? "Less like what is known than any known episode is."
            : String(
                format: "Less like what is known than %.0f %% of known episodes are.",
                100 * percentile)
    }

    private static func title(_ metadata: EpisodeMetadata) -> String {
        let outcome = metadata.outcome == .unlabelled ? nil : metadata.outcome.rawValue
        let known = [metadata.provenance.robot, metadata.provenance.site, outcome]
        return ([metadata.instruction] + known.compactMap(\.self)).joined(separator: " · ")
    }

    /// Each episode once: those to answer for, refused, new, and failed ones, some of each.
    private func choices() throws -> [Choice] {
        guard !isReused("filter-by-quality") else { return [] }
        let kept = try artefact("report", of: "filter-by-quality")
        let quality = kept["quality"]
        let found =
            try chosen(.doubtful, 2, quality["review"].elements) { $0["reason"].string ?? "" }
            + chosen(.refused, 4, quality["refused_tonight"].elements) {
                $0["reason"].string ?? ""
            }
            + chosen(.novel, 3, kept["diversity"]["novelty"]["most"].elements) { entry in
                Self.rarity(entry["percentile"].number ?? 0)
            }
            + chosen(.failed, 3, quality["failed_tonight"].elements) { _ in
                "Recorded as a failure."
            }
        var seen: Set<Digest> = []
        return found.filter { seen.insert($0.episode).inserted }
    }

    private func chosen(
        _ kind: MorningReport.ShownEpisode.Kind, _ limit: Int, _ entries: [ConfigurationValue],
        reason: (ConfigurationValue) -> String
    ) throws -> [Choice] {
        try entries.prefix(limit).compactMap { entry in
            guard let hex = entry["episode"].string else { return nil }
            return Choice(episode: try Digest(hex: hex), kind: kind, reason: reason(entry))
        }
    }
}
