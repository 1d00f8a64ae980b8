import Foundation

/// One task's pairs: a line of the forgetting panel.
package struct TaskComparison: Codable, Sendable, Equatable {
    package let task: String
    package let pairs: PairCounts
    package let candidateSuccesses: Int
    /// Zero where the incumbent does not know the task.
    package let incumbentSuccesses: Int
    /// Whether the incumbent knows the task.
    package let isShared: Bool
    /// Candidate's success rate less the incumbent's, valid however often it is looked at.
    package let difference: SequentialInterval
    /// Logarithm of the e-value for being worse than the incumbent by more than the margin.
    package let logHarm: Double
    /// One by that e-value, adjusted for the number of tasks by Holm's procedure.
    package internal(set) var adjustedHarm = 1.0

    init(task: String, trials: [PairedTrial], rules: PairedRules) {
        var pairs = PairCounts()
        for trial in trials {
            pairs.add(
                candidate: trial.candidate.isSuccess,
                incumbent: trial.incumbent?.isSuccess ?? false)
        }
        self.task = task
        self.pairs = pairs
        candidateSuccesses = trials.count { $0.candidate.isSuccess }
        incumbentSuccesses = trials.count { $0.incumbent?.isSuccess ?? false }
        isShared = trials.contains { $0.incumbent != nil }
        difference = pairs.differenceInterval(confidence: rules.confidence)
        logHarm = pairs.reversed.logEvidence(above: rules.taskMargin)
    }

    /// Tasks in the order of their names, with harm adjusted for their number.
    static func panel(of trials: [PairedTrial], rules: PairedRules) -> [TaskComparison] {
        let byTask = Dictionary(grouping: trials, by: \.task)
        var panel = byTask.keys.sorted().map {
            TaskComparison(task: $0, trials: byTask[$0] ?? [], rules: rules)
        }
        let adjusted = holmAdjusted(panel.map { min(1, exp(-$0.logHarm)) })
        for (index, value) in adjusted.enumerated() { panel[index].adjustedHarm = value }
        return panel
    }
}
