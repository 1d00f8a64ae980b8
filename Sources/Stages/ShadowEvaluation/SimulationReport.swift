package import Evidence
import Reports

/// What `shadow-evaluate --json` prints of a simulation.
package struct SimulationSummary: Codable, Sendable, Equatable {
    /// Of each policy.
    package let episodes: Int
    package let looks: Int
    /// Over the tasks that both policies know.
    package let candidateSuccesses: Int
    package let incumbentSuccesses: Int
    /// Candidate's success rate less the incumbent's, valid at every look.
    package let difference: SequentialInterval
    /// Candidate's by incumbent's successes an hour.
    package let throughputRatio: BootstrapInterval?
    package let errorSpent: ErrorSpent

    init(_ evidence: SimulationEvidence) {
        let comparison = evidence.comparison
        episodes = comparison.shared.count
        looks = evidence.looks
        candidateSuccesses = comparison.tasks.filter(\.isShared)
            .reduce(0) { $0 + $1.candidateSuccesses }
        incumbentSuccesses = comparison.tasks.reduce(0) { $0 + $1.incumbentSuccesses }
        difference = comparison.difference
        throughputRatio = comparison.throughput?.ratio
        errorSpent = evidence.errorSpent
    }
}

extension SimulationEvidence {
    /// The part of the page that is about simulated robots.
    var section: Report.Section {
        Report.Section(
            "Simulated robots",
            [
                .paragraph(
                    "Candidate and incumbent on the same tasks from the same seeds. Differences have "
                        + "intervals that hold at every look; an e-value of 20 is to be expected of "
                        + "a candidate that is no better in at most one test of 20."),
                .table(table), .facts(facts),
            ])
    }

    private var table: Report.Table {
        Report.Table(
            columns: [
                .init("task"), .init("episodes", .right), .init("candidate", .right),
                .init("incumbent", .right), .init("difference", .right),
                .init("harm, adjusted", .right),
            ],
            rows: comparison.tasks.map { task in
                [
                    task.task, "\(task.pairs.count)", "\(task.candidateSuccesses)",
                    task.isShared ? "\(task.incumbentSuccesses)" : "does not know it",
                    "\(percent(task.difference.estimate, signed: true)) (\(interval(task.difference)))",
                    significant(task.adjustedHarm),
                ]
            })
    }

    private var facts: [Report.Fact] {
        [
            Report.Fact("all tasks", comparison.line),
            Report.Fact("e-value for not being worse", eValue(comparison.logNonInferiority)),
            Report.Fact("e-value for being better", eValue(comparison.logSuperiority)),
            Report.Fact("e-value for harm", eValue(comparison.logHarm)),
            Report.Fact(
                "error budget",
                "test \(errorSpent.test), after \(errorSpent.promotions) promotions: alpha "
                    + significant(errorSpent.alpha)),
            Report.Fact("looks, episodes a task and look", "\(looks), \(episodesPerLook)"),
            Report.Fact("first seed", "\(firstSeed)"),
            Report.Fact("command", command.joined(separator: " ")),
        ]
    }
}
