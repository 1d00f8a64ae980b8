package import Evidence

/// What simulated robots showed of a candidate and its incumbent, on the same tasks and seeds.
package struct SimulationEvidence: Codable, Sendable, Equatable {
    /// The command as configured.
    package let command: [String]
    /// The seed that the first look asked for; later looks went on from it.
    package let firstSeed: UInt64
    package let looks: Int
    /// Of each task, policy and look.
    package let episodesPerLook: Int
    /// Tasks that the incumbent knows and the candidate does not.
    package let lostTasks: [String]
    package let requirement: PairedRules.Requirement
    package let comparison: PairedComparison
    package let errorSpent: ErrorSpent

    package init(
        command: [String], firstSeed: UInt64, looks: Int, episodesPerLook: Int,
        lostTasks: [String], requirement: PairedRules.Requirement, comparison: PairedComparison,
        errorSpent: ErrorSpent
    ) {
        self.command = command
        self.firstSeed = firstSeed
        self.looks = looks
        self.episodesPerLook = episodesPerLook
        self.lostTasks = lostTasks
        self.requirement = requirement
        self.comparison = comparison
        self.errorSpent = errorSpent
    }
}
