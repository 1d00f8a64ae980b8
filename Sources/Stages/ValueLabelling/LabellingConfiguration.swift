import StageRuns

/// What label-with-value-function is told.
package struct LabellingConfiguration: StageConfiguration {
    /// Which steps of demonstrations are positive.
    package enum Demonstrations: String, Codable, Sendable {
        /// As all others: teleoperators' skill varies.
        case byAdvantage = "by-advantage"
        /// All of them: operators are experts.
        case positive
    }

    /// Groups of episodes; each is labelled by a value function that never saw it.
    package var folds = 3
    /// Steps that an advantage looks ahead, in control ticks (RECAP: 50).
    package var lookaheadSteps = 50
    /// Share of a task's steps that are to be positive, before interventions are.
    package var positiveShare = 0.25
    /// Whether demonstrations are positive throughout.
    package var demonstrations = Demonstrations.byAdvantage
    /// Steps that a task may take, by instruction; otherwise its longest episode's.
    package var timeLimitSteps: [String: Int] = [:]
    /// Optimiser steps a fold.
    package var trainingSteps = 1000
    /// Samples an optimiser step.
    package var batchSize = 256
    /// The highest learning rate.
    package var learningRate = 2e-3
    /// Decay of matrices.
    package var weightDecay = 1e-2
    /// The preset whose trunk, at half the depth, the value function has.
    package var preset = "tiny"
    /// Bins of the return on [-1, 0].
    package var bins = 201
    /// Area under the ROC curve at half the episode below which nothing is labelled.
    package var aurocFloor = 0.65
    /// Labelled episodes of either outcome below which nothing is labelled.
    package var minimumEpisodesPerOutcome = 10
    /// Seed of initial weights and of what is drawn.
    package var seed: UInt64 = 1

    package init() {}

    package func problems() -> [String] {
        let counts = [
            ("lookaheadSteps", lookaheadSteps), ("trainingSteps", trainingSteps),
            ("batchSize", batchSize),
            ("minimumEpisodesPerOutcome", minimumEpisodesPerOutcome),
        ]
        var problems = counts.filter { $0.1 < 1 }.map { "\($0.0) is \($0.1), expected at least 1" }
        problems += timeLimitSteps.filter { $0.value < 1 }.keys.sorted().map {
            "timeLimitSteps of '\($0)' is below 1, expected at least 1"
        }
        if !(2...64).contains(folds) { problems.append("folds is \(folds), expected 2 to 64") }
        if !(3...10_000).contains(bins) {
            problems.append("bins is \(bins), expected 3 to 10000")
        }
        if !(positiveShare > 0 && positiveShare < 1) {
            problems.append("positiveShare is \(positiveShare), expected between 0 and 1")
        }
        if !(0...1).contains(aurocFloor) {
            problems.append("aurocFloor is \(aurocFloor), expected 0 to 1")
        }
        if !(learningRate > 0 && learningRate.isFinite) {
            problems.append("learningRate is \(learningRate), expected a positive number")
        }
        if !(weightDecay >= 0 && weightDecay.isFinite) {
            problems.append("weightDecay is \(weightDecay), expected 0 or more")
        }
        return problems
    }
}
