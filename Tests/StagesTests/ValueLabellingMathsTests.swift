import Episodes
import Testing
import ValueLabelling

@Suite("Returns and advantages")
struct ValueLabellingMathsTests {
    @Test("a success's returns are the share of the time limit to go, a failure's are -1")
    func returns() {
        #expect(
            normalisedReturns([.success, .success, .success], timeLimitSteps: 4)
                == [-0.5, -0.25, 0])
        #expect(normalisedReturns([.failure, .failure], timeLimitSteps: 4) == [-1, -1])
        #expect(normalisedReturns([.unlabelled], timeLimitSteps: 4) == [nil])
        #expect(
            normalisedReturns([.failure, .success, .success], timeLimitSteps: 4)
                == [-1, -0.25, 0])
    }

    @Test("a success that took longer than the limit stays above failure")
    func longSuccess() throws {
        let returns = normalisedReturns(
            [Outcome](repeating: .success, count: 50), timeLimitSteps: 10)
        let first = try #require(returns[0])
        #expect(first > -1)
        #expect(first < -0.999)
    }

    private func advantages(
        _ values: [Float], _ outcome: Outcome, ahead: Int = 2
    ) -> StepAdvantages {
        StepAdvantages(
            values: values, outcome: outcome, lookaheadSteps: ahead, timeLimitSteps: 8)
    }

    @Test("inside an episode an advantage is what the value gained less the time it took")
    func inside() {
        let found = advantages([-0.5, -0.5, -0.25, -0.25, -0.25], .success)
        // -(2/8) - 0.25 + 0.5
        #expect(found.values[0] == 0)
        #expect(found.values[1] == 0)
        #expect(found.clippedCount == 0)
    }

    @Test("past the end the value is 0 after success and -1 after failure")
    func pastTheEnd() {
        // Steps left 1 and 0: -(1/8) + 0 + 0.25, and 0 + 0.25.
        #expect(advantages([-0.5, -0.25, -0.25], .success).values.suffix(2) == [0.125, 0.25])
        #expect(advantages([-0.5, -0.25, -0.25], .failure).values.suffix(2) == [-0.75, -0.75])
        #expect(advantages([-0.5, -0.25, -0.25], .unlabelled).values.suffix(2) == [-0.125, 0])
    }

    @Test("true values of a success have no advantage anywhere")
    func bellman() {
        let values = normalisedReturns(
            [Outcome](repeating: .success, count: 8), timeLimitSteps: 8
        ).compactMap { $0 }
        #expect(values.count == 8)
        for ahead in [1, 3, 50] {
            #expect(advantages(values, .success, ahead: ahead).values.allSatisfy { $0 == 0 })
        }
    }

    @Test("an expected return below -1 is cut there and counted")
    func clipping() {
        let found = advantages([-0.5, -0.5, -0.9, -0.9, -0.9], .success)
        #expect(found.clippedCount == 3)
        #expect(found.values[0] == -0.5)
    }
}
