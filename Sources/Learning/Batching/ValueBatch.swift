/// Observations with the return that followed them.
package struct ValueBatch: Sendable, Equatable {
    package var observations: ObservationBatch
    /// B normalised returns in [-1, 0]; -1 says that the episode failed.
    package var targets: [Float]
    /// B weights of the samples in the loss, not negative.
    package var weights: [Float]

    /// Samples in the batch (B).
    package var count: Int { observations.count }

    /// A batch of zeros of weight 1.
    package init(count: Int, shape: ObservationShape) {
        observations = ObservationBatch(count: count, shape: shape)
        targets = Array(repeating: 0, count: count)
        weights = Array(repeating: 1, count: count)
    }

    /// The same for a value function that sees states only.
    package init(count: Int, historyLength: Int, stateWidth: Int) {
        self.init(
            count: count,
            shape: ObservationShape(historyLength: historyLength, stateWidth: stateWidth))
    }

    /// Changes the number of samples; samples beyond the old number are as after `init`.
    package mutating func resize(to count: Int) {
        observations.resize(to: count)
        targets.resize(to: count, filling: 0)
        weights.resize(to: count, filling: 1)
    }
}
