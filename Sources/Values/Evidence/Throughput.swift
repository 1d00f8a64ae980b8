import Foundation

/// One seed's episodes of all tasks, summed: what throughput is measured on.
package struct ThroughputBlock: Sendable, Equatable {
    package var candidateSuccesses = 0.0
    package var candidateSeconds = 0.0
    package var incumbentSuccesses = 0.0
    package var incumbentSeconds = 0.0
    /// Episodes of either policy.
    package var episodes = 0

    package init() {}

    /// Takes in a pair whose task both policies know.
    package mutating func add(candidate: TrialOutcome, incumbent: TrialOutcome) {
        candidateSuccesses += candidate.isSuccess ? 1 : 0
        candidateSeconds += candidate.seconds
        incumbentSuccesses += incumbent.isSuccess ? 1 : 0
        incumbentSeconds += incumbent.seconds
        episodes += 1
    }

    static func + (left: ThroughputBlock, right: ThroughputBlock) -> ThroughputBlock {
        var sum = left
        sum.candidateSuccesses += right.candidateSuccesses
        sum.candidateSeconds += right.candidateSeconds
        sum.incumbentSuccesses += right.incumbentSuccesses
        sum.incumbentSeconds += right.incumbentSeconds
        sum.episodes += right.episodes
        return sum
    }

    /// Candidate's by incumbent's successes an hour; a million where the incumbent has none.
    var ratio: Double {
        let upper = candidateSuccesses * incumbentSeconds
        let lower = incumbentSuccesses * candidateSeconds
        if upper == lower { return 1 }
        return lower == 0 ? 1e6 : min(upper / lower, 1e6)  // JSON knows no infinity.
    }
}

/// Successes an hour of robot time, of two policies on the same seeds.
package struct ThroughputComparison: Codable, Sendable, Equatable {
    package let candidatePerHour: Double
    package let incumbentPerHour: Double
    /// Candidate's by incumbent's, resampling seeds whole.
    package let ratio: BootstrapInterval
    /// Logarithm of the e-value for a ratio above one; nil where no episode's longest time is stated.
    package let logEvidence: Double?

    /// Compares; nil without blocks.
    package init?(
        _ blocks: [ThroughputBlock], betting: ThroughputBetting?, resamples: Int,
        confidence: Double, seed: UInt64
    ) {
        guard !blocks.isEmpty else { return nil }
        let sum = blocks.reduce(ThroughputBlock(), +)
        candidatePerHour = 3600 * sum.candidateSuccesses / max(sum.candidateSeconds, 1e-9)
        incumbentPerHour = 3600 * sum.incumbentSuccesses / max(sum.incumbentSeconds, 1e-9)
        ratio = clusterBootstrap(
            clusterCount: blocks.count, resamples: resamples, confidence: confidence, seed: seed
        ) { drawn in drawn.reduce(ThroughputBlock()) { $0 + blocks[$1] }.ratio }
        logEvidence = betting?.logEvidence()
    }
}
