package import Episodes

/// Normalised returns of an episode's steps: minus the share of the time limit that is still to go.
///
/// A failed step is -1, which is reserved for failure; a successful one stays above it however long
/// the episode was. Unlabelled steps have none.
///
/// Arguments:
///   - outcomes: of T steps.
///   - timeLimitSteps: L, the steps that the task may take.
/// - Returns: T numbers in [-1, 0].
package func normalisedReturns(_ outcomes: [Outcome], timeLimitSteps: Int) -> [Float?] {
    let lowest = Float(-1).nextUp
    return outcomes.enumerated().map { step, outcome in
        switch outcome {
        case .unlabelled: nil
        case .failure: -1
        case .success:
            max(lowest, -Float(outcomes.count - 1 - step) / Float(timeLimitSteps))
        }
    }
}

/// How much better than expected an episode's steps were.
package struct StepAdvantages: Sendable, Equatable {
    /// T advantages in [-1, 1].
    package let values: [Float]
    /// Steps whose expected return fell below -1 and was cut there.
    package let clippedCount: Int

    /// A(t) = -(k/L) + V(t+k) - V(t) with k = min(N, steps left) (arXiv 2511.14759, equation 3).
    ///
    /// Where the episode ends within N steps, V there is 0 after success and -1 after failure; an
    /// unlabelled episode goes by the value of its last step. The return so expected is kept in
    /// [-1, 0], where values are.
    ///
    /// Arguments:
    ///   - values: V of T steps.
    ///   - outcome: the episode's.
    package init(
        values: [Float], outcome: Outcome, lookaheadSteps: Int, timeLimitSteps: Int
    ) {
        let last = values.count - 1
        var advantages: [Float] = []
        var clipped = 0
        for step in values.indices {
            let ahead = min(lookaheadSteps, last - step)
            let isEnd = lookaheadSteps > last - step
            let after: Float =
                switch outcome {
                case .success where isEnd: 0
                case .failure where isEnd: -1
                default: values[step + ahead]
                }
            let expected = after - Float(ahead) / Float(timeLimitSteps)
            if expected < -1, after > -1 { clipped += 1 }
            advantages.append(max(-1, expected) - values[step])
        }
        self.values = advantages
        clippedCount = clipped
    }
}
