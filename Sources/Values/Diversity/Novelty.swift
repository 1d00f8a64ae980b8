/// How new episodes are to a corpus.
package enum Novelty {
    /// For each row the share of the corpus that lies nearer to the rest of it than the row does.
    ///
    /// 0.5 is as usual as the median episode, 1 farther out than any. The corpus's own distances
    /// leave each row itself out. Nil if the corpus has fewer than `minimum` rows.
    package static func percentiles(
        of rows: Embeddings, in corpus: Embeddings, neighbours count: Int = 5, minimum: Int = 10
    ) -> [Double]? {
        guard corpus.count >= minimum else { return nil }
        let neighbours = Neighbours(corpus: corpus)
        let usual = neighbours.meanDistances(of: corpus, count: count, areCorpus: true).sorted()
        return neighbours.meanDistances(of: rows, count: count).map { distance in
            var (low, high) = (0, usual.count)
            while low < high {
                let middle = (low + high) / 2
                if usual[middle] < distance { low = middle + 1 } else { high = middle }
            }
            return Double(low) / Double(usual.count)
        }
    }
}
