package import Digests
import Foundation

/// What `label-with-value-function --json` prints.
package struct LabellingSummary: Codable, Sendable, Equatable {
    /// One task's figures.
    package struct Task: Codable, Sendable, Equatable {
        package let instruction: String
        package let embodiment: String
        package let episodes: Int
        package let steps: Int
        /// L, in control ticks.
        package let timeLimitSteps: Int
        /// Advantages strictly above it are positive; nil where the task has no labelled episode.
        package let threshold: Double?
        /// Share of steps that are positive.
        package let positiveShare: Double
        /// Share of steps whose expected return was cut at -1.
        package let clippedShare: Double
        /// At 25, 50 and 75 % of the episode.
        package let figures: [ValueFigures]
        /// Of value with time to success; nil with fewer than two successes.
        package let rankCorrelation: Double?
    }

    /// One line for a person.
    package let headline: String
    package let snapshot: Digest
    package let episodes: Int
    package let labelledEpisodes: Int
    package let steps: Int
    package let positiveSteps: Int
    /// Area under the ROC curve at half the episode, over all tasks.
    package let aurocAtHalf: Double?
    /// At 25, 50 and 75 % of the episode, over all tasks.
    package let figures: [ValueFigures]
    package let rankCorrelation: Double?
    package let tasks: [Task]
    /// By robot, site, release and day, the worst first.
    package let doubtfulOutcomes: [DoubtfulOutcomes]
    /// Mean loss of each hundredth of the training, a fold each.
    package let losses: [[Double]]

    /// Lines for a person.
    package var lines: [String] {
        [headline]
            + tasks.map {
                "  \($0.instruction): \($0.episodes) episodes, AUROC at half "
                    + "\(number($0.figures[1].auroc)), \(percent($0.positiveShare)) positive"
            }
            + doubtfulOutcomes.filter(\.isSuspicious).map { "  \($0.line)" }
    }
}

func number(_ value: Double?, digits: Int = 3) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? "–"
}

func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
