/// Rows of equally many numbers, one row an episode.
package struct Embeddings: Sendable, Equatable {
    /// Numbers in a row (d).
    package let width: Int
    /// Row after row.
    package private(set) var values: [Float]

    /// - Precondition: `values` holds whole rows, of `width` numbers, at least 1, each.
    package init(width: Int, values: [Float] = []) {
        precondition(width > 0 && values.count.isMultiple(of: width), "\(values.count) by \(width)")
        (self.width, self.values) = (width, values)
    }

    /// Rows (n).
    package var count: Int { values.count / width }

    package subscript(row: Int) -> ArraySlice<Float> { values[(row * width)..<((row + 1) * width)] }

    /// - Precondition: the row has `width` numbers.
    package mutating func append(_ row: some Collection<Float>) {
        precondition(row.count == width, "a row of \(row.count), expected \(width)")
        values += row
    }

    /// These rows, in this order.
    package func rows(_ chosen: some Sequence<Int>) -> Embeddings {
        var found = Embeddings(width: width)
        for row in chosen { found.values += self[row] }
        return found
    }

    /// Only these columns of each row.
    package func columns(_ range: Range<Int>) -> Embeddings {
        var found = Embeddings(width: range.count)
        for row in 0..<count {
            found.values +=
                values[(row * width + range.lowerBound)..<(row * width + range.upperBound)]
        }
        return found
    }

    /// A row's length made 1; rows of length 0 stay.
    package func normalised() -> Embeddings {
        var found = self
        for row in 0..<count {
            let range = (row * width)..<((row + 1) * width)
            let length = values[range].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 0 else { continue }
            for index in range { found.values[index] = Float(Double(values[index]) / length) }
        }
        return found
    }
}
