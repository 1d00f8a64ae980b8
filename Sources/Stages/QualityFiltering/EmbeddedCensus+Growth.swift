import Diversity

extension EmbeddedCensus {
    /// What the last seven nights added to a task's episodes: the second signal beside a curve of success.
    ///
    /// Nil with fewer than 30 episodes before them or 10 in them.
    func growth(of tonight: [Place], beside corpus: [Place]) -> DiversityFigures.Growth? {
        let old = corpus.filter { !member($0).isOfWeek }
        let new = corpus.filter { member($0).isOfWeek } + tonight
        guard old.count >= 30, new.count >= 10 else { return nil }
        let equal = min(200, old.count)
        var growth = DiversityFigures.Growth()
        if let before = vendi(old, count: equal), let now = vendi(old + new, count: equal) {
            growth.vendi = now / before - 1
        }
        var (before, now, percentiles) = (0, 0, [Double]())
        for (earlier, later) in zip(rows(old), rows(new)) where earlier.count > 0 {
            let all = Embeddings(width: earlier.width, values: earlier.values + later.values)
            guard let cells = Cells(of: all, count: max(1, min(100, all.count / 20)), seed: 5)
            else { continue }
            let (old, new) = (cells.counts(of: earlier), cells.counts(of: later))
            before += old.count { $0 >= 5 }
            now += zip(old, new).count { $0 + $1 >= 5 }
            percentiles += Novelty.percentiles(of: later, in: earlier) ?? []
        }
        if before > 0 { growth.coverage = Double(now) / Double(before) - 1 }
        growth.novelty = median(percentiles)
        return growth
    }
}
