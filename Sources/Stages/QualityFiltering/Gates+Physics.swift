import Foundation

/// H8: speeds and ranges, by configured limits or by what is usual in a large cohort.
extension Gates {
    func physics(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let limits = settings.limits[episode.embodiment] else { return unusualSpeed(episode) }
        return overSpeed(episode, limits) + outOfRange(episode, limits)
    }

    private func overSpeed(_ episode: EpisodeMeasurements, _ limits: PhysicalLimits)
        -> [GateFinding]
    {
        for (column, speed) in episode.speeds.enumerated() where column < limits.maximumSpeed.count
        {
            let limit = settings.speedFactor * limits.maximumSpeed[column]
            guard speed.value > limit else { continue }
            return [tooFast(episode, column, speed, limit, because: "")]
        }
        return []
    }

    private func outOfRange(_ episode: EpisodeMeasurements, _ limits: PhysicalLimits)
        -> [GateFinding]
    {
        for column in episode.low.indices
        where column < limits.low.count && column < limits.high.count {
            let margin = settings.rangeMarginShare * (limits.high[column] - limits.low[column])
            let range = (limits.low[column] - margin)...(limits.high[column] + margin)
            for value in [episode.low[column], episode.high[column]] where !range.contains(value) {
                return [
                    failure(
                        .physics,
                        String(
                            format: "state column %d reaches %.4g, allowed are %.4g to %.4g",
                            column,
                            value, range.lowerBound, range.upperBound), value,
                        value < range.lowerBound ? range.lowerBound : range.upperBound)
                ]
            }
        }
        return []
    }

    private func unusualSpeed(_ episode: EpisodeMeasurements) -> [GateFinding] {
        guard let cohort = cohorts.limits(of: episode) else { return [] }
        for (column, speed) in episode.speeds.enumerated() where column < cohort.usualSpeeds.count {
            // A column that usually stands still has no usual speed to compare with.
            guard cohort.usualSpeeds[column] > 0 else { continue }
            let limit = settings.cohortSpeedFactor * cohort.usualSpeeds[column]
            guard speed.value > limit else { continue }
            let because =
                ", \(Int(settings.cohortSpeedFactor)) times what is usual among its \(cohort.episodeCount) like it"
            return [tooFast(episode, column, speed, limit, because: because)]
        }
        return []
    }

    private func tooFast(
        _ episode: EpisodeMeasurements, _ column: Int, _ speed: EpisodeMeasurements.Extreme,
        _ limit: Double, because: String
    ) -> GateFinding {
        let unit = episode.periodSeconds == nil ? "a step" : "a second"
        return failure(
            .physics,
            String(
                format: "state column %d moves by %.4g %@ between steps %d and %d, limit %.4g",
                column,
                speed.value, unit, speed.step, speed.step + 1, limit) + because, speed.value, limit)
    }
}
