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

    @Test("the bet is on the cross product of two blocks, by hand")
    func crossProduct() {
        // (1 * 10 - 1 * 5 + 1 * 10 - 0 * 5) / (2 * 1 * 1 * 10) = 0.75; the mean of 1 + 0.75 b is 1.375.
        let blocks = [block((true, 5), (true, 10)), block((true, 5), (false, 10))]
        let found = throughputBetting(blocks, longestSeconds: 10).logEvidence()
        #expect(abs(found - log(1.375)) < 1e-12)
        // A last block without a partner waits for the next.
        let three = throughputBetting(blocks + [blocks[0]], longestSeconds: 10).logEvidence()
        #expect(three == found)
    }

    @Test("has the mean one where both policies are alike, over every pair of blocks")
    func fair() {
        let outcomes: [(Bool, Double)] = [(true, 4), (true, 8), (false, 10)]
        let blocks = outcomes.flatMap { ours in outcomes.map { block(ours, $0) } }
        var sum = 0.0
        for first in blocks {
            for second in blocks {
                sum += exp(throughputBetting([first, second], longestSeconds: 10).logEvidence())
            }
        }
        #expect(abs(sum / Double(blocks.count * blocks.count) - 1) < 1e-12)
    }

    @Test("the ratio is of successes an hour, with an interval that resamples seeds")
    func ratio() throws {
        let blocks = (0..<20).map { index in block((true, 5), (index % 2 == 0, 10)) }
        let found = try #require(
            ThroughputComparison(
                blocks, longestSeconds: nil, resamples: 500, confidence: 0.95, seed: 1))
        #expect(found.candidatePerHour == 720)
        #expect(found.incumbentPerHour == 180)
        #expect(found.ratio.estimate == 4)
        #expect(found.ratio.lower < 4 && found.ratio.upper > 4 && found.ratio.lower > 2)
        #expect(found.logEvidence == nil)
        #expect(
            ThroughputComparison([], longestSeconds: 10, resamples: 5, confidence: 0.9, seed: 1)
                == nil)
    }

    @Test("an incumbent that never succeeds gives a number that JSON can hold")
    func noSuccess() throws {
        let blocks = [block((true, 5), (false, 10)), block((false, 10), (false, 10))]
        let found = try #require(
            ThroughputComparison(
                blocks, longestSeconds: 10, resamples: 50, confidence: 0.95, seed: 1))
        #expect(found.ratio.estimate == 1e6)
        #expect(found.ratio.lower == 1)
    }
}
