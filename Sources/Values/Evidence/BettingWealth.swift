import Foundation

/// A bet against a null hypothesis: its wealth is an e-value, valid however often it is looked at.
///
/// Bets are on values of at least -`worst`. Under the null their mean, given all before, is at most zero, so
/// that 1 + share / worst * value is on average at most 1, and so is any product of such factors (a
/// test martingale; Waudby-Smith and Ramdas 2024). Which share is best depends on what is to be
/// found out, so the money is spread over many from 0 to 1, and the wealth is the mean of theirs.
/// By Ville's inequality it ever reaches 1 / alpha with probability at most alpha.
package struct BettingWealth: Sendable {
    private let worst: Double
    /// What is bet, as shares of the most that can be bet.
    private let shares: [Double]
    /// The logarithm of what each share's money has become.
    private var logWealth: [Double]

    /// Wealth 1, before any bet on values of at least -`worst`, which is positive; spread over
    /// `shareCount` shares.
    package init(worst: Double, shareCount: Int = 128) {
        precondition(worst > 0 && worst.isFinite, "bets on values of at least \(-worst)")
        self.worst = worst
        shares = (0..<shareCount).map { (Double($0) + 0.5) / Double(shareCount) }
        logWealth = Array(repeating: 0, count: shareCount)
    }

    /// Bets on `value`, `count` times.
    package mutating func bet(on value: Double, count: Double = 1) {
        precondition(value >= -worst * (1 + 1e-12), "bet on \(value), expected at least \(-worst)")
        for (index, share) in shares.enumerated() {
            logWealth[index] += count * log1p(share / worst * value)
        }
    }

    /// The logarithm of the e-value, were all bets made `times` as often.
    package func logEvidence(repeated times: Double = 1) -> Double {
        logMean(logWealth.map { times * $0 })
    }
}

/// The logarithm of the mean of numbers that are given by their logarithms.
func logMean(_ logarithms: [Double]) -> Double {
    let largest = logarithms.max() ?? 0
    let sum = logarithms.reduce(0) { $0 + exp($1 - largest) }
    return largest + log(sum / Double(logarithms.count))
}
