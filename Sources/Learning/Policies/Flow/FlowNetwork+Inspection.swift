package import Batching
import Layers
package import Tensors

/// What an independent implementation needs to compute the same.
extension FlowNetwork {
    /// What one evaluation of the loss drew and found, all by sample.
    package struct Inspection {
        /// Normalised actions, noise, weights and velocity: B x H x A.
        package let actions: [Float], noise: [Float], weights: [Float], velocity: [Float]
        /// B flow times.
        package let times: [Float]
        /// The batch's loss; `gradients` then holds its gradient.
        package let loss: Double
    }

    /// Evaluates the loss of a batch.
    ///
    /// - Throws: ``PolicyError`` if the batch does not fit.
    package func inspect(
        _ batch: PolicyBatch, draw: Draw, parameters: Arena, gradients: Arena
    ) throws(PolicyError) -> Inspection {
        let work = makeWorkspace(rows: batch.count)
        let weight = try lossWeight(of: batch)
        let sum = loss(
            of: batch, rows: 0..<batch.count, draw: draw, factor: Float(1 / weight),
            parameters: parameters, gradients: gradients, workspace: work)
        return Inspection(
            actions: work.actions.values, noise: work.noise.values, weights: work.weights.values,
            velocity: work.expert.velocity.values, times: work.times.values, loss: sum / weight)
    }

    /// Velocity of normalised chunks at one flow time, with nothing kept from anywhere.
    ///
    /// - Throws: ``PolicyError`` if the observations do not fit.
    package func velocity(
        of chunks: [Float], at time: Float, _ observations: ObservationBatch,
        indicator: Indicator, parameters: Arena
    ) throws(PolicyError) -> [Float] {
        try trunk.check(observations)
        let work = makeWorkspace(rows: observations.count)
        work.times.fill(time)
        work.expert.point.set(chunks)
        for row in 0..<observations.count { work.kinds[row] = indicator.row }
        forward(observations, rows: 0..<observations.count, parameters: parameters, work)
        return work.expert.velocity.values
    }

    /// Centres and scales of the states, robots x columns.
    package var stateNormalisation: (centres: Block, scales: Block) {
        (tables.stateCentres, tables.stateScales)
    }

    /// The tasks' instructions as tokens.
    package var instructionTokens: [[Int]] { trunk.instructions }
}

extension ValueNetwork {
    /// Logits and loss of a batch; `gradients` then holds the loss's gradient.
    ///
    /// - Throws: ``PolicyError`` if the batch does not fit.
    package func inspect(
        _ batch: ValueBatch, parameters: Arena, gradients: Arena
    ) throws(PolicyError) -> (logits: [Float], loss: Double) {
        let work = makeWorkspace(rows: batch.count)
        let weight = try lossWeight(of: batch)
        let logits = logits(
            batch.observations, rows: 0..<batch.count, parameters: parameters, work
        ).values
        let sum = loss(
            of: batch, rows: 0..<batch.count, draw: Draw(seed: 0, step: 0),
            factor: Float(1 / weight), parameters: parameters, gradients: gradients,
            workspace: work)
        return (logits, sum / weight)
    }
}
