/// Observations with the action chunks that followed them.
package struct PolicyBatch: Sendable, Equatable {
    package var observations: ObservationBatch
    /// Steps of action in each chunk (H).
    package let horizon: Int
    /// Action columns of the widest embodiment (A).
    package let actionWidth: Int
    /// B x H x A in the robot's own units.
    ///
    /// Masked steps and columns past the embodiment's own width may hold anything: they are never
    /// read.
    package var actions: [Float]
    /// B x H: 1 for a step of the episode, 0 past its end.
    package var actionMask: [Float]
    /// B indicators.
    package var indicators: [Indicator]
    /// B weights of the samples in the loss, not negative.
    package var weights: [Float]

    /// Samples in the batch (B).
    package var count: Int { observations.count }

    /// A batch of zeros, unmasked, without indicators, of weight 1.
    package init(count: Int, shape: ObservationShape, horizon: Int, actionWidth: Int) {
        precondition(
            horizon > 0 && actionWidth > 0, "chunks of \(horizon) steps, \(actionWidth) columns")
        observations = ObservationBatch(count: count, shape: shape)
        self.horizon = horizon
        self.actionWidth = actionWidth
        actions = Array(repeating: 0, count: count * horizon * actionWidth)
        actionMask = Array(repeating: 1, count: count * horizon)
        indicators = Array(repeating: .absent, count: count)
        weights = Array(repeating: 1, count: count)
    }

    /// The same for a policy that sees states only.
    package init(
        count: Int, historyLength: Int, stateWidth: Int, horizon: Int, actionWidth: Int
    ) {
        self.init(
            count: count,
            shape: ObservationShape(historyLength: historyLength, stateWidth: stateWidth),
            horizon: horizon, actionWidth: actionWidth)
    }

    /// Changes the number of samples; samples beyond the old number are as after `init`.
    package mutating func resize(to count: Int) {
        observations.resize(to: count)
        actions.resize(to: count * horizon * actionWidth, filling: 0)
        actionMask.resize(to: count * horizon, filling: 1)
        indicators.resize(to: count, filling: .absent)
        weights.resize(to: count, filling: 1)
    }
}
