private import BLAS
private import Evidence
private import Foundation

/// Vendi score (Friedman and Dieng, arXiv 2210.02410): the effective number of different items.
///
/// It is 1 if all are the same, and n if n have nothing in common.
package enum VendiScore {
    /// From a kernel of n x n similarities with ones on its diagonal.
    ///
    /// - Parameters:
    ///   - kernel: symmetric, row after row.
    ///   - order: q of Renyi's entropy; 1 is Shannon's.
    /// - Returns: nil for no items, or where eigenvalues are not found.
    package static func of(kernel: [Double], order: Double = 1) -> Double? {
        let count = Int(Double(kernel.count).squareRoot().rounded())
        guard count > 0, kernel.count == count * count else { return nil }
        return SymmetricEigenvalues.of(kernel.map { $0 / Double(count) }, size: count)
            .map { exponential($0, order: order) }
    }

    /// From rows as they are compared by the cosine: dual form, in the rows' d dimensions.
    ///
    /// At most d; compare scores of equally many rows only (``rarefied(_:to:draws:seed:)``).
    package static func of(_ rows: Embeddings, order: Double = 1) -> Double? {
        guard rows.count > 0 else { return nil }
        let (unit, width) = (rows.normalised(), rows.width)
        var products = Array(repeating: Float(0), count: width * width)
        unsafe unit.values.withUnsafeBufferPointer { all in
            unsafe products.withUnsafeMutableBufferPointer { target in
                guard let start = all.baseAddress, let end = target.baseAddress else { return }
                // X'X of the whole array, into d x d numbers.
                unsafe MatrixProduct.multiply(
                    .init(start, stride: width, isTransposed: true),
                    .init(start, stride: width, isTransposed: false), rows: width,
                    inner: unit.count, columns: width, into: end, stride: width,
                    isAccumulating: false)
            }
        }
        let scaled = products.map { Double($0) / Double(unit.count) }
        return SymmetricEigenvalues.of(scaled, size: width).map { exponential($0, order: order) }
    }

    /// The mean over some draws of `count` rows, so that corpora of different sizes compare.
    ///
    /// - Returns: nil if there are fewer rows.
    package static func rarefied(
        _ rows: Embeddings, to count: Int, draws: Int = 5, seed: UInt64
    ) -> Double? {
        guard count > 0, rows.count >= count else { return nil }
        guard rows.count > count else { return of(rows) }
        var random = SeededRandom(seed: seed)
        let scores = (0..<draws).compactMap { _ in
            of(rows.rows(random.sample(count, of: rows.count)))
        }
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }

    /// Of several kinds of rows that have nothing in common, such as episodes of different robots.
    ///
    /// The kernel is then a matrix of blocks, and its entropy that of the shares and the mean of the
    /// blocks' own: exp(H(p) + sum of p ln VS).
    package static func of(groups: [Embeddings]) -> Double? {
        let groups = groups.filter { $0.count > 0 }
        let total = Double(groups.reduce(0) { $0 + $1.count })
        var entropy = 0.0
        for group in groups {
            guard let score = of(group) else { return nil }
            let share = Double(group.count) / total
            entropy += share * (log(score) - log(share))
        }
        return groups.isEmpty ? nil : exp(entropy)
    }

    private static func exponential(_ eigenvalues: [Double], order: Double) -> Double {
        let positive = eigenvalues.filter { $0 > 1e-12 }
        if order == 1 { return exp(-positive.reduce(0) { $0 + $1 * log($1) }) }
        return exp(log(positive.reduce(0) { $0 + pow($1, order) }) / (1 - order))
    }
}
