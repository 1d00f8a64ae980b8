import Foundation

/// Pairs of episodes, a candidate's and an incumbent's on the same task and seed, by who succeeded.
package struct PairCounts: Codable, Sendable, Equatable {
    /// Only the candidate succeeded.
    package var wins: Int
    /// Only the incumbent succeeded.
    package var losses: Int
    /// Both did, or neither.
    package var ties: Int

    package init(wins: Int = 0, losses: Int = 0, ties: Int = 0) {
        self.wins = wins
        self.losses = losses
        self.ties = ties
    }

    /// Takes in a pair.
    package mutating func add(candidate: Bool, incumbent: Bool) {
        if candidate == incumbent { ties += 1 } else if candidate { wins += 1 } else { losses += 1 }
    }

    package var count: Int { wins + losses + ties }

    /// The candidate's success rate less the incumbent's; zero of nothing.
    package var difference: Double { count == 0 ? 0 : Double(wins - losses) / Double(count) }

    /// The same pairs, seen from the incumbent.
    package var reversed: PairCounts { PairCounts(wins: losses, losses: wins, ties: ties) }

    /// The bet against "the mean difference is at most `bound`", which is in (-1, 1).
    ///
    /// Pairs of several tasks may be pooled where every task has as many: with differences mu_k the
    /// factors' product has the mean prod(1 + b (mu_k - m)) <= (1 + b (mean mu - m))^K by the
    /// inequality of arithmetic and geometric means, so the null need hold only for the mean.
    package func betting(againstAtMost bound: Double) -> BettingWealth {
        precondition(bound > -1 && bound < 1, "a difference of success rates of \(bound)")
        var wealth = BettingWealth(worst: 1 + bound)
        wealth.bet(on: 1 - bound, count: Double(wins))
        wealth.bet(on: -bound, count: Double(ties))
        wealth.bet(on: -1 - bound, count: Double(losses))
        return wealth
    }

    /// The logarithm of the e-value for "the mean difference is above `bound`".
    package func logEvidence(above bound: Double) -> Double {
        betting(againstAtMost: bound).logEvidence()
    }

    /// The difference, with an interval that holds however often it is looked at.
    ///
    /// Its ends are where the bets against what lies beyond stop being won.
    package func differenceInterval(confidence: Double) -> SequentialInterval {
        let threshold = log(2 / (1 - confidence))
        let lower = Self.reach(of: self, threshold: threshold)
        let upper = -Self.reach(of: reversed, threshold: threshold)
        return SequentialInterval(
            estimate: difference, lower: min(lower, difference), upper: max(upper, difference))
    }

    /// The largest bound above which the difference certainly is; -1 where there is none.
    private static func reach(of counts: PairCounts, threshold: Double) -> Double {
        var (low, high) = (-1.0, min(max(counts.difference, -1 + 1e-6), 1 - 1e-9))
        while high - low > 1e-7 {
            let middle = (low + high) / 2
            if counts.logEvidence(above: middle) >= threshold {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}
