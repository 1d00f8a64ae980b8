import Diversity
import Episodes

/// S10: which episodes are nearly the same, and which of them is the best.
///
/// Of at most 4,000 episodes of a robot and task, and 20,000 in all: they come in the order of their digests, which
/// is a random one, so that what is left out is left out by chance.
struct DuplicateSurvey {
    private static let limits = (cohort: 4_000, total: 20_000)

    /// An episode that may be like another.
    private struct Member {
        let episode: String
        /// Successes are better than unlabelled episodes, these better than failures; then the earlier is.
        let rank: (Int, Int, String)
        let profile: PhaseProfile
    }

    private var cohorts: [String: [Member]] = [:]
    private var count = 0

    /// Adds an episode that no hard gate refuses.
    mutating func add(_ episode: EpisodeMeasurements) {
        let key = Cohorts.key(episode) + "\u{1}" + episode.layout
        guard !episode.profile.states.isEmpty, count < Self.limits.total,
            cohorts[key, default: []].count < Self.limits.cohort
        else { return }
        count += 1
        let order: [Outcome] = [.success, .unlabelled, .failure]
        cohorts[key, default: []].append(
            Member(
                episode: episode.episode,
                rank: (
                    order.firstIndex(of: episode.outcome) ?? order.count, episode.night,
                    episode.episode
                ), profile: episode.profile))
    }

    /// All but the best of each cluster.
    func duplicates(_ settings: QualityConfiguration) -> [String: Duplicate] {
        var found: [String: Duplicate] = [:]
        for members in cohorts.values where members.count >= settings.cohortMinimumEpisodes {
            let near = NearDuplicates(
                members.map(\.profile), cosine: settings.duplicateCosine,
                distance: settings.duplicateDistance)
            let clusters = Dictionary(
                grouping: zip(members, near.twins).compactMap { member, twin in
                    twin.map { (member: member, twin: $0) }
                }, by: \.twin.cluster)
            for cluster in clusters.values {
                guard let best = cluster.min(by: { $0.member.rank < $1.member.rank }) else {
                    continue
                }
                for (member, twin) in cluster where member.episode != best.member.episode {
                    found[member.episode] = Duplicate(
                        best: best.member.episode, distance: twin.distance, size: cluster.count)
                }
            }
        }
        return found
    }
}

/// An episode that is nearly the same as a better one.
struct Duplicate: Equatable {
    let best: String
    /// From the nearest of its cluster, in ranges of the cohort's states.
    let distance: Double
    /// Episodes of its cluster, with the best.
    let size: Int
}
