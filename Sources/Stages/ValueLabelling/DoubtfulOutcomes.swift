package import Evidence

/// How many outcomes of one origin, such as a robot, contradict the end of their episodes.
///
/// The value function that judges an episode never saw it. It is a count for people to look at:
/// no label is changed by it.
package struct DoubtfulOutcomes: Codable, Sendable, Equatable {
    /// `robot`, `site`, `release` or `day`.
    package let kind: String
    package let name: String
    /// Labelled episodes.
    package let episodes: Int
    package let doubtful: Int
    /// Wilson's 95 % interval of their share.
    package let lower: Double
    package let upper: Double
    /// Whether the interval lies above that of all others of its kind.
    package let isSuspicious: Bool

    /// One line for a person.
    package var line: String {
        "\(kind) \(name): \(doubtful) of \(episodes) outcomes contradict the end of their episodes "
            + "(\(percent(lower)) to \(percent(upper))), more than elsewhere: look at its labels"
    }
}

/// A success at least this improbable over its last tenth, or a failure this probable to succeed, is doubtful.
private let doubtProbability = 0.8

/// Counts doubtful outcomes by origin: the worst first.
///
/// Each end has a forecast of success over the last tenth of a labelled episode and, by kind, the name of
/// where it came from.
package func doubtfulOutcomes(
    _ ends: [(forecast: Forecast, origins: [String: String])]
) -> [DoubtfulOutcomes] {
    var counts: [String: [String: (episodes: Int, doubtful: Int)]] = [:]
    for end in ends {
        let against =
            end.forecast.happened ? 1 - end.forecast.probability : end.forecast.probability
        for (kind, name) in end.origins {
            var count = counts[kind, default: [:]][name, default: (0, 0)]
            count.episodes += 1
            count.doubtful += against >= doubtProbability ? 1 : 0
            counts[kind, default: [:]][name] = count
        }
    }
    let found = counts.flatMap { kind, names in
        let all = names.values.reduce((0, 0)) { ($0.0 + $1.episodes, $0.1 + $1.doubtful) }
        return names.map { name, count in
            let interval = wilsonInterval(successes: count.doubtful, trials: count.episodes)
            let others = all.0 - count.episodes
            let elsewhere =
                others == 0
                ? 1 : wilsonInterval(successes: all.1 - count.doubtful, trials: others).upper
            return DoubtfulOutcomes(
                kind: kind, name: name, episodes: count.episodes, doubtful: count.doubtful,
                lower: interval.lower, upper: interval.upper,
                isSuspicious: interval.lower > elsewhere)
        }
    }
    return found.sorted { ($1.lower, $0.kind, $0.name) < ($0.lower, $1.kind, $1.name) }
}
