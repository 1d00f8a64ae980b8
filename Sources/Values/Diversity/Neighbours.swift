/// Distances to the nearest rows of a corpus.
package struct Neighbours: Sendable {
    private let distances: SquaredDistances

    package init(corpus: Embeddings) { distances = SquaredDistances(to: corpus) }

    /// For each row the mean distance to its `count` nearest, in the unit of the rows.
    ///
    /// Pass `areCorpus` where the rows are the corpus itself, so that none is a neighbour of its own.
    /// Infinity where the corpus has no other row.
    package func meanDistances(
        of rows: Embeddings, count: Int = 5, areCorpus: Bool = false
    ) -> [Float] {
        meanDistances(
            of: rows, count: count, leavingOut: areCorpus ? Array(0..<rows.count) : [])
    }

    /// The same, where some rows are known to be rows of the corpus: none is a neighbour of its own.
    ///
    /// - Precondition: `own` has each row's place in the corpus, nil for rows that are not in it; or it is empty.
    package func meanDistances(
        of rows: Embeddings, count: Int = 5, leavingOut own: [Int?]
    ) -> [Float] {
        precondition(count > 0, "\(count) neighbours")
        precondition(own.isEmpty || own.count == rows.count, "\(own.count) of \(rows.count) rows")
        return unsafe distances.map(rows, filling: .infinity) { row, distances in
            var nearest = Array(repeating: Float.infinity, count: count)
            let itself = own.isEmpty ? nil : own[row]
            for other in distances.indices where other != itself {
                let distance = unsafe distances[other]
                if distance < nearest[count - 1] { Self.insert(distance, into: &nearest) }
            }
            let known = nearest.filter(\.isFinite)
            guard !known.isEmpty else { return .infinity }
            return known.reduce(0) { $0 + $1.squareRoot() } / Float(known.count)
        }
    }

    /// Which rows have another within `distance` in the corpus that they are.
    package func haveNeighbours(within distance: Float) -> [Bool] {
        unsafe distances.map(distances.corpus, filling: false) { row, distances in
            let limit = distance * distance
            for other in distances.indices where other != row {
                if unsafe distances[other] <= limit { return true }
            }
            return false
        }
    }

    /// Keeps the smallest in ascending order.
    private static func insert(_ value: Float, into sorted: inout [Float]) {
        var place = sorted.count - 1
        while place > 0, sorted[place - 1] > value {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = value
    }
}
