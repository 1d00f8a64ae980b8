import Diversity
import Episodes

/// Gathers what diversity is computed from, in one pass over the accepted episodes.
///
/// Figures are of samples, so that memory does not grow with experience; counts are of all episodes. Episodes come in
/// the order of their digests, which is a random one, so that the first ones are a fair sample.
struct DiversityCensus {
    /// An episode of a sample.
    struct Member {
        /// The episode's digest.
        let episode: String
        let layout: Int
        let task: String
        let robot: String?
        let site: String?
        let operatorName: String?
        let outcome: Outcome
        let seconds: Double
        let brightness: Double?
        /// Whether it is of one of the seven nights up to the last.
        let isOfWeek: Bool
        let statistics: EpisodeStatistics
    }

    private static let limits = (tonight: 5_000, corpus: 20_000, recent: 5_000)

    let nights: Nights
    private let lastName: String
    private let week: Set<String>
    private let month: Set<String>
    private(set) var tonight: [Member] = []
    private(set) var corpus: [Member] = []
    /// Of the 30 nights before the last.
    private(set) var recent: [Member] = []
    private(set) var layouts: [String: Int] = [:]
    private(set) var tasks: [String: DiversityFigures.TaskLine] = [:]
    /// Of each task, of one layout: as many as an estimate of its mutual information takes.
    private(set) var profiles: [String: [PhaseProfile]] = [:]
    private(set) var factors: [String: [String: Int]] = [:]
    private(set) var newCount = 0
    private(set) var oldCount = 0

    init(nights: Nights) {
        self.nights = nights
        lastName = nights.tonight
        week = nights.before(6).union([nights.tonight])
        month = nights.before(30)
    }

    mutating func add(_ episode: EpisodeMeasurements) {
        let name = episode.nightName
        let isNew = name == lastName
        newCount += isNew ? 1 : 0
        oldCount += isNew ? 0 : 1
        count(episode, isNew: isNew)
        let isRecent = month.contains(name)
        let (needsCorpus, needsRecent) = (
            !isNew && corpus.count < Self.limits.corpus,
            isRecent && recent.count < Self.limits.recent
        )
        guard isNew ? tonight.count < Self.limits.tonight : needsCorpus || needsRecent else {
            return
        }
        let member = member(episode)
        if isNew { tonight.append(member) }
        if needsCorpus { corpus.append(member) }
        if needsRecent { recent.append(member) }
    }

    /// The episode as samples remember it; its layout gets a number.
    mutating func member(_ episode: EpisodeMeasurements) -> Member {
        let key = episode.embodiment + " " + episode.layout
        let layout = layouts[key] ?? layouts.count
        layouts[key] = layout
        return Member(
            episode: episode.episode, layout: layout, task: episode.instruction,
            robot: episode.robot, site: episode.site,
            operatorName: episode.operatorName, outcome: episode.outcome,
            seconds: episode.durationSeconds ?? Double(episode.stepCount),
            brightness: episode.brightness, isOfWeek: week.contains(episode.nightName),
            statistics: episode.statistics)
    }

    private mutating func count(_ episode: EpisodeMeasurements, isNew: Bool) {
        var line = tasks[episode.instruction] ?? .init(task: episode.instruction)
        line.total += 1
        if isNew {
            line.new += 1
            line.successes += episode.outcome == .success ? 1 : 0
            line.failures += episode.outcome == .failure ? 1 : 0
        }
        tasks[episode.instruction] = line
        let known = profiles[episode.instruction] ?? []
        if known.count < PhaseProfile.informativeCount, !episode.profile.states.isEmpty,
            known.first.map({ $0.hasColumns(of: episode.profile) }) ?? true
        {
            profiles[episode.instruction, default: []].append(episode.profile)
        }
        let stated: [(String, String?)] = [
            ("task", episode.instruction), ("site", episode.site),
            ("operator", episode.operatorName), ("robot", episode.robot),
            ("task and site", episode.site.map { episode.instruction + "\u{1}" + $0 }),
            ("task and robot", episode.robot.map { episode.instruction + "\u{1}" + $0 }),
        ]
        for (factor, kind) in stated {
            guard let kind else { continue }
            factors[factor, default: [:]][kind, default: 0] += 1
        }
    }
}
