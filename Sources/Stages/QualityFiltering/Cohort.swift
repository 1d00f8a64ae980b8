import Diversity
import Evidence

/// What is usual among episodes that are alike; judges only when there are enough.
///
/// Episodes come in the order of their digests, which is a random order, so that the first ones are
/// a fair sample and memory stays bounded.
struct Cohort {
    static let sampleLimit = 2000

    private var lengths: [Double] = []
    private var speeds: [[Double]] = []
    private var stillness: [[Double]] = []
    private var measures: [SoftMeasure: [Double]] = [:]
    private var profiles: [(episode: String, profile: PhaseProfile)] = []

    /// `withColumns` keeps what is compared column by column: by hard gates, and by S7.
    mutating func add(_ episode: EpisodeMeasurements, withColumns: Bool) {
        guard lengths.count < Self.sampleLimit else { return }
        lengths.append(Double(episode.stepCount))
        for measure in SoftMeasure.allCases {
            if let value = measure.value(of: episode) {
                measures[measure, default: []].append(value)
            }
        }
        guard withColumns else { return }
        Self.append(episode.speeds, to: &speeds)
        Self.append(episode.stillness, to: &stillness)
        let isLike = profiles.first.map { $0.profile.hasColumns(of: episode.profile) }
        if profiles.count < CohortConsistency.memberLimit, !episode.profile.states.isEmpty,
            isLike != false
        {
            profiles.append((episode.episode, episode.profile))
        }
    }

    private static func append(
        _ extremes: [EpisodeMeasurements.Extreme], to columns: inout [[Double]]
    ) {
        if columns.count < extremes.count {
            columns += Array(repeating: [], count: extremes.count - columns.count)
        }
        for (column, extreme) in extremes.enumerated() { columns[column].append(extreme.value) }
    }

    /// The cohort's own limits, or nil where it has fewer than `minimum` episodes.
    func limits(minimum: Int) -> CohortLimits? {
        guard lengths.count >= minimum else { return nil }
        let enough = measures.filter { $0.value.count >= minimum }
        return CohortLimits(
            episodeCount: lengths.count, medianStepCount: sortedQuantile(lengths.sorted(), 0.5),
            usualSpeeds: speeds.map { sortedQuantile($0.sorted(), 0.95) },
            usualStillness: stillness.map { sortedQuantile($0.sorted(), 0.95) },
            scales: enough.mapValues { RobustScale(of: $0) },
            logDurations: enough[.logDuration].map { TukeyFences(of: $0) },
            consistency: CohortConsistency(profiles, minimum: minimum))
    }
}

/// What is usual in a cohort that is large enough to say so.
struct CohortLimits {
    let episodeCount: Int
    let medianStepCount: Double
    /// 95th percentile over episodes of each state column's largest speed.
    let usualSpeeds: [Double]
    /// 95th percentile over episodes of how long each state column stood still, in commanded steps.
    let usualStillness: [Double]
    /// Of those measures that enough episodes have.
    let scales: [SoftMeasure: RobustScale]
    let logDurations: TukeyFences?
    /// Of a task's cohort, whoever drove.
    let consistency: CohortConsistency?
}

/// All cohorts, the layout that each embodiment's name stands for, and what cameras usually see.
struct Cohorts {
    /// By embodiment and task.
    private var tasks: [String: Cohort] = [:]
    /// By embodiment, task and controller.
    private var controllers: [String: Cohort] = [:]
    private var layouts: [String: [String: Int]] = [:]
    private var cameras: [String: CameraBaseline] = [:]

    mutating func add(_ episode: EpisodeMeasurements) {
        tasks[Self.key(episode), default: Cohort()].add(episode, withColumns: true)
        controllers[Self.controllerKey(episode), default: Cohort()].add(
            episode, withColumns: false)
        layouts[episode.embodiment, default: [:]][episode.layout, default: 0] += 1
        for camera in episode.cameras {
            cameras[CameraBaseline.key(episode, camera), default: CameraBaseline()].add(camera)
        }
    }

    /// Closes the first pass: limits by cohort and the most common layout by embodiment.
    func closed(minimum: Int) -> ClosedCohorts {
        ClosedCohorts(
            limits: tasks.compactMapValues { $0.limits(minimum: minimum) },
            controllers: controllers.compactMapValues { $0.limits(minimum: minimum) },
            layouts: layouts.mapValues { counts in
                counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
            }, cameras: cameras.filter { $0.value.episodeCount >= minimum })
    }

    static func key(_ episode: EpisodeMeasurements) -> String {
        episode.embodiment + "\u{1}" + episode.instruction
    }

    static func controllerKey(_ episode: EpisodeMeasurements) -> String {
        key(episode) + "\u{1}" + episode.controller
    }
}

/// What the second pass judges by.
struct ClosedCohorts {
    let limits: [String: CohortLimits]
    let controllers: [String: CohortLimits]
    let layouts: [String: String]
    let cameras: [String: CameraBaseline]

    func limits(of episode: EpisodeMeasurements) -> CohortLimits? { limits[Cohorts.key(episode)] }

    /// What is usual for the same controller, or for the task where too few episodes have that.
    func usual(for episode: EpisodeMeasurements) -> CohortLimits? {
        controllers[Cohorts.controllerKey(episode)] ?? limits(of: episode)
    }
}
