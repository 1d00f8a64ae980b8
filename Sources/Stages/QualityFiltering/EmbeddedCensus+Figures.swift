import Diversity
import Evidence

extension EmbeddedCensus {
    /// Equal counts that scores are of: more cannot be told apart in 64 numbers.
    private static let equalCount = 500

    /// All figures; what needs a corpus is left out on a first night.
    func figures() -> DiversityFigures {
        let percentiles = novelty()
        return DiversityFigures(
            night: census.nights.tonight, episodes_tonight: census.newCount,
            episodes_before: census.oldCount, vendi: vendi(), coverage: coverage(),
            novelty: newness(percentiles), effective: effective(),
            redundancy: redundancy(), tasks: taskLines(percentiles), drift: drift())
    }

    private func vendi() -> DiversityFigures.Vendi {
        let (new, old) = (tonight(), corpus())
        let equal = min(Self.equalCount, new.count, old.isEmpty ? new.count : old.count)
        var figures = DiversityFigures.Vendi(
            tonight: vendi(new, count: equal), corpus: vendi(old, count: equal), episodes: equal)
        // 100 of tonight's, or as many as there are, in the place of as many of the corpus's.
        let moved = min(100, new.count)
        let total = min(Self.equalCount, old.count)
        guard moved >= 20, total >= 2 * moved else { return figures }
        var random = SeededRandom(seed: 2)
        let gains = (0..<5).compactMap { _ -> Double? in
            let sample = random.sample(total, of: old.count).map { old[$0] }
            let kept = random.sample(total - moved, of: total).map { sample[$0] }
            let added = random.sample(moved, of: new.count).map { new[$0] }
            guard let before = VendiScore.of(groups: rows(sample)),
                let after = VendiScore.of(groups: rows(kept + added))
            else { return nil }
            return (after - before) * 100 / Double(moved)
        }
        if !gains.isEmpty { figures.gain_per_100 = gains.reduce(0, +) / Double(gains.count) }
        return figures
    }

    /// Cells of a sample of all that is known, about one to 20 episodes; one is hit with 5 of them.
    private func coverage() -> DiversityFigures.Coverage? {
        var found = DiversityFigures.Coverage(cells: 0, hit: 0, hit_before: 0)
        for layout in layouts {
            guard let cells = cells(layout) else { continue }
            let before = cells.counts(of: layout.corpusRows)
            let new = cells.counts(of: layout.tonightRows)
            found.cells += cells.count
            found.hit_before += before.count { $0 >= 5 }
            found.hit += zip(before, new).count { $0 + $1 >= 5 }
        }
        return found.cells > 0 ? found : nil
    }

    private func cells(_ layout: Layout) -> Cells? {
        let total = layout.corpusRows.count + layout.tonightRows.count
        guard total >= 20 else { return nil }
        let all = Embeddings(
            width: EpisodeEmbedding.width,
            values: layout.corpusRows.values + layout.tonightRows.values)
        var random = SeededRandom(seed: 3)
        let reference = all.rows(random.sample(10_000, of: total))
        return Cells(of: reference, count: min(1024, total / 20), seed: 4)
    }

    private func newness(_ percentiles: [Int: Double]) -> DiversityFigures.Newness? {
        let values = Array(percentiles.values)
        let most = percentiles.filter { $0.value > 0.95 }
            .map { DiversityFigures.Novel(episode: census.tonight[$0].episode, percentile: $1) }
            .sorted { ($1.percentile, $0.episode) < ($0.percentile, $1.episode) }
        return median(values).map { middle in
            .init(
                median_percentile: middle,
                share_above_95: Double(most.count) / Double(values.count),
                most: Array(most.prefix(5)))
        }
    }

    private func effective() -> [DiversityFigures.Effective] {
        let order = ["task", "site", "operator", "robot", "task and site", "task and robot"]
        return order.compactMap { factor in
            guard let counts = census.factors[factor] else { return nil }
            let numbers = EffectiveNumbers(counts: counts.values)
            return .init(
                factor: factor, number: numbers.number, simpson: numbers.simpson, of: numbers.of)
        }
    }

    /// Share of tonight's episodes with another within a twentieth of what episodes are usually apart.
    private func redundancy() -> Double? {
        guard census.tonight.count >= 10 else { return nil }
        var near = 0
        for layout in layouts where layout.embedding.partCount > 0 {
            let all = Embeddings(
                width: EpisodeEmbedding.width,
                values: layout.tonightRows.values + layout.corpusRows.values)
            let limit = Float(2 * layout.embedding.partCount).squareRoot() / 20
            // Tonight's rows are the first of all, so that none is a neighbour of its own.
            let distances = Neighbours(corpus: all).meanDistances(
                of: layout.tonightRows, count: 1, areCorpus: true)
            near += distances.count { $0 <= limit }
        }
        return Double(near) / Double(census.tonight.count)
    }

    /// All tasks, with scores for those 200 that have the most new episodes.
    private func taskLines(_ percentiles: [Int: Double]) -> [DiversityFigures.TaskLine] {
        let new = Dictionary(grouping: tonight()) { member($0).task }
        let old = Dictionary(grouping: corpus()) { member($0).task }
        let lines = census.tasks.values.sorted {
            ($1.new, $1.total, $0.task) < ($0.new, $0.total, $1.task)
        }
        return lines.enumerated().map { number, line in
            guard number < 200 else { return line }
            var line = line
            let (new, old) = (new[line.task] ?? [], old[line.task] ?? [])
            line.vendi = vendi(new + old, count: min(100, new.count + old.count))
            line.novelty = median(new.compactMap { percentiles[$0.member] })
            line.growth = growth(of: new, beside: old)
            line.information = PhaseProfile.information(of: census.profiles[line.task] ?? [])
            return line
        }.sorted { $0.task < $1.task }
    }
}
