/// How new episodes are to a corpus.
package enum Novelty {
    /// For each row the share of the corpus that lies nearer to the rest of it than the row does.
    ///
    /// 0.5 is as usual as the median episode, 1 farther out than any. The corpus's own distances
    /// leave each row itself out; they are those of its first `sample` rows, which must be as good as drawn by lot.
    /// Nil if the corpus has fewer than `minimum` rows.
    package static func percentiles(
        of rows: Embeddings, in corpus: Embeddings, neighbours count: Int = 5, minimum: Int = 10,
        sample: Int = 2000
    ) -> [Double]? {
        guard corpus.count >= minimum else { return nil }
        let neighbours = Neighbours(corpus: corpus)
        let own = corpus.rows(0..<min(sample, corpus.count))
        let usual = neighbours.meanDistances(of: own, count: count, areCorpus: true).sorted()
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
