private import Evidence
private import Foundation

/// Whether more of the same episodes still helps.
package struct PlateauVerdict: Codable, Sendable, Equatable {
    package enum Word: String, Codable, Sendable {
        case helps, plateau, undecided
    }

    package let verdict: Word
    /// How much the failure rate falls when the episodes double.
    package let gainPerDoubling: Double
    /// Its 10th and 90th percentile, or itself where it is beyond one: fits to few evaluations are biased, and
    /// those to counts drawn anew twice.
    package let low: Double
    package let high: Double
    /// The fewest of any point.
    package let evaluationsPerPoint: Int
    /// Evaluations a point that would settle what is undecided; nil where it is decided, or the
    /// gain is so near the limit that none would.
    package let neededEvaluations: Int?

    /// How the question is asked.
    package struct Rules: Sendable {
        /// The gain of a doubling that is worth collecting for, as a rate of success.
        package var worthwhileGain = 0.02
        /// Fewer evaluations a point never announce a plateau: the fit underestimates gains then.
        package var minimumEvaluations = 200
        package var resamples = 200
        package var seed: UInt64 = 1

        package init() {}
    }

    /// From points of one task; nil for fewer than three different numbers of episodes.
    ///
    /// The counts of successes are drawn anew from what was found, to say how sure the gain is. A
    /// plateau if its 90th percentile is below the worthwhile gain, more helps if its 10th is above.
    package init?(of points: [CurvePoint], rules: Rules = Rules()) {
        let points = points.filter { $0.episodes > 0 && $0.evaluations > 0 }
        guard let most = points.map(\.episodes).max(), Set(points.map(\.episodes)).count >= 3 else {
            return nil
        }
        let shares = points.map { Double($0.episodes) / Double(most) }
        var random = SeededRandom(seed: rules.seed)
        let gain = Self.gain(shares, points, points.map(\.successes))
        gainPerDoubling = gain
        let drawn = (0..<rules.resamples).map { _ in
            Self.gain(
                shares, points,
                points.map { point in
                    let rate = Double(point.successes) / Double(point.evaluations)
                    return Self.binomial(point.evaluations, rate, using: &random)
                })
        }.sorted()
        let (tenth, ninetieth) = (drawn[drawn.count / 10], drawn[drawn.count * 9 / 10])
        (low, high) = (min(tenth, gain), max(ninetieth, gain))
        let evaluations = points.map(\.evaluations).min() ?? 0
        evaluationsPerPoint = evaluations
        let isFlat = ninetieth < rules.worthwhileGain
        if tenth > rules.worthwhileGain {
            verdict = .helps
        } else {
            verdict = isFlat && evaluations >= rules.minimumEvaluations ? .plateau : .undecided
        }
        neededEvaluations =
            verdict != .undecided
            ? nil
            : isFlat
                ? rules.minimumEvaluations
                : Self.needed(
                    gain: gain, low: tenth, high: ninetieth, evaluations: evaluations, rules)
    }

    private static func gain(
        _ shares: [Double], _ points: [CurvePoint], _ successes: [Int]
    ) -> Double {
        var (rates, weights): ([Double], [Double]) = ([], [])
        for (point, count) in zip(points, successes) {
            let total = Double(point.evaluations)
            rates.append(1 - Double(count) / total)
            // With a success and a failure more, so that no point is taken for certain.
            let smooth = (Double(count) + 1) / (total + 2)
            weights.append(total / (smooth * (1 - smooth)))
        }
        return LearningCurve.fitted(shares: shares, rates: rates, weights: weights).gainOfDoubling
    }

    /// Intervals shrink with the root of the evaluations.
    private static func needed(
        gain: Double, low: Double, high: Double, evaluations: Int, _ rules: Rules
    ) -> Int? {
        let distance = abs(gain - rules.worthwhileGain)
        let reach = max(0, gain < rules.worthwhileGain ? high - gain : gain - low)
        guard distance > 0 else { return nil }
        let factor = (reach / distance) * (reach / distance)
        let needed = max(Double(rules.minimumEvaluations), Double(evaluations) * factor)
        return needed < 1e6 ? Int(needed.rounded(.up)) : nil
    }

    /// Successes of `count` trials: one by one for few, by the normal approximation for many.
    private static func binomial(
        _ count: Int, _ rate: Double, using random: inout SeededRandom
    ) -> Int {
        let variance = Double(count) * rate * (1 - rate)
        guard variance > 50 else {
            return (0..<count).count { _ in Double.random(in: 0..<1, using: &random) < rate }
        }
        let (u, v) = (
            Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random),
            Double.random(in: 0..<1, using: &random)
        )
        let normal = (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        let drawn = Double(count) * rate + normal * variance.squareRoot()
        return min(count, max(0, Int(drawn.rounded())))
    }
}
