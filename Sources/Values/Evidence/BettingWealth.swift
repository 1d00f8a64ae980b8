import Foundation

/// A bet against a null hypothesis: its wealth is an e-value, valid however often it is looked at.
///
/// Bets are on values of at least -`worst`. Under the null their mean, given all before, is at most zero, so
/// that 1 + share / worst * value is on average at most 1, and so is any product of such factors (a
/// test martingale; Waudby-Smith and Ramdas 2024). Which share is best depends on what is to be
/// found out, so the money is spread over many from 0 to 1, and the wealth is the mean of theirs.
/// By Ville's inequality it ever reaches 1 / alpha with probability at most alpha.
package struct BettingWealth: Sendable {
    /// What is bet at each share, as a share of the most that can be bet.
    static let shares = (0..<128).map { (Double($0) + 0.5) / 128 }

    private let worst: Double
    /// The logarithm of what each share's money has become.
    private var logWealth = [Double](repeating: 0, count: shares.count)

    /// Wealth 1, before any bet on values of at least -`worst`, which is positive.
    package init(worst: Double) {
        precondition(worst > 0 && worst.isFinite, "bets on values of at least \(-worst)")
        self.worst = worst
    }

    /// Bets on `value`, `count` times.
    package mutating func bet(on value: Double, count: Double = 1) {
        precondition(value >= -worst * (1 + 1e-12), "bet on \(value), expected at least \(-worst)")
        for (index, share) in Self.shares.enumerated() {
            logWealth[index] += count * log1p(share / worst * value)
        }
    }

    /// The logarithm of the e-value, were all bets made `times` as often.
    package func logEvidence(repeated times: Double = 1) -> Double {
        let logs = logWealth.map { times * $0 }
        let largest = logs.max() ?? 0
        let sum = logs.reduce(0) { $0 + exp($1 - largest) }
        return largest + log(sum / Double(logs.count))
    }
}
