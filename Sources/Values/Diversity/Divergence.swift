private import Foundation

/// How different two distributions are.
package enum Divergence {
    /// Jensen-Shannon divergence of two histograms in bits, from 0 to 1 (Lin 1991).
    ///
    /// - Precondition: equally many bins, no count below 0; an empty histogram differs by 0 from all.
    package static func jensenShannon(_ left: [Double], _ right: [Double]) -> Double {
        precondition(left.count == right.count, "\(left.count) bins and \(right.count)")
        let (sumLeft, sumRight) = (left.reduce(0, +), right.reduce(0, +))
        guard sumLeft > 0, sumRight > 0 else { return 0 }
        var sum = 0.0
        for (a, b) in zip(left, right) {
            let (p, q) = (a / sumLeft, b / sumRight)
            let middle = (p + q) / 2
            if p > 0 { sum += p * log2(p / middle) }
            if q > 0 { sum += q * log2(q / middle) }
        }
        return max(0, sum / 2)
    }

    /// The largest difference of two bins' shares.
    package static func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
        precondition(left.count == right.count, "\(left.count) bins and \(right.count)")
        let (sumLeft, sumRight) = (left.reduce(0, +), right.reduce(0, +))
        guard sumLeft > 0, sumRight > 0 else { return 0 }
        return zip(left, right).map { abs($0 / sumLeft - $1 / sumRight) }.max() ?? 0
    }

    /// Edges that cut the reference into bins of equal counts; equal edges are one.
    package static func edges(of reference: [Double], bins: Int) -> [Double] {
        let sorted = reference.sorted()
        guard sorted.count > 1, bins > 1 else { return [] }
        var edges: [Double] = []
        for bin in 1..<bins {
            let edge = sorted[bin * sorted.count / bins]
            if edge != edges.last { edges.append(edge) }
        }
        return edges
    }

    /// Counts between edges, which ascend; a value that equals an edge lies above it.
    package static func histogram(_ values: some Sequence<Double>, edges: [Double]) -> [Double] {
        var counts = Array(repeating: 0.0, count: edges.count + 1)
        for value in values { counts[place(of: value, among: edges)] += 1 }
        return counts
    }

    /// Whether a night differs from nights before it by more than chance lets episodes differ.
    package struct Drift: Codable, Sendable, Equatable {
        /// In bits, from edges of the reference.
        package let divergence: Double
        /// The 99th percentile of what as many episodes, drawn from both together, differ by.
        package let null99: Double
        package var isAlarming: Bool { divergence > null99 }
    }

    /// Drift of a measure, one value an episode; the null deals the values of both out anew.
    ///
    /// A fixed limit would fire every night on tens of episodes: how far equal distributions differ depends on counts.
    /// - Returns: nil if one has fewer than `minimum` values.
    package static func drift(
        of night: [Double], from reference: [Double], bins: Int = 10, permutations: Int = 400,
        minimum: Int = 10, seed: UInt64
    ) -> Drift? {
        guard night.count >= minimum, reference.count >= minimum else { return nil }
        let edges = edges(of: reference, bins: bins)
        let places = (night + reference).map { place(of: $0, among: edges) }
        func divergence(ofFirst order: [Int]) -> Double {
            var (first, rest) = (
                Array(repeating: 0.0, count: edges.count + 1),
                Array(repeating: 0.0, count: edges.count + 1)
            )
            for (number, index) in order.enumerated() {
                if number < night.count {
                    first[places[index]] += 1
                } else {
                    rest[places[index]] += 1
                }
            }
            return jensenShannon(first, rest)
        }
        var order = Array(places.indices)
        let found = divergence(ofFirst: order)
        var random = SeededRandom(seed: seed)
        var null: [Double] = []
        for _ in 0..<permutations {
            // Only who is of the night matters: a partial shuffle.
            for index in 0..<night.count {
                order.swapAt(index, Int.random(in: index..<order.count, using: &random))
            }
            null.append(divergence(ofFirst: order))
        }
        null.sort()
        return Drift(
            divergence: found, null99: null[min(null.count - 1, Int(0.99 * Double(null.count)))])
    }

    private static func place(of value: Double, among edges: [Double]) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if value < edges[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
