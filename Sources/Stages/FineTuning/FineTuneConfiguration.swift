import StageRuns

/// What fine-tune is told.
package struct FineTuneConfiguration: StageConfiguration {
    /// Which steps are learned from, and how much.
    package enum Conditioning: String, Codable, Sendable, CaseIterable {
        /// The policy is told whether a step was better than usual (RECAP, arXiv 2511.14759).
        case indicator
        /// Steps are drawn in proportion to exp(advantage / temperature) (AWR, 1910.00177).
        case weight
        /// Steps that ended in success alone (filtered imitation).
        case successOnly = "success-only"
        /// All steps alike (imitation).
        case none

        /// Whether it needs advantages.
        var needsLabels: Bool { self == .indicator || self == .weight }
    }

    /// How experience becomes better than itself.
    package var conditioning = Conditioning.indicator
    /// What to start from: `channel`, the release of the channel `base` (from scratch while there is
    /// none); `none`, from scratch; or a release's id, 64 hexadecimal digits.
    package var base = channelBase
    /// The network: `tiny`, `small` or `base`.
    package var preset = "tiny"
    /// Optimiser steps.
    package var trainingSteps = 3000
    /// Samples an optimiser step.
    package var batchSize = 256
    /// The highest learning rate without a base.
    package var learningRateFromScratch = 1e-3
    /// The highest learning rate with a base.
    package var learningRateFromBase = 7e-4
    /// Optimiser steps in which the learning rate rises.
    package var warmupSteps = 100
    /// The last learning rate as a share of the highest.
    package var finalLearningRateShare = 0.03
    /// Decay of matrices.
    package var weightDecay = 1e-4
    /// The largest norm of a gradient.
    package var gradientClip = 1.0
    /// Decay of the moving average of the parameters, which is what gets released.
    package var averageDecay = 0.995
    /// How much more often positive steps are drawn (`indicator`).
    package var positiveRepeats = 4.0
    /// Share of samples whose indicator is hidden (`indicator`).
    package var indicatorDropout = 0.15
    /// Advantage by which a step weighs e times as much (`weight`).
    package var advantageTemperature = 0.05
    /// A task's share of the draws grows with its steps to this power: 1 is by steps, 0 is alike.
    package var taskExponent = 0.5
    /// Share of episodes, chosen by digest, that training never sees.
    package var heldOutShare = 0.1
    /// Share of a picture's sides that a random crop keeps in training; 1 keeps all.
    package var cropShare = 0.95
    /// How much colours change at random in training, as a share of openpi's ranges.
    package var colourJitter = 1.0
    /// Steps of a chunk that a robot executes: what action errors are measured over.
    package var executedSteps = 8
    /// Optimiser steps between checkpoints of an unfinished attempt.
    package var checkpointInterval = 250
    /// Seed of initial weights, noise and what is drawn.
    package var seed: UInt64 = 1

    static let channelBase = "channel"
    static let noBase = "none"

    package init() {}

    package func problems() -> [String] {
        let counts = [
            ("trainingSteps", trainingSteps), ("batchSize", batchSize),
            ("executedSteps", executedSteps), ("checkpointInterval", checkpointInterval),
        ]
        var problems = counts.filter { $0.1 < 1 }.map { "\($0.0) is \($0.1), expected at least 1" }
        if warmupSteps < 0 { problems.append("warmupSteps is \(warmupSteps), expected 0 or more") }
        let positive = [
            ("learningRateFromScratch", learningRateFromScratch),
            ("learningRateFromBase", learningRateFromBase), ("gradientClip", gradientClip),
            ("positiveRepeats", positiveRepeats), ("advantageTemperature", advantageTemperature),
        ]
        problems += positive.filter { !($0.1 > 0 && $0.1.isFinite) }
            .map { "\($0.0) is \($0.1), expected a positive number" }
        let shares = [
            ("finalLearningRateShare", finalLearningRateShare), ("taskExponent", taskExponent),
            ("indicatorDropout", indicatorDropout), ("colourJitter", colourJitter),
        ]
        problems += shares.filter { !(0...1).contains($0.1) }
            .map { "\($0.0) is \($0.1), expected 0 to 1" }
        if !(cropShare > 0.1 && cropShare <= 1) {
            problems.append("cropShare is \(cropShare), expected above 0.1 and 1 at most")
        }
        let open = [("averageDecay", averageDecay), ("heldOutShare", heldOutShare)]
        problems += open.filter { !(0..<1).contains($0.1) }
            .map { "\($0.0) is \($0.1), expected 0 to below 1" }
        if !(weightDecay >= 0 && weightDecay.isFinite) {
            problems.append("weightDecay is \(weightDecay), expected 0 or more")
        }
        return problems
    }
}
