import Diversity
import Episodes

extension EmbeddedCensus {
    /// What fell into other places tonight than in the 30 nights before, over all and by robot, site and task.
    ///
    /// Alarms are of all tests together: a night without drift has one once in a hundred nights. The first night has
    /// no night before it: what was recorded over days and came in at once is a collection, and none of it has drifted.
    func drift() -> [DiversityFigures.DriftLine] {
        guard !census.nights.isFirst else { return [] }
        var tests: [DriftTest] = []
        var lines: [DiversityFigures.DriftLine] = []
        for measure in measures() {
            for slice in slices() {
                let new = census.tonight.indices.filter { slice.has(census.tonight[$0]) }
                let old = census.recent.indices.filter { slice.has(census.recent[$0]) }
                let test = DriftTest(
                    of: new.compactMap { measure.tonight[$0] },
                    from: old.compactMap { measure.recent[$0] }, places: measure.places, seed: 5)
                guard let test else { continue }
                tests.append(test)
                lines.append(
                    .init(
                        measure: measure.name, slice: slice.name, divergence: test.divergence,
                        null_99: test.null99, alarm: false))
            }
        }
        for (index, alarm) in DriftTest.alarms(tests).enumerated() { lines[index].alarm = alarm }
        return lines
    }

    /// Some of the episodes.
    private struct Slice {
        let name: String
        let has: (DiversityCensus.Member) -> Bool
    }

    /// All, and each kind of robot, site and task with enough episodes tonight; the 12 largest of each.
    private func slices() -> [Slice] {
        func slices(_ factor: String, _ kind: @escaping (DiversityCensus.Member) -> String?)
            -> [Slice]
        {
            var counts: [String: Int] = [:]
            for name in census.tonight.compactMap(kind) { counts[name, default: 0] += 1 }
            let largest = counts.filter { $0.value >= 10 }
                .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12)
            // One kind alone is the same as all.
            guard counts.count > 1 else { return [] }
            return largest.map { name, _ in Slice(name: "\(factor) \(name)") { kind($0) == name } }
        }
        return [Slice(name: "all", has: { _ in true })] + slices("robot") { $0.robot }
            + slices("site") { $0.site } + slices("task") { $0.task }
    }

    /// The places of each episode by one measure, in one histogram or several; nil where it was not measured.
    private struct Measure {
        let name: String
        let places: Int
        let tonight: [[Int]?]
        let recent: [[Int]?]
    }

    /// Bins with as many of the reference each.
    private static let bins = 10

    private func measures() -> [Measure] {
        [
            columns("states", EpisodeEmbedding.stateColumns),
            columns("actions", EpisodeEmbedding.actionColumns),
            number("duration") { $0.seconds }, number("brightness") { $0.brightness }, outcomes(),
        ].compactMap { $0 }
    }

    /// Each column of the embeddings is a histogram, with bins of its layout.
    private func columns(_ name: String, _ columns: Range<Int>) -> Measure? {
        var tonight = [[Int]?](repeating: nil, count: census.tonight.count)
        var recent = [[Int]?](repeating: nil, count: census.recent.count)
        for layout in layouts where layout.recentRows.count > 0 {
            let edges = columns.map { column in
                Divergence.edges(
                    of: (0..<layout.recentRows.count).map {
                        Double(layout.recentRows.values[$0 * EpisodeEmbedding.width + column])
                    }, bins: Self.bins)
            }
            func places(_ rows: Embeddings, _ row: Int) -> [Int] {
                zip(columns, edges).map { column, edges in
                    Divergence.place(
                        of: Double(rows.values[row * EpisodeEmbedding.width + column]), among: edges
                    )
                }
            }
            for (row, member) in layout.tonight.enumerated() {
                tonight[member] = places(layout.tonightRows, row)
            }
            for (row, member) in layout.recent.enumerated() {
                recent[member] = places(layout.recentRows, row)
            }
        }
        return Measure(name: name, places: Self.bins, tonight: tonight, recent: recent)
    }

    private func number(
        _ name: String, _ value: (DiversityCensus.Member) -> Double?
    ) -> Measure? {
        let edges = Divergence.edges(of: census.recent.compactMap(value), bins: Self.bins)
        guard !edges.isEmpty else { return nil }
        func place(_ member: DiversityCensus.Member) -> [Int]? {
            value(member).map { [Divergence.place(of: $0, among: edges)] }
        }
        return Measure(
            name: name, places: edges.count + 1, tonight: census.tonight.map(place),
            recent: census.recent.map(place))
    }

    private func outcomes() -> Measure {
        func place(_ member: DiversityCensus.Member) -> [Int]? {
            Outcome.allCases.firstIndex(of: member.outcome).map { [$0] }
        }
        return Measure(
            name: "outcome", places: Outcome.allCases.count, tonight: census.tonight.map(place),
            recent: census.recent.map(place))
    }
}
