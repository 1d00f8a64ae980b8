/// Whether a night's episodes fall into other places than those of nights before.
package struct DriftTest: Sendable, Equatable {
    /// Jensen-Shannon, in bits.
    package let divergence: Double
    /// The 99th percentile of what as many episodes, drawn from both together, differ by.
    package let null99: Double
    /// What each of the draws differs by.
    let null: [Double]

    /// Each episode is a place, such as a bin of a histogram or a kind of outcome.
    ///
    /// - Returns: nil where the night has fewer than `minimum` episodes, or the reference fewer than three times that.
    package init?(
        of night: [Int], from reference: [Int], places: Int, minimum: Int = 10,
        permutations: Int = 400, seed: UInt64
    ) {
        guard night.count >= minimum, reference.count >= 3 * minimum else { return nil }
        var pool = night + reference
        var all = Array(repeating: 0.0, count: places)
        for place in pool { all[place] += 1 }
        func difference() -> Double {
            var (first, rest) = (Array(repeating: 0.0, count: places), all)
            for place in pool[..<night.count] {
                first[place] += 1
                rest[place] -= 1
            }
            return Divergence.jensenShannon(first, rest)
        }
        divergence = difference()
        var random = SeededRandom(seed: seed)
        var null: [Double] = []
        for _ in 0..<permutations {
            // Only who is of the night matters: a partial shuffle.
            for index in 0..<night.count {
                pool.swapAt(index, Int.random(in: index..<pool.count, using: &random))
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
