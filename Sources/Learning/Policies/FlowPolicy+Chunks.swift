package import Batching
private import Dispatch
import Layers
import Tensors

/// Acting.
extension FlowPolicy {
    /// Action chunks, B x H x A in the robot's own units, zeros in columns that it lacks.
    ///
    /// Guidance 1 follows the indicator's velocity. Other weights need a second pass:
    /// unconditional + guidance (conditional - unconditional). Without a number of Euler steps,
    /// the configuration's is taken.
    /// - Throws: ``PolicyError`` if an action is not finite.
    package func chunks(
        for observations: ObservationBatch, indicator: Indicator, noiseSeed: UInt64,
        guidance: Float = 1, integrationSteps: Int? = nil
    ) throws(PolicyError) -> [Float] {
        let noise = newBlock(observations.count, chunkSize)
        let random = CounterRandom(seed: noiseSeed, purpose: .noise)
        for row in 0..<observations.count {
            random.fillNormals(noise.rows(row..<(row + 1)), step: 0, sample: row)
        }
        return try chunks(
            for: observations, indicator: indicator, startingAt: noise, guidance: guidance,
            integrationSteps: integrationSteps)
    }

    /// The same from given noise, B x H x A standard normal numbers.
    package func chunks(
        for observations: ObservationBatch, indicator: Indicator, noise: [Float],
        guidance: Float = 1, integrationSteps: Int? = nil
    ) throws(PolicyError) -> [Float] {
        let block = newBlock(observations.count, chunkSize)
        block.set(noise)
        return try chunks(
            for: observations, indicator: indicator, startingAt: block, guidance: guidance,
            integrationSteps: integrationSteps)
    }

    /// Numbers in a chunk.
    private var chunkSize: Int { configuration.horizon * configuration.actionWidth }

    private func chunks(
        for observations: ObservationBatch, indicator: Indicator, startingAt chunks: Block,
        guidance: Float, integrationSteps: Int?
    ) throws(PolicyError) -> [Float] {
        network.check(observations)
        let steps = integrationSteps ?? configuration.integrationSteps
        precondition(steps > 0, "\(steps) integration steps")
        let slabs = (observations.count + slabRows - 1) / slabRows
        // Slabs are rows of `chunks` that do not overlap.
        DispatchQueue.concurrentPerform(iterations: slabs) { slab in
            let rows = (slab * slabRows)..<min((slab + 1) * slabRows, observations.count)
            integrate(
                observations, rows: rows, indicator: indicator, guidance: guidance, steps: steps,
                from: chunks.rows(rows))
        }
        return try robotActions(chunks, observations)
    }

    /// Euler's method from noise, at time 0, to actions, at time 1, in place.
    private func integrate(
        _ observations: ObservationBatch, rows: Range<Int>, indicator: Indicator, guidance: Float,
        steps: Int, from chunks: Block
    ) {
        let work = network.makeWorkspace(rows: rows.count)
        network.observe(observations, rows: rows, parameters: parameters, work)
        clearPadding(chunks, observations, rows)
        for step in 0..<steps {
            work.times.fill(Float(step) / Float(steps))
            work.point.set(chunks)
            velocity(
                observations, rows: rows, indicator: indicator, guidance: guidance, work)
            Activations.add(work.velocity, times: 1 / Float(steps), to: chunks)
            clearPadding(chunks, observations, rows)
        }
    }

    private func velocity(
        _ observations: ObservationBatch, rows: Range<Int>, indicator: Indicator, guidance: Float,
        _ work: FlowWorkspace
    ) {
        for row in 0..<rows.count { work.indicators[row] = Int(indicator.rawValue) }
        network.velocity(observations, rows: rows, parameters: parameters, work)
        guard guidance != 1, indicator != .absent else { return }
        let conditional = work.gradients.velocity
        conditional.set(work.velocity)
        for row in 0..<rows.count { work.indicators[row] = -1 }
        network.velocity(observations, rows: rows, parameters: parameters, work)
        Activations.move(work.velocity, towards: conditional, by: guidance)
    }

    private func clearPadding(
        _ chunks: Block, _ observations: ObservationBatch, _ rows: Range<Int>
    ) {
        for (row, sample) in rows.enumerated() {
            network.clearPadding(
                chunks, row: row, embodiment: observations.embodiments[sample])
        }
    }

    private func robotActions(
        _ chunks: Block, _ observations: ObservationBatch
    ) throws(PolicyError) -> [Float] {
        let width = configuration.actionWidth
        var actions = Array(repeating: Float(0), count: chunks.count)
        for sample in 0..<observations.count {
            let embodiment = observations.embodiments[sample]
            for step in 0..<configuration.horizon {
                for column in 0..<network.tables.actionWidths[embodiment] {
                    let place = step * width + column
                    guard chunks[sample, place].isFinite else {
                        throw notFinite(sample, step, column, chunks[sample, place])
                    }
                    actions[sample * chunkSize + place] = network.tables.action(
                        chunks[sample, place], embodiment: embodiment, column: column)
                }
            }
        }
        return actions
    }

    private func notFinite(
        _ sample: Int, _ step: Int, _ column: Int, _ value: Float
    ) -> PolicyError {
        PolicyError(
            .actionNotFinite,
            "drawing actions: sample \(sample), step \(step), column \(column) is \(value), "
                + "expected a finite number; check that the observation is finite")
    }
}
