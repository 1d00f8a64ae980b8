import Evidence
import Foundation
import Testing

@Suite("Throughput of paired episodes") struct ThroughputTests {
    private func block(_ ours: (Bool, Double), _ theirs: (Bool, Double)) -> ThroughputBlock {
        var block = ThroughputBlock()
        block.add(
            candidate: TrialOutcome(isSuccess: ours.0, seconds: ours.1),
            incumbent: TrialOutcome(isSuccess: theirs.0, seconds: theirs.1))
        return block
    }

    private typealias Pair = (candidate: TrialOutcome, incumbent: TrialOutcome)

    private func pair(_ ours: (Bool, Double), _ theirs: (Bool, Double)) -> Pair {
        (
            TrialOutcome(isSuccess: ours.0, seconds: ours.1),
            TrialOutcome(isSuccess: theirs.0, seconds: theirs.1)
        )
    }

    private func value(_ pairs: [Pair]) -> Double {
        exp(ThroughputBetting(on: pairs, longestSeconds: 10).logEvidence())
    }

    @Test("one pair's e-value is that of the worst rate of the incumbent's, by hand")
    func onePair() {
        // Bets have the mean share 1/2. With rate r: 1 + 5 r / (2 (1 + 10 r)) for being faster by 5 s;
        // for the incumbent's rate, of which s - 10 r is measured, the two signs' mean.
        var expected = Double.infinity
        for step in 1...40_000 {
            let rate = 0.000_05 * Double(step)
            let measured = 1 - 10 * rate
            let improvement: Double = 1 + 5 * rate / (2 * (1 + 10 * rate))
            let higher: Double = 1 + measured / (20 * rate)
            let lower: Double = 1 - measured / 2
            expected = min(expected, (improvement + (higher + lower) / 2) / 2)
        }
        #expect(abs(value([pair((true, 5), (true, 10))]) - expected) < 1e-4)
    }

    @Test("has a mean of at most one where both policies are alike, over every sequence")
    func fair() {
        let outcomes: [(Bool, Double)] = [(true, 4), (true, 8), (false, 10)]
        let pairs = outcomes.flatMap { ours in outcomes.map { pair(ours, $0) } }
        var sum = 0.0
        for first in pairs {
            for second in pairs {
                for third in pairs { sum += value([first, second, third]) }
            }
        }
        let mean = sum / Double(pairs.count * pairs.count * pairs.count)
        #expect(mean <= 1, "\(mean)")
    }

    @Test("grows with episodes that are a fifth shorter, and not with those that are longer")
    func power() {
        let shorter = (0..<300).map { index in
            let seconds = 3 + Double(index * 7 % 11) / 5
            return pair((true, 0.8 * seconds), (true, 3 + Double(index * 5 % 11) / 5))
        }
        #expect(value(shorter) > 1000)
        #expect(value(shorter.map { ($0.incumbent, $0.candidate) }) < 1)
        #expect(value([]) == 1)
    }

    @Test("the ratio is of successes an hour, with an interval that resamples seeds")
    func ratio() throws {
        let blocks = (0..<20).map { index in block((true, 5), (index % 2 == 0, 10)) }
        let found = try #require(
            ThroughputComparison(
                blocks, betting: nil, resamples: 500, confidence: 0.95, seed: 1))
        #expect(found.candidatePerHour == 720)
        #expect(found.incumbentPerHour == 180)
        #expect(found.ratio.estimate == 4)
        #expect(found.ratio.lower < 4 && found.ratio.upper > 4 && found.ratio.lower > 2)
        #expect(found.logEvidence == nil)
        #expect(
            ThroughputComparison([], betting: nil, resamples: 5, confidence: 0.9, seed: 1)
                == nil)
    }

    @Test("an incumbent that never succeeds gives a number that JSON can hold")
    func noSuccess() throws {
        let blocks = [block((true, 5), (false, 10)), block((false, 10), (false, 10))]
        let found = try #require(
            ThroughputComparison(
                blocks, betting: nil, resamples: 50, confidence: 0.95, seed: 1))
        #expect(found.ratio.estimate == 1e6)
        #expect(found.ratio.lower == 1)
    }
}
