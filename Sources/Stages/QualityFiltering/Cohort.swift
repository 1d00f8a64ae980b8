import Evidence

/// What is usual among episodes of one embodiment and task; judges only when there are enough.
///
/// Episodes come in the order of their digests, which is a random order, so that the first ones are
/// a fair sample and memory stays bounded.
struct Cohort {
    static let sampleLimit = 2000

    private var lengths: [Double] = []
    private var speeds: [[Double]] = []
    private var tremors: [Double] = []

    mutating func add(_ episode: EpisodeMeasurements) {
        guard lengths.count < Self.sampleLimit else { return }
        lengths.append(Double(episode.stepCount))
        if let tremor = episode.tremor { tremors.append(tremor) }
        if speeds.count < episode.speeds.count {
            speeds += Array(repeating: [], count: episode.speeds.count - speeds.count)
        }
        for (column, extreme) in episode.speeds.enumerated() {
            speeds[column].append(extreme.value)
        }
    }

    /// The cohort's own limits, or nil where it has fewer than `minimum` episodes.
    func limits(minimum: Int) -> CohortLimits? {
        guard lengths.count >= minimum else { return nil }
        let tremor = tremors.count >= minimum ? RobustScale(of: tremors) : nil
        return CohortLimits(
            episodeCount: lengths.count, medianStepCount: sortedQuantile(lengths.sorted(), 0.5),
            usualSpeeds: speeds.map { sortedQuantile($0.sorted(), 0.95) }, tremor: tremor)
    }
}

/// What is usual in a cohort that is large enough to say so.
struct CohortLimits {
    let episodeCount: Int
    let medianStepCount: Double
    /// 95th percentile over episodes of each state column's largest speed.
    let usualSpeeds: [Double]
    /// Nil where too few episodes move at all.
    let tremor: RobustScale?
}

/// The middle of numbers and their spread, which a few outliers do not move.
struct RobustScale {
    let median: Double
    /// 1.4826 times the median distance from the median: the standard deviation of normal numbers.
    let deviation: Double

    /// Of at least one number.
    init(of values: [Double]) {
        let middle = sortedQuantile(values.sorted(), 0.5)
        median = middle
        deviation = 1.4826 * sortedQuantile(values.map { abs($0 - middle) }.sorted(), 0.5)
    }
}

/// All cohorts, and the layout that each embodiment's name stands for.
struct Cohorts {
    private var members: [String: Cohort] = [:]
    private var layouts: [String: [String: Int]] = [:]

    mutating func add(_ episode: EpisodeMeasurements) {
        members[Self.key(episode), default: Cohort()].add(episode)
        layouts[episode.embodiment, default: [:]][episode.layout, default: 0] += 1
    }

    /// Closes the first pass: limits by cohort and the most common layout by embodiment.
    func closed(minimum: Int) -> ClosedCohorts {
        ClosedCohorts(
            limits: members.compactMapValues { $0.limits(minimum: minimum) },
            layouts: layouts.mapValues { counts in
                counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
            })
    }

    static func key(_ episode: EpisodeMeasurements) -> String {
        episode.embodiment + "\u{1}" + episode.instruction
    }
}

/// What the second pass judges by.
struct ClosedCohorts {
    let limits: [String: CohortLimits]
    let layouts: [String: String]

    func limits(of episode: EpisodeMeasurements) -> CohortLimits? { limits[Cohorts.key(episode)] }
}
