import Evidence
import Foundation
import Testing

/// Expected numbers are integrals over a uniform share of the bet, by hand.
@Suite("E-values of paired episodes") struct BettingWealthTests {
    private func value(_ counts: PairCounts, above bound: Double) -> Double {
        exp(counts.logEvidence(above: bound))
    }

    static let checks: [(PairCounts, Double, Double)] = [
        // The integral of (1 + b)^5 from 0 to 1: 63 / 6.
        (PairCounts(wins: 5), 0, 10.5),
        // (1 + b)^3 (1 - b).
        (PairCounts(wins: 3, losses: 1), 0, 1.3),
        // Ties decide nothing about who is better,
        (PairCounts(wins: 5, ties: 100), 0, 10.5),
        // but each is one against being worse by 0.1: 1 + 0.1 b, b uniform up to 1 / 0.9.
        (PairCounts(ties: 1), -0.1, 1 + 0.1 / 1.8),
        // (1 + 1.1 b)(1 - 0.9 b) over the same range.
        (PairCounts(wins: 1, losses: 1), -0.1, 1 + 0.2 / 1.8 - 0.99 / 0.81 / 3),
        (PairCounts(), 0, 1),
    ]

    @Test("are the closed forms of the mixture", arguments: checks)
    func closedForms(counts: PairCounts, bound: Double, expected: Double) {
        let found = value(counts, above: bound)
        #expect(abs(found / expected - 1) < 2e-4, "\(found), expected \(expected)")
    }

    @Test(
        "have the mean one on the border of the null, over every sequence",
        arguments: [(0.3, 0.3, 0.0), (0.1, 0.2, -0.1), (0.25, 0.05, 0.2)])
    func fairOnTheBorder(win: Double, loss: Double, bound: Double) {
        let mean = expectation(pairs: 7, of: [(win, loss)], bound: bound)
        #expect(abs(mean - 1) < 1e-9, "\(mean)")
    }

    @Test("pool tasks of which one gains what another loses, and are below one then")
    func poolingIsSafe() {
        let mean = expectation(pairs: 3, of: [(0.4, 0), (0, 0.4)], bound: 0)
        #expect(mean < 1)
        // A task that gains by itself is found out.
        #expect(expectation(pairs: 6, of: [(0.4, 0)], bound: 0) > 1.5)
    }

    /// The mean e-value over all counts of `pairs` pairs of each task with these chances to win or lose.
    private func expectation(
        pairs: Int, of tasks: [(win: Double, loss: Double)], bound: Double
    ) -> Double {
        var states: [[Int]: Double] = [[0, 0, 0]: 1]
        for task in tasks {
            for _ in 0..<pairs {
                var next: [[Int]: Double] = [:]
                for (counts, probability) in states {
                    let chances = [task.win, task.loss, 1 - task.win - task.loss]
                    for (place, chance) in chances.enumerated() {
                        var after = counts
                        after[place] += 1
                        next[after, default: 0] += probability * chance
                    }
                }
                states = next
            }
        }
        return states.reduce(0) { sum, state in
            let counts = PairCounts(wins: state.key[0], losses: state.key[1], ties: state.key[2])
            return sum + state.value * value(counts, above: bound)
        }
    }

    @Test("seen from the other side, wins are losses")
    func reversal() {
        let counts = PairCounts(wins: 9, losses: 2, ties: 4)
        #expect(counts.reversed.logEvidence(above: 0) < 0)
        #expect(counts.logEvidence(above: 0) > 1)
        #expect(counts.difference == -counts.reversed.difference)
    }

    @Test("of twice the pairs are those of the bets made twice")
    func repetition() {
        let once = PairCounts(wins: 9, losses: 2, ties: 4)
        let twice = PairCounts(wins: 18, losses: 4, ties: 8)
        let repeated = once.betting(againstAtMost: -0.05).logEvidence(repeated: 2)
        #expect(abs(repeated - twice.logEvidence(above: -0.05)) < 1e-9)
    }

    @Test("the interval's ends are where the evidence reaches 2 / (1 - confidence)")
    func interval() {
        let counts = PairCounts(wins: 30, losses: 10, ties: 60)
        let found = counts.differenceInterval(confidence: 0.95)
        #expect(found.estimate == 0.2)
        #expect(abs(counts.logEvidence(above: found.lower) - log(40)) < 1e-3)
        #expect(abs(counts.reversed.logEvidence(above: -found.upper) - log(40)) < 1e-3)
        #expect(found.lower < 0.2 && found.upper > 0.2)
        let nothing = PairCounts().differenceInterval(confidence: 0.95)
        #expect(nothing.lower == -1 && nothing.upper == 1)
    }
}
