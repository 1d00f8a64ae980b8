/// Finds the normaliser of a stream of experience, in bounded memory.
package struct NormaliserAccumulator: Sendable {
    private let embodiments: [EmbodimentSpecification]
    private var states: [QuantileReservoir]
    private var actions: [QuantileReservoir]

    /// The seed chooses which rows are kept where there are more than fit.
    package init(embodiments: [EmbodimentSpecification], seed: UInt64) {
        self.embodiments = embodiments
        states = embodiments.map { QuantileReservoir(columns: $0.stateWidth, seed: seed) }
        actions = embodiments.map { QuantileReservoir(columns: $0.actionWidth, seed: seed) }
    }

    /// Adds an episode's steps: T x the embodiment's own state and action width, unpadded.
    ///
    /// - Throws: ``PolicyError`` at a value that is not finite.
    package mutating func add(
        states: [Float], actions: [Float], embodiment: Int
    ) throws(PolicyError) {
        try self.states[embodiment].add(states)
        try self.actions[embodiment].add(actions)
    }

    /// The 1st and 99th percentiles so far.
    ///
    /// - Throws: ``PolicyError`` that names the embodiments without any step.
    package func normaliser() throws(PolicyError) -> Normaliser {
        let missing = embodiments.indices.filter {
            states[$0].rowCount == 0 || actions[$0].rowCount == 0
        }
        guard missing.isEmpty else {
            throw PolicyError(
                .statisticsMissing,
                "finding normalisation: there is no step of \(missing.map { embodiments[$0].name })"
                    + "; leave these embodiments out, or add their episodes")
        }
        return Normaliser(
            ranges: embodiments.indices.map { index in
                Normaliser.Ranges(
                    embodiment: embodiments[index].name, stateLow: states[index].quantile(0.01),
                    stateHigh: states[index].quantile(0.99),
                    actionLow: actions[index].quantile(0.01),
                    actionHigh: actions[index].quantile(0.99))
            })
    }
}
