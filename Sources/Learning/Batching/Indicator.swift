/// Whether an action was better than what the policy did before, as the policy is told.
package enum Indicator: Int8, Sendable, Equatable, CaseIterable {
    case negative = 0
    case positive = 1
    /// The policy is not told; the unconditional branch.
    case absent = -1
}
