/// How new episodes are to a corpus.
package enum Novelty {
    /// Fewer rows do not say what is usual.
    package static let minimum = 10

    /// For each row the share of the corpus that lies nearer to the rest of it than the row does.
    ///
    /// 0.5 is as usual as the median episode, 1 farther out than any. The corpus's own distances
    /// leave each row itself out; they are those of its first `sample` rows, which must be as good as drawn by lot.
    /// `own` says which rows of the corpus the rows are themselves, where they are, so that they are not their own
    /// neighbours. Nil if the corpus has fewer than ``minimum`` rows.
    package static func percentiles(
        of rows: Embeddings, in corpus: Embeddings, leavingOut own: [Int?] = [],
        neighbours count: Int = 5, sample: Int = 2000
    ) -> [Double]? {
        guard corpus.count >= minimum else { return nil }
        let neighbours = Neighbours(corpus: corpus)
        let first = corpus.rows(0..<min(sample, corpus.count))
        let usual = neighbours.meanDistances(of: first, count: count, areCorpus: true).sorted()
        return neighbours.meanDistances(of: rows, count: count, leavingOut: own).map { distance in
            var (low, high) = (0, usual.count)
            while low < high {
                let middle = (low + high) / 2
                if usual[middle] < distance { low = middle + 1 } else { high = middle }
            }
            return Double(low) / Double(usual.count)
        }
    }
}
