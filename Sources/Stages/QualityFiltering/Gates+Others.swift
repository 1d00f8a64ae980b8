import Evidence
import Foundation
import Motion

/// S7 and S10: an episode beside single others of its task.
extension Gates {
    func besideOthers(_ episode: EpisodeMeasurements) -> [GateFinding] {
        [inconsistent(episode), duplicate(episode)].compactMap(\.self)
    }

    /// Other actions than its like took in the same phase and in states like its own.
    private func inconsistent(_ episode: EpisodeMeasurements) -> GateFinding? {
        guard let limits = cohorts.limits(of: episode), let usual = limits.consistency,
            let score = usual.score(of: episode)
        else { return nil }
        let margin = max(
            settings.softDeviations * usual.scale.deviation, settings.consistencyExcess)
        let limit = usual.scale.median + margin
        guard score > limit else { return nil }
        var finding = warning(
            .actionConsistency,
            String(
                format: "its actions differ from those in like states by %.3f of all actions' "
                    + "variance, its %d like it by %.3f, limit %.3f",
                score, limits.episodeCount, usual.scale.median, limit), score, limit)
        finding.excess = (score - usual.scale.median) / margin
        return finding
    }

    private func duplicate(_ episode: EpisodeMeasurements) -> GateFinding? {
        guard let twin = duplicates[episode.episode] else { return nil }
        var finding = warning(
            .nearDuplicate,
            String(
                format: "of %d episodes that are nearly the same %@ is the best; the nearest "
                    + "is %.2f %% of the range away, limit %.2f %%",
                twin.size, String(twin.best.prefix(12)), 100 * twin.distance,
                100 * settings.duplicateDistance), twin.distance, settings.duplicateDistance)
        finding.excess = 2 - twin.distance / settings.duplicateDistance
        finding.weight = 1 / Double(twin.size)
        return finding
    }
}
