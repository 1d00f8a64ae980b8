private import BLAS
private import Dispatch

/// Squared distances of rows to all rows of a corpus, by one matrix product a slab of rows.
struct SquaredDistances: Sendable {
    let corpus: Embeddings
    private let squares: [Float]
    /// Rows at a time: the products of a slab are what memory is spent on.
    private static let slab = 128

    init(to corpus: Embeddings) {
        self.corpus = corpus
        squares = Self.squares(corpus)
    }

    /// One result for each row, from its squared distances to the corpus, row after row on all cores.
    ///
    /// - Precondition: rows and corpus have the same width.
    func map<Result: Sendable>(
        _ rows: Embeddings, filling empty: Result,
        _ body: @Sendable (_ row: Int, _ distances: UnsafeBufferPointer<Float>) -> Result
    ) -> [Result] {
        precondition(rows.width == corpus.width, "\(rows.width) by \(corpus.width)")
        var found = Array(repeating: empty, count: rows.count)
        guard corpus.count > 0 else { return found }
        let own = Self.squares(rows)
        unsafe found.withUnsafeMutableBufferPointer { buffer in
            // Slabs are parts of `found` that do not overlap, and the buffer outlives the loop.
            nonisolated(unsafe) let target = unsafe buffer
            DispatchQueue.concurrentPerform(
                iterations: (rows.count + Self.slab - 1) / Self.slab
            ) { index in
                let range = (index * Self.slab)..<min(rows.count, (index + 1) * Self.slab)
                let distances = distances(of: rows, range, squares: own)
                unsafe distances.withUnsafeBufferPointer { all in
                    for (place, row) in range.enumerated() {
                        let part = (place * corpus.count)..<((place + 1) * corpus.count)
                        unsafe target[row] = body(row, UnsafeBufferPointer(rebasing: all[part]))
                    }
                }
            }
        }
        return found
    }

    private func distances(
        of rows: Embeddings, _ range: Range<Int>, squares own: [Float]
    ) -> [Float] {
        let (width, total) = (corpus.width, corpus.count)
        var products = Array(repeating: Float(0), count: range.count * total)
        unsafe rows.values.withUnsafeBufferPointer { left in
            unsafe corpus.values.withUnsafeBufferPointer { right in
                unsafe products.withUnsafeMutableBufferPointer { target in
                    guard let a = left.baseAddress, let b = right.baseAddress,
                        let c = target.baseAddress
                    else { return }
                    // Whole rows of both, and as many products as rows times rows.
                    unsafe MatrixProduct.multiply(
                        .init(a + range.lowerBound * width, stride: width, isTransposed: false),
                        .init(b, stride: width, isTransposed: true), rows: range.count,
                        inner: width, columns: total, into: c, stride: total,
                        isAccumulating: false)
                    for (place, row) in range.enumerated() {
                        for other in 0..<total {
                            let index = place * total + other
                            unsafe target[index] = max(
                                0, own[row] + squares[other] - 2 * target[index])
                        }
                    }
                }
            }
        }
        return products
    }

    private static func squares(_ rows: Embeddings) -> [Float] {
        (0..<rows.count).map { rows[$0].reduce(0) { $0 + $1 * $1 } }
    }
}
