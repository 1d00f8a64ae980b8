import Evidence
import Foundation
import Testing

@Suite("Error budget") struct ErrorBudgetTests {
    private let budget = ErrorBudget(total: 0.05, tests: 365)

    @Test("the tests of a year spend the whole budget, the first ones most, and then it is new")
    func spending() {
        let alphas = (1...365).map { budget.alpha(ofTest: $0, after: 0) }
        #expect(abs(alphas.reduce(0, +) - 0.05) < 1e-12)
        #expect(zip(alphas, alphas.dropFirst()).allSatisfy { $0 > $1 })
        #expect(budget.alpha(ofTest: 366, after: 0) == alphas[0])
        #expect(budget.beginsAnew(withTest: 1) && budget.beginsAnew(withTest: 366))
        #expect(!budget.beginsAnew(withTest: 365))
        // 0.05 / (1 + 2^-1/2 + … + 365^-1/2), the sum by bc.
        #expect(abs(alphas[0] - 0.05 / 36.775757) < 1e-6)
    }

    @Test("promotions earn budget back, up to the whole of it")
    func promotions() {
        let alone = budget.alpha(ofTest: 10, after: 0)
        #expect(abs(budget.alpha(ofTest: 10, after: 2) - 3 * alone) < 1e-15)
        #expect(budget.alpha(ofTest: 1, after: 1000) == 0.05)
    }

    /// A night of successes, and of throughput where `isTimed`: five tasks on which both policies are alike, looks of ten pairs a task.
    private func nightPromotes(
        alpha: Double, gain: Double = 0, looks: Int = 4, isTimed: Bool = false,
        using random: inout some RandomNumberGenerator
    ) -> Bool {
        var counts = PairCounts()
        var pairs: [(candidate: TrialOutcome, incumbent: TrialOutcome)] = []
        for _ in 0..<looks {
            for _ in 0..<10 {
                for rate in [0.5, 0.6, 0.7, 0.8, 0.9] {
                    let candidate = outcome(min(1, rate + gain), &random)
                    let incumbent = outcome(rate, &random)
                    counts.add(candidate: candidate.isSuccess, incumbent: incumbent.isSuccess)
                    if isTimed { pairs.append((candidate, incumbent)) }
                }
            }
            let success = counts.logEvidence(above: 0)
            let hourly = ThroughputBetting(on: pairs, longestSeconds: 10).logEvidence()
            let either = isTimed ? log((exp(success) + exp(hourly)) / 2) : success
            if min(either, counts.logEvidence(above: -0.05)) >= -log(alpha) { return true }
        }
        return false
    }

    private func outcome(
        _ rate: Double, _ random: inout some RandomNumberGenerator
    ) -> TrialOutcome {
        let isSuccess = Double.random(in: 0..<1, using: &random) < rate
        return TrialOutcome(
            isSuccess: isSuccess, seconds: isSuccess ? .random(in: 2..<8, using: &random) : 10)
    }

    @Test("a year of nights without a change promotes falsely no more often than the budget says")
    func yearsWithoutChange() {
        var random = Generator(state: 20_260_101)
        let years = 100
        var kept = 0
        var unbudgeted = 0
        for _ in 0..<years {
            kept +=
                (1...365).contains { night in
                    nightPromotes(alpha: budget.alpha(ofTest: night, after: 0), using: &random)
                } ? 1 : 0
        }
        for _ in 0..<10 {
            unbudgeted +=
                (1...365).contains { _ in nightPromotes(alpha: 0.05, using: &random) } ? 1 : 0
        }
        #expect(kept <= 5, "\(kept) of \(years) years promoted a candidate that is no better")
        #expect(unbudgeted >= 8, "the test must see what happens without a budget")
    }

    @Test("a test at one in ten errs no more often, with successes an hour looked at too")
    func timedNights() {
        var random = Generator(state: 11)
        let promoted = (0..<100).count { _ in
            nightPromotes(alpha: 0.1, isTimed: true, using: &random)
        }
        #expect(promoted <= 14, "\(promoted) of 100, expected 10 at most but for chance")
    }

    @Test("a gain of fifteen points is promoted on most nights, late in the year too")
    func power() {
        var random = Generator(state: 7)
        let late = budget.alpha(ofTest: 300, after: 3)
        let promoted = (0..<50).count { _ in
            nightPromotes(alpha: late, gain: 0.15, looks: 10, using: &random)
        }
        #expect(promoted >= 40, "\(promoted) of 50")
    }
}

private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
