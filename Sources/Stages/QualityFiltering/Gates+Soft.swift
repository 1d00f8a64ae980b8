import Evidence
import Foundation

/// S1 to S6, S11 and S12: an episode beside what is usual in its cohort.
extension Gates {
    func soft(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let usual = cohorts.usual(for: episode) else { return [] }
        let judged = SoftComparison(
            episode: episode, usual: usual, deviations: settings.softDeviations)
        return [
            judged.finding(.jerk, .jerk, .below, atLeast: 0.5, "log dimensionless jerk"),
            judged.finding(.arcLength, .arcLength, .below, atLeast: 0.2, "spectral arc length"),
            trembling(episode, usual), energy(judged), idle(judged),
            judged.finding(
                .saturation, .saturation, .above, atLeast: 0.1, notBelow: settings.saturationShare,
                "share of steps with an action at its limit"),
            lag(judged),
            judged.finding(
                .tracking, .residual, .above, atLeast: 0.1,
                "share of the actions that no motion follows"),
            duration(episode, usual),
            judged.finding(
                .pathEfficiency, .pathEfficiency, .below, atLeast: 0.1,
                "way from start to end over the way gone"),
        ].compactMap(\.self)
    }

    /// A tremor is a fault of a robot, not of an episode.
    private func trembling(_ episode: EpisodeMeasurements, _ usual: CohortLimits) -> GateFinding? {
        guard let tremor = episode.motion.tremor, let scale = usual.scales[.tremor] else {
            return nil
        }
        let margin = max(settings.tremorDeviations * scale.deviation, settings.tremorExcess)
        let limit = scale.median + margin
        guard tremor > limit else { return nil }
        return warning(
            .tremor,
            String(
                format: "%.2f of what noise has, its like %.2f, limit %.2f", tremor, scale.median,
                limit), tremor, limit)
    }

    /// The same in Hertz, where the neighbours' differences do not show it.
    private func energy(_ judged: SoftComparison) -> GateFinding? {
        guard trembling(judged.episode, judged.usual) == nil else { return nil }
        return judged.finding(
            .tremor, .highFrequency, .above, atLeast: settings.tremorExcess,
            "share of the actions' energy above 5 Hz")
    }

    private func idle(_ judged: SoftComparison) -> GateFinding? {
        judged.finding(
            .idleness, .innerIdle, .above, atLeast: 0.1, notBelow: settings.idleShare,
            "idle share between start and end")
            ?? judged.finding(
                .idleness, .outerIdle, .above, atLeast: settings.idleSeconds,
                notBelow: settings.idleSeconds, "idle seconds before and after moving")
    }

    private func lag(_ judged: SoftComparison) -> GateFinding? {
        guard let lag = SoftMeasure.lag.value(of: judged.episode),
            let usual = judged.usual.scales[.lag]?.median,
            abs(lag - usual) > settings.lagShiftSteps
        else { return nil }
        var finding = warning(
            .tracking,
            String(
                format: "motion follows the actions by %.0f steps, its like %.0f, "
                    + "limit %.0f more or less",
                lag, usual, settings.lagShiftSteps), lag, usual + settings.lagShiftSteps)
        finding.excess = abs(lag - usual) / settings.lagShiftSteps
        return finding
    }

    private func duration(_ episode: EpisodeMeasurements, _ usual: CohortLimits) -> GateFinding? {
        guard let fences = usual.logDurations else { return nil }
        let value = log(Double(max(1, episode.stepCount)))
        // Rounding may put a fence beside the one value that all have.
        guard value < fences.lower - 1e-9 || value > fences.upper + 1e-9 else { return nil }
        let limit = value > fences.upper ? fences.upper : fences.lower
        var finding = warning(
            .duration,
            String(
                format: "%d steps, usual are %.0f to %.0f", episode.stepCount, exp(fences.lower),
                exp(fences.upper)), Double(episode.stepCount), exp(limit))
        finding.excess = 1 + abs(value - limit) / max(1e-6, fences.upper - fences.lower)
        return finding
    }
}

/// An episode's soft measures beside those of its cohort.
struct SoftComparison {
    enum Direction { case above, below }

    let episode: EpisodeMeasurements
    let usual: CohortLimits
    /// Robust standard deviations from the median that are still usual.
    let deviations: Double

    /// An objection where a measure is further from the median than usual.
    ///
    /// Arguments:
    ///   - atLeast: what is always usual, for cohorts that hardly vary.
    ///   - notBelow: what is never objected to below it.
    func finding(
        _ gate: QualityGate, _ measure: SoftMeasure, _ direction: Direction, atLeast: Double,
        notBelow: Double = -.infinity, _ name: String
    ) -> GateFinding? {
        guard let value = measure.value(of: episode), let scale = usual.scales[measure],
            value >= notBelow
        else { return nil }
        let margin = max(deviations * scale.deviation, atLeast)
        let distance = direction == .above ? value - scale.median : scale.median - value
        guard distance > margin else { return nil }
        let limit = direction == .above ? scale.median + margin : scale.median - margin
        return GateFinding(
            gate: gate, isWarning: true,
            message: "\(gate.rawValue) \(gate.title): "
                + String(
                    format: "%@ is %.3f, its %d like it have %.3f, limit %.3f", name, value,
                    usual.episodeCount, scale.median, limit), value: value, threshold: limit,
            excess: distance / margin)
    }
}
