import Diversity
import Evidence

/// S7: what a cohort's actions usually are in like states, by a few of its episodes.
struct CohortConsistency {
    /// Episodes that others are compared with; they come in a random order.
    static let memberLimit = 128

    /// Of the members among each other.
    let scale: RobustScale
    private let consistency: ActionConsistency
    /// Each member's place, so that none is compared with itself.
    private let places: [String: Int]

    /// Nil for fewer than `minimum` members that can be compared.
    init?(_ members: [(episode: String, profile: PhaseProfile)], minimum: Int) {
        guard members.count >= minimum, let consistency = ActionConsistency(members.map(\.profile))
        else { return nil }
        self.consistency = consistency
        scale = RobustScale(of: consistency.memberScores)
        places = Dictionary(
            members.enumerated().map { ($1.episode, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func score(of episode: EpisodeMeasurements) -> Double? {
        consistency.score(of: episode.profile, leavingOut: places[episode.episode])
    }
}
