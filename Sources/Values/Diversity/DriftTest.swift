private import Evidence

/// Whether a night's episodes fall into other places than those of nights before.
package struct DriftTest: Sendable, Equatable {
    /// Jensen-Shannon, in bits.
    package let divergence: Double
    /// The 99th percentile of what as many episodes, drawn from both together, differ by.
    package let null99: Double
    /// What each of the draws differs by.
    let null: [Double]

    /// Each episode is a place in each of some histograms, such as bins of numbers or a kind of outcome.
    ///
    /// The divergence is the mean of the histograms', and the null deals whole episodes out anew, so that histograms
    /// may depend on each other.
    ///
    /// - Returns: nil where the night has fewer than `minimum` episodes, or the reference fewer than three times that.
    /// - Precondition: every episode has as many places as the first, each below `places`.
    package init?(
        of night: [[Int]], from reference: [[Int]], places: Int, minimum: Int = 10,
        permutations: Int = 400, seed: UInt64
    ) {
        guard night.count >= minimum, reference.count >= 3 * minimum, let width = night.first?.count
        else { return nil }
        // Each episode's cells in one row of all histograms.
        let cells = (night + reference).flatMap { episode in
            precondition(episode.count == width, "\(episode.count) places, expected \(width)")
            return episode.enumerated().map { $0.offset * places + $0.element }
        }
        let count = night.count
        var all = Array(repeating: 0.0, count: width * places)
        for cell in cells { all[cell] += 1 }
        var order = Array(0..<(count + reference.count))
        func difference() -> Double {
            var first = Array(repeating: 0.0, count: width * places)
            for episode in order[..<count] {
                for index in (episode * width)..<((episode + 1) * width) {
                    first[cells[index]] += 1
                }
            }
            let rest = zip(all, first).map { $0 - $1 }
            let sum = (0..<width).reduce(0.0) { sum, histogram in
                let range = (histogram * places)..<((histogram + 1) * places)
                return sum + Divergence.jensenShannon(Array(first[range]), Array(rest[range]))
            }
            return sum / Double(max(1, width))
        }
        divergence = difference()
        var random = SeededRandom(seed: seed)
        var null: [Double] = []
        for _ in 0..<permutations {
            // Only who is of the night matters: a partial shuffle.
            for index in 0..<count {
                order.swapAt(index, Int.random(in: index..<order.count, using: &random))
            }
            null.append(difference())
        }
        self.null = null
        null99 = Self.percentile99(null)
    }

    /// Which of the tests alarm, so that a night without drift has an alarm once in a hundred nights.
    ///
    /// Each divergence is compared with its own null; the greatest ratio of all tests together has a null too.
    package static func alarms(_ tests: [DriftTest]) -> [Bool] {
        guard let draws = tests.map(\.null.count).min(), draws > 0 else { return [] }
        let greatest = (0..<draws).map { draw in
            tests.map { $0.ratio($0.null[draw]) }.max() ?? 0
        }
        let limit = percentile99(greatest)
        return tests.map { $0.ratio($0.divergence) > limit }
    }

    private func ratio(_ value: Double) -> Double {
        value > 0 ? value / max(null99, .leastNormalMagnitude) : 0
    }

    private static func percentile99(_ values: [Double]) -> Double {
        values.sorted()[min(values.count - 1, Int(0.99 * Double(values.count)))]
    }
}
