private import Evidence

/// Cells around centres that k-means (Lloyd 1982) found in a reference, and who lies in them.
package struct Cells: Codable, Sendable, Equatable {
    package let width: Int
    /// Centre after centre.
    package let centres: [Float]

    package var count: Int { centres.count / width }

    /// At most `count` cells of a reference; fewer if it has fewer different rows.
    ///
    /// Starts at rows of the reference that `seed` draws, and moves them `rounds` times.
    /// - Returns: nil for an empty reference.
    package init?(of reference: Embeddings, count: Int, rounds: Int = 10, seed: UInt64) {
        guard reference.count > 0, count > 0 else { return nil }
        var random = SeededRandom(seed: seed)
        width = reference.width
        var centres = reference.rows(random.sample(count, of: reference.count))
        for _ in 0..<rounds {
            centres = Self.moved(centres, by: reference)
        }
        self.centres = centres.values
    }

    private static func moved(_ centres: Embeddings, by reference: Embeddings) -> Embeddings {
        let cells = nearest(of: reference, to: centres)
        var sums = Array(repeating: 0.0, count: centres.values.count)
        var counts = Array(repeating: 0, count: centres.count)
        for (row, cell) in cells.enumerated() {
            counts[cell] += 1
            for (column, value) in reference[row].enumerated() {
                sums[cell * centres.width + column] += Double(value)
            }
        }
        let values = centres.values.indices.map { index in
            let count = counts[index / centres.width]
            return count > 0 ? Float(sums[index] / Double(count)) : centres.values[index]
        }
        return Embeddings(width: centres.width, values: values)
    }

    private static func nearest(of rows: Embeddings, to centres: Embeddings) -> [Int] {
        unsafe SquaredDistances(to: centres).map(rows, filling: 0) { _, distances in
            var (best, least) = (0, Float.infinity)
            for centre in distances.indices where unsafe distances[centre] < least {
                unsafe (best, least) = (centre, distances[centre])
            }
            return best
        }
    }

    /// The cell of each row.
    package func places(of rows: Embeddings) -> [Int] {
        Self.nearest(of: rows, to: Embeddings(width: width, values: centres))
    }

    /// Rows in each cell.
    package func counts(of rows: Embeddings) -> [Int] {
        var counts = Array(repeating: 0, count: count)
        for cell in places(of: rows) { counts[cell] += 1 }
        return counts
    }

    /// Cells that hold at least `minimum` rows.
    package func covered(by rows: Embeddings, atLeast minimum: Int = 5) -> Int {
        counts(of: rows).count { $0 >= minimum }
    }
}
