/// How each step of an episode ended, where a human may have rescued the robot on the way.
///
/// What the robot did by itself before a human had to take over counts as failure; the human's part,
/// and what the robot did after it, as the episode's own outcome says. In a demonstration the human
/// rescued nobody.
///
/// - Parameters:
///   - outcome: the episode's.
///   - isDemonstration: whether a human drove throughout.
///   - interventions: T flags, true where a human was driving.
/// - Returns: T outcomes; all unlabelled if the episode is.
package func stepOutcomes(
    _ outcome: Outcome, isDemonstration: Bool, interventions: [Bool]
) -> [Outcome] {
    var outcomes = [Outcome](repeating: outcome, count: interventions.count)
    guard outcome == .success, !isDemonstration, let last = interventions.lastIndex(of: true)
    else { return outcomes }
    for step in 0..<last where !interventions[step] { outcomes[step] = .failure }
    return outcomes
}
