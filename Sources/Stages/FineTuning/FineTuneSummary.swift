package import Digests
import Foundation

/// What `fine-tune --json` prints.
package struct FineTuneSummary: Codable, Sendable, Equatable {
    /// Root mean squares on held-out successes, in halves of the recorded range.
    package struct Errors: Codable, Sendable, Equatable {
        package let episodes: Int
        /// Over the steps of a chunk that a robot executes; nil without held-out successes.
        package let policy: Double?
        package let meanChunk: Double?
        /// One minus the policy's by the mean chunk's.
        package let improvement: Double?
        /// The same over whole chunks.
        package let policyFullChunk: Double?
        package let meanChunkFullChunk: Double?

        init(_ sums: HeldOutErrors.Sums) {
            episodes = sums.episodes
            let (ours, guess) = (sums.policy.root, sums.meanChunk.root)
            policy = ours
            meanChunk = guess
            improvement = ours.flatMap { ours in guess.map { 1 - ours / $0 } }
            policyFullChunk = sums.policyFull.root
            meanChunkFullChunk = sums.meanChunkFull.root
        }
    }

    /// One task's figures.
    package struct Task: Codable, Sendable, Equatable {
        package let instruction: String
        package let embodiment: String
        package let trainingEpisodes: Int
        package let heldOutEpisodes: Int
        package let heldOutErrors: Errors
    }

    /// One line for a person.
    package let headline: String
    /// The manifest; its digest is the release's id to be.
    package let candidate: Digest
    package let weights: Digest
    package let base: Digest?
    package let snapshot: Digest
    package let labelSet: Digest?
    package let conditioning: String
    package let trainingSteps: Int
    package let parameters: Int
    package let trainingEpisodes: Int
    package let heldOutEpisodes: Int
    /// Mean loss of the last hundredth of the training.
    package let finalLoss: Double?
    package let heldOutErrors: Errors
    package let tasks: [Task]

    /// Lines for a person.
    package var lines: [String] {
        [headline]
            + tasks.map {
                "  \($0.instruction): error \(number($0.heldOutErrors.policy)), mean chunk "
                    + "\(number($0.heldOutErrors.meanChunk)) on \($0.heldOutErrors.episodes) "
                    + "held-out successes"
            }
    }
}

func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }

func percent(_ value: Double?) -> String {
    value.map { String(format: "%.1f %%", 100 * $0) } ?? "–"
}
