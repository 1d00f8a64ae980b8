import Foundation

/// The bet against "the candidate's throughput is at most the incumbent's".
///
/// Throughput is a ratio of means, successes S by seconds T, and the incumbent's, r = S0 / T0, is not known.
/// Were it known, s1 - r t1 - (s0 - r t0) would have a mean of at most zero under the null, and could be
/// bet on; and s0 - r t0 would have the mean zero, so that either sign of it could be bet on. The mean of those two e-values
/// is one for the true r, and so the smallest over all r is at most one that is valid: a wrong r
/// is found out by the second bet, a right one by the first. Both may pool tasks as ``PairCounts`` may.
package struct ThroughputBetting: Sendable {
    /// The bets for one r.
    private struct Rate {
        var improvement: BettingWealth
        var higher: BettingWealth
        var lower: BettingWealth

        func logEvidence(repeated times: Double) -> Double {
            let reference = logMean([
                higher.logEvidence(repeated: times), lower.logEvidence(repeated: times),
            ])
            return logMean([improvement.logEvidence(repeated: times), reference])
        }
    }

    private var rates: [Rate] = []
    private static let shareCount = 24

    /// Bets on pairs that both policies know, none of which takes longer than `longestSeconds`.
    package init(
        on pairs: [(candidate: TrialOutcome, incumbent: TrialOutcome)], longestSeconds: Double
    ) {
        let successes = Double(pairs.count { $0.incumbent.isSuccess })
        let seconds = pairs.reduce(0) { $0 + $1.incumbent.seconds }
        guard seconds > 0 else { return }
        // The smallest is near the measured r: coarse steps first, then fine ones around the best.
        let centre = log(max(successes, 0.5) / seconds)
        var best = centre
        for (reach, count) in [(2.0, 16), (0.25, 8), (0.03, 8)] {
            var smallest = Double.infinity
            let middle = best
            for index in -count...count {
                let place = middle + reach * Double(index) / Double(count)
                let rate = Self.bets(on: pairs, rate: exp(place), longestSeconds: longestSeconds)
                rates.append(rate)
                let found = rate.logEvidence(repeated: 1)
                if found < smallest { (smallest, best) = (found, place) }
            }
        }
    }

    private static func bets(
        on pairs: [(candidate: TrialOutcome, incumbent: TrialOutcome)], rate: Double,
        longestSeconds: Double
    ) -> Rate {
        let most = rate * longestSeconds
        var found = Rate(
            improvement: BettingWealth(worst: 1 + most, shareCount: shareCount),
            higher: BettingWealth(worst: most, shareCount: shareCount),
            lower: BettingWealth(worst: 1, shareCount: shareCount))
        for pair in pairs {
            let ours = (pair.candidate.isSuccess ? 1 : 0) - rate * pair.candidate.seconds
            let theirs = (pair.incumbent.isSuccess ? 1 : 0) - rate * pair.incumbent.seconds
            found.improvement.bet(on: ours - theirs)
            found.higher.bet(on: theirs)
            found.lower.bet(on: -theirs)
        }
        return found
    }

    /// The logarithm of the e-value, were all bets made `times` as often.
    package func logEvidence(repeated times: Double = 1) -> Double {
        rates.map { $0.logEvidence(repeated: times) }.min() ?? 0
    }
}
