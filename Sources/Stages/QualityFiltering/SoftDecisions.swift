import Foundation

/// What soft gates may do, once everything that guards diversity has had its say.
struct SoftDecisions {
    private(set) var quarantined: Set<String> = []
    /// How often episodes are drawn compared with others, where that is less.
    private(set) var weights: [String: Double] = [:]
    /// Why an episode stays although a soft gate would have it out.
    private(set) var spared: [String: String] = [:]

    /// Nothing is done.
    init() {}

    /// Decides about the worst first.
    ///
    /// Arguments:
    ///   - candidates: episodes that a gate is configured to act on.
    ///   - census: how many episodes the hard gates let through, by cell and by cohort and night.
    ///   - novelty: percentile of an episode's novelty in the corpus, where it is known.
    init(
        _ candidates: [SoftCandidate], census: SoftCensus, settings: QualityConfiguration,
        novelty: [String: Double]
    ) {
        var left = census.cells
        var removed: [String: Int] = [:]
        for candidate in candidates.sorted(by: SoftCandidate.isWorse) {
            if let percentile = novelty[candidate.episode],
                percentile > settings.rareNoveltyPercentile
            {
                spared[candidate.episode] = String(
                    format: "kept: rarer than %.0f %% of the corpus", percentile)
                continue
            }
            guard candidate.wantsQuarantine else {
                weights[candidate.episode] = candidate.weight
                continue
            }
            let limit = Int(
                settings.removedShareLimit * Double(census.nights[candidate.night] ?? 0))
            if removed[candidate.night, default: 0] >= limit {
                spared[candidate.episode] =
                    "kept: \(limit) of its cohort and night, the most allowed, are out already"
            } else if let cell = candidate.cells.first(where: {
                left[$0, default: 0] <= settings.keptEpisodesMinimum
            }) {
                spared[candidate.episode] =
                    "kept: one of the last \(settings.keptEpisodesMinimum) of \(cell)"
            } else {
                quarantined.insert(candidate.episode)
                removed[candidate.night, default: 0] += 1
                for cell in candidate.cells { left[cell, default: 0] -= 1 }
            }
        }
    }

    /// Makes of a soft finding what was decided about its episode.
    func apply(to finding: inout GateFinding, of episode: String) {
        finding.isWarning = !quarantined.contains(episode)
        if let reason = spared[episode] {
            finding.message += "; \(reason)"
        } else if finding.isWarning, let weight = weights[episode] {
            finding.message += String(format: "; drawn with weight %.3g", weight)
        }
    }

    /// How often an episode is drawn compared with others.
    func weight(of episode: String) -> Double { weights[episode] ?? 1 }
}

/// An episode that a soft gate is configured to act on.
struct SoftCandidate {
    let episode: String
    /// How far beyond its limit its worst measure is.
    let excess: Double
    let wantsQuarantine: Bool
    /// How often it is drawn if it is only weighed down.
    let weight: Double
    /// Its cohort and the day of its recording.
    let night: String
    /// Its task, site, operator and robot, in words.
    let cells: [String]

    init(_ episode: EpisodeMeasurements, excess: Double, wantsQuarantine: Bool, weight: Double) {
        self.episode = episode.episode
        self.excess = excess
        (self.wantsQuarantine, self.weight) = (wantsQuarantine, weight)
        night = SoftCensus.night(of: episode)
        cells = SoftCensus.cells(of: episode)
    }

    static func isWorse(_ left: SoftCandidate, _ right: SoftCandidate) -> Bool {
        (right.excess, left.episode) < (left.excess, right.episode)
    }
}

/// How many episodes there are to take from.
struct SoftCensus {
    private(set) var cells: [String: Int] = [:]
    private(set) var nights: [String: Int] = [:]

    mutating func add(_ episode: EpisodeMeasurements) {
        for cell in Self.cells(of: episode) { cells[cell, default: 0] += 1 }
        nights[Self.night(of: episode), default: 0] += 1
    }

    static func night(of episode: EpisodeMeasurements) -> String {
        Cohorts.key(episode) + "\u{1}" + episode.day
    }

    static func cells(of episode: EpisodeMeasurements) -> [String] {
        let places = [
            ("the site", episode.site), ("the operator", episode.operatorName),
            ("the robot", episode.robot),
        ]
        return ["the task '\(episode.instruction)'"]
            + places.compactMap { kind, name in name.map { "\(kind) \($0)" } }
    }
}
