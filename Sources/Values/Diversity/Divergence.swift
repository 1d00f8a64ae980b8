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

    /// The bin of a value among edges, which ascend.
    package static func place(of value: Double, among edges: [Double]) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if value < edges[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
