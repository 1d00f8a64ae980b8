import Catalogue
import Episodes
import Evidence

/// Counts that add up: in = accepted + quarantined, and every refusal has its gate.
struct QualityTally {
    /// One row of the table of outcomes.
    struct Task {
        var success = 0
        var failure = 0
        var unlabelled = 0
        var refused = 0
        var intervened = 0
        var seconds = 0.0
    }

    struct Gate {
        var refused = 0
        var warned = 0
        var examples: [String] = []
    }

    /// A robot, or one day of it.
    struct Machine: Hashable {
        let robot: String
        let day: String
    }

    static let exampleLimit = 5
    static let reviewLimit = 200

    let intake: IntakeCounts
    var measured = 0
    /// The newest, see ``EpisodeMeasurements/night``.
    var night = 0
    private(set) var total = 0
    private(set) var accepted = 0
    private(set) var neverPositive = 0
    private(set) var withoutTimestamps = 0
    private(set) var steps = 0
    private(set) var demonstrations = 0
    private(set) var interventionSteps = 0
    private(set) var seconds = 0.0
    private(set) var tasks: [String: Task] = [:]
    private(set) var gates: [QualityGate: Gate] = [:]
    private(set) var robots: [String: Int] = [:]
    /// By robot: episodes in all, and those whose actions tremble.
    private(set) var tremors: [String: (episodes: Int, trembling: Int)] = [:]
    /// The same by day of the recording.
    private(set) var dailyTremors: [Machine: (episodes: Int, trembling: Int)] = [:]
    private(set) var downWeighted = 0
    /// Episodes whose outcome a person should look at; the first ones of many.
    private(set) var review: [SuspectOutcome] = []
    /// New episodes with cameras that gates refused, at most two a gate.
    private(set) var refusedTonight: [SuspectOutcome] = []
    /// New episodes with cameras that failed.
    private(set) var failedTonight: [String] = []
    private(set) var sites: [String: Int] = [:]
    private(set) var operators: [String: Int] = [:]
    private(set) var lengths = [Int](repeating: 0, count: 12)

    /// The last night's name.
    private let lastNight: String
    private static let shownLimit = 8

    init(intake: IntakeCounts, lastNight: String) {
        (self.intake, self.lastNight) = (intake, lastNight)
    }

    var quarantined: Int { total - accepted }

    mutating func add(
        _ episode: EpisodeMeasurements, _ findings: [GateFinding], weight: Double = 1
    ) {
        total += 1
        let refusal = findings.first { !$0.isWarning }
        if !episode.hasTimestamps { withoutTimestamps += 1 }
        for finding in findings { note(finding, of: episode, refuses: finding == refusal) }
        show(episode, refusal)
        noteTremor(of: episode, isTrembling: findings.contains { $0.gate == .tremor })
        add(episode, toTaskRefused: refusal != nil)
        guard refusal == nil else { return }
        accepted += 1
        downWeighted += weight < 1 ? 1 : 0
        steps += episode.stepCount
        seconds += episode.durationSeconds ?? 0
        interventionSteps += episode.interventionCount
        demonstrations += episode.isDemonstration ? 1 : 0
        neverPositive += episode.hasSafetyMark ? 1 : 0
        robots[episode.robot ?? "not stated", default: 0] += 1
        sites[episode.site ?? "not stated", default: 0] += 1
        operators[episode.operatorName ?? "not stated", default: 0] += 1
        lengths[Self.bucket(episode.stepCount)] += 1
    }

    /// Keeps the first few that a person might want to see.
    private mutating func show(_ episode: EpisodeMeasurements, _ refusal: GateFinding?) {
        guard episode.nightName == lastNight, !episode.cameras.isEmpty else { return }
        guard let refusal else {
            if episode.outcome == .failure, failedTonight.count < Self.shownLimit {
                failedTonight.append(episode.episode)
            }
            return
        }
        let ofGate = refusedTonight.count { $0.gate == refusal.gate.rawValue }
        guard ofGate < 2 else { return }
        refusedTonight.append(
            SuspectOutcome(
                episode: episode.episode, gate: refusal.gate.rawValue, reason: refusal.message))
    }

    private mutating func noteTremor(of episode: EpisodeMeasurements, isTrembling: Bool) {
        let robot = episode.robot ?? "not stated"
        let machine = Machine(robot: robot, day: episode.day)
        tremors[robot, default: (0, 0)].episodes += 1
        dailyTremors[machine, default: (0, 0)].episodes += 1
        guard isTrembling else { return }
        tremors[robot, default: (0, 0)].trembling += 1
        dailyTremors[machine, default: (0, 0)].trembling += 1
    }

    private mutating func note(
        _ finding: GateFinding, of episode: EpisodeMeasurements, refuses: Bool
    ) {
        var gate = gates[finding.gate, default: Gate()]
        // An episode that fails several gates counts once, at the first: so the counts add up.
        if refuses { gate.refused += 1 } else { gate.warned += 1 }
        if finding.gate == .labelConsistency, review.count < Self.reviewLimit {
            review.append(
                SuspectOutcome(
                    episode: episode.episode, gate: finding.gate.rawValue, reason: finding.message))
        }
        if gate.examples.count < Self.exampleLimit {
            gate.examples.append("\(episode.episode.prefix(12)) \(finding.message)")
        }
        gates[finding.gate] = gate
    }

