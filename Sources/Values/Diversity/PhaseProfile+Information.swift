extension PhaseProfile {
    /// Profiles that suffice for an estimate: 512 points.
    package static let informativeCount = 32

    /// How much states tell of actions, in nats: the mutual information over all phases of some profiles.
    ///
    /// Of the first ``informativeCount``, columns in their standard deviations. Nil for fewer than 10, for profiles of
    /// different widths, and where states or actions do not differ.
    package static func information(of profiles: [PhaseProfile]) -> Double? {
        let chosen = profiles.prefix(informativeCount)
        guard let first = chosen.first, chosen.count >= 10,
            let states = points(chosen.map(\.states), width: first.stateWidth),
            let actions = points(chosen.map(\.actions), width: first.actionWidth),
            states.count == actions.count
        else { return nil }
        return MutualInformation.kraskov(states, actions)
    }

    /// Rows of those columns that differ, in standard deviations.
    private static func points(_ parts: [[Float]], width: Int) -> Embeddings? {
        guard width > 0, parts.allSatisfy({ $0.count == phaseCount * width }) else { return nil }
        let rows = parts.flatMap { $0 }
        let count = Double(rows.count / width)
        let columns = (0..<width).compactMap { column -> (column: Int, scale: Float)? in
            let values = stride(from: column, to: rows.count, by: width).map { Double(rows[$0]) }
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            // What rounding alone makes of equal numbers does not count.
            guard variance.squareRoot() > 1e-5 * abs(mean) + 1e-9 else { return nil }
            return (column, Float(1 / variance.squareRoot()))
        }
        guard !columns.isEmpty else { return nil }
        return Embeddings(
            width: columns.count,
            values: stride(from: 0, to: rows.count, by: width).flatMap { start in
                columns.map { rows[start + $0.column] * $0.scale }
            })
    }
}
