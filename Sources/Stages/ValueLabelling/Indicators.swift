import Batching
import EpisodeStore
import Episodes

/// Whether a step's action is shown to the policy as better than usual.
///
/// Arguments:
///   - entry: the episode.
///   - advantages: of T steps.
///   - interventions: T flags.
///   - threshold: the task's; strictly greater is positive.
///   - demonstrations: what counts for steps of demonstrations.
/// - Returns: T indicators.
func indicators(
    of entry: ExperienceColumns.Entry, advantages: [Float], interventions: [Bool],
    threshold: Float, demonstrations: LabellingConfiguration.Demonstrations
) -> [Int8] {
    let isExpert = entry.isDemonstration && demonstrations == .positive
    return advantages.indices.map { step in
        let isCorrection = interventions[step] && !entry.isDemonstration
        let indicator: Indicator =
            if entry.isNeverPositive {
                .negative
            } else if isCorrection || isExpert {
                .positive
            } else if entry.outcome == .unlabelled {
                .absent
            } else {
                advantages[step] > threshold ? .positive : .negative
            }
        return indicator.rawValue
    }
}
