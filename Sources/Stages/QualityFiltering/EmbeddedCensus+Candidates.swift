import Diversity

extension EmbeddedCensus {
    /// How novel episodes are that soft gates would act on: percentiles from 0 to 100, by episode.
    ///
    /// An episode of the last night is compared with the nights before it, as the report's novelty is, and an earlier
    /// one with those nights but for itself. Where they are too few to compare with, the last night counts as one of
    /// them. Left out is what has fewer than ten of its layout beside it.
    func novelty(of candidates: [DiversityCensus.Member]) -> [String: Double] {
        var found: [String: Double] = [:]
        for (number, layout) in layouts.enumerated() {
            let members = candidates.filter { $0.layout == number }
            guard !members.isEmpty else { continue }
            let (reference, places) = reference(of: layout)
            let percentiles = Novelty.percentiles(
                of: layout.embedding.rows(of: members.map(\.statistics)), in: reference,
                leavingOut: members.map { places[$0.episode] })
            for (member, share) in zip(members, percentiles ?? []) {
                found[member.episode] = 100 * share
            }
        }
        return found
    }

    /// What a layout's candidates are compared with, and each episode's row in it.
    private func reference(of layout: Layout) -> (rows: Embeddings, places: [String: Int]) {
        var rows = layout.corpusRows
        var names = layout.corpus.map { census.corpus[$0].episode }
        if rows.count < Novelty.minimum {
            for row in 0..<layout.tonightRows.count { rows.append(layout.tonightRows[row]) }
            names += layout.tonight.map { census.tonight[$0].episode }
        }
        return (
            rows, Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        )
    }
}