    private mutating func add(_ episode: EpisodeMeasurements, toTaskRefused refused: Bool) {
        var task = tasks[episode.instruction, default: Task()]
        if refused {
            task.refused += 1
        } else {
            switch episode.outcome {
            case .success: task.success += 1
            case .failure: task.failure += 1
            case .unlabelled: task.unlabelled += 1
            }
            task.intervened += episode.interventionCount > 0 ? 1 : 0
            task.seconds += episode.durationSeconds ?? 0
        }
        tasks[episode.instruction] = task
    }

    /// Lengths are counted in powers of two of 8 steps.
    static func bucket(_ stepCount: Int) -> Int {
        min(11, max(0, (Int.bitWidth - max(1, stepCount / 8).leadingZeroBitCount) - 1))
    }

    static func bucketLabel(_ bucket: Int) -> String {
        bucket == 0 ? "under 16 steps" : "\(8 << bucket) to \((8 << (bucket + 1)) - 1)"
    }

    /// Robots of whom certainly more than half of the episodes tremble.
    var tremblingRobots: [String] {
        tremors.filter { Self.isMost($0.value) }.keys.sorted()
    }

    /// Days on which certainly more than half of a robot's episodes tremble, or certainly more than twice the share
    /// of all others.
    ///
    /// Of noise as strong as a night's own motion only some episodes show it, on one robot of a fleet that is well.
    var tremblingDays: [TremblingDay] {
        let all = dailyTremors.values.reduce((0, 0)) { ($0.0 + $1.episodes, $0.1 + $1.trembling) }
        return dailyTremors.filter { _, count in
            // Of 300 quiet days of robots one is named by chance once in a hundred nights.
            let certain = wilsonInterval(
                successes: count.trembling, trials: count.episodes, z: 4)
            let others = all.0 - count.episodes
            let elsewhere =
                others == 0
                ? 1
                : wilsonInterval(successes: all.1 - count.trembling, trials: others).upper
            return certain.lower > 2 * elsewhere || Self.isMost(count)
        }.map {
            TremblingDay(
                robot: $0.key.robot, day: $0.key.day, episodes: $0.value.episodes,
                trembling: $0.value.trembling)
        }.sorted { ($0.day, $0.robot) < ($1.day, $1.robot) }
    }

    private static func isMost(_ count: (episodes: Int, trembling: Int)) -> Bool {
        wilsonInterval(successes: count.trembling, trials: count.episodes).lower > 0.5
    }

    var worstReasons: String {
        gates.filter { $0.value.refused > 0 }.sorted { $0.value.refused > $1.value.refused }
            .map { "\($0.value.refused) by \($0.key.rawValue) \($0.key.title)" }
            .joined(separator: ", ")
    }
}

/// A day on which most of a robot's episodes tremble (S3).
package struct TremblingDay: Codable, Sendable, Equatable {
    package let robot: String
    package let day: String
    package let episodes: Int
    package let trembling: Int

    /// One line for a person.
    package var line: String {
        "robot \(robot) trembles on \(day), in \(trembling) of \(episodes) episodes: look at it"
    }
}

/// What filter-by-quality prints and the catalogue keeps.
package struct QualitySummary: Codable, Sendable, Equatable {
    package let headline: String
    package let snapshot: String
    package let episodes_in: Int
    package let episodes_accepted: Int
    package let episodes_quarantined: Int
    package let episodes_never_positive: Int
    package let quarantined_by_gate: [String: Int]
    package let warned_by_gate: [String: Int]
    package let episodes_measured: Int
    package let steps: Int
    /// Robots most of whose episodes tremble.
    package let trembling_robots: [String]
    /// Days on which most of a robot's episodes tremble, the oldest first.
    package let trembling_days: [TremblingDay]
    package let episodes_down_weighted: Int
    /// Episodes whose outcome a person should look at.
    package let outcomes_to_review: Int
    /// How many attempts have found new episodes, up to this.
    package let night: Int
    package let intake_duplicates: Int
    package let intake_quarantined_by_reason: [String: Int]

    init(tally: QualityTally, snapshot: some CustomStringConvertible) {
        headline =
            "\(tally.accepted) of \(tally.total) episodes pass"
            + (tally.quarantined > 0 ? ", refused: \(tally.worstReasons)" : "")
        self.snapshot = "\(snapshot)"
        episodes_in = tally.total
        episodes_accepted = tally.accepted
        episodes_quarantined = tally.quarantined
        episodes_never_positive = tally.neverPositive
        let gates = tally.gates.map { ($0.key.rawValue, $0.value) }
        quarantined_by_gate = Dictionary(uniqueKeysWithValues: gates.map { ($0, $1.refused) })
        warned_by_gate = Dictionary(uniqueKeysWithValues: gates.map { ($0, $1.warned) })
        episodes_measured = tally.measured
        steps = tally.steps
        trembling_robots = tally.tremblingRobots
        trembling_days = tally.tremblingDays
        episodes_down_weighted = tally.downWeighted
        outcomes_to_review = tally.gates[.labelConsistency]?.warned ?? 0
        night = tally.night
        intake_duplicates = tally.intake.duplicates
        intake_quarantined_by_reason = tally.intake.quarantinedByReason
    }

    /// For a person.
    package var lines: [String] {
        [headline, "snapshot \(snapshot)"]
            + warned_by_gate.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { "\($0.value) warnings by gate \($0.key)" }
            + trembling_robots.map { "robot \($0) trembles in most of its episodes: look at it" }
            + trembling_days.map(\.line)
            + (outcomes_to_review == 0
                ? []
                : ["\(outcomes_to_review) outcomes to review: filter-by-quality review --list"])
    }
}
