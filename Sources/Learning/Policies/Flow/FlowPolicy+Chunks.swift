package import Batching
private import Dispatch
import Layers
import Synchronization
import Tensors

/// Acting.
extension FlowPolicy {
    /// The guidance that robots are served with where nobody says otherwise.
    package static let usualGuidance: Float = 3.5

    /// Action chunks, B x H x A in the robot's own units, zeros in columns that it lacks.
    ///
    /// No action lies further outside the range of 1st to 99th percentile than a twentieth of it: what
    /// integration overshoots is cut off, because nobody has seen the robot do it.
    ///
    /// Guidance 1 follows the indicator's velocity and costs one pass of the expert a step. Other
    /// weights need a second pass: unconditional + guidance (conditional - unconditional). Without
    /// a number of Euler steps, the configuration's is taken.
    /// - Throws: ``PolicyError`` if the observations do not fit, or an action is not finite.
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

    /// The same in normalised units, as integration leaves them.
    package func normalisedChunks(
        for observations: ObservationBatch, indicator: Indicator, noise: [Float]
    ) throws(PolicyError) -> [Float] {
        let block = newBlock(observations.count, chunkSize)
        block.set(noise)
        try integrate(
            observations, indicator: indicator, from: block, guidance: 1, integrationSteps: nil)
        return block.values
    }

    /// Numbers in a chunk.
    private var chunkSize: Int { configuration.horizon * configuration.actionWidth }

    private func chunks(
        for observations: ObservationBatch, indicator: Indicator, startingAt chunks: Block,
        guidance: Float, integrationSteps: Int?
    ) throws(PolicyError) -> [Float] {
        try integrate(
            observations, indicator: indicator, from: chunks, guidance: guidance,
            integrationSteps: integrationSteps)
        return try robotActions(chunks, observations)
    }

    private func integrate(
        _ observations: ObservationBatch, indicator: Indicator, from chunks: Block,
        guidance: Float, integrationSteps: Int?
    ) throws(PolicyError) {
        try network.trunk.check(observations)
        let steps = integrationSteps ?? configuration.integrationSteps
        precondition(steps > 0, "\(steps) integration steps")
        let guidance = indicator == .absent ? 1 : guidance
        let slabs = slabs(of: observations.count)
        // Slabs are rows of `chunks` that do not overlap.
        DispatchQueue.concurrentPerform(iterations: slabs.count) { slab in
            actingWorkspaces.with { work in
                see(
                    observations, rows: slabs[slab], indicator: indicator, guidance,
                    threads: slabs.count > 1 ? 1 : coreCount, work)
                integrate(
                    observations, rows: slabs[slab], guidance: guidance, steps: steps,
                    from: chunks.rows(slabs[slab]), work)
            }
        }
    }

    /// The trunk, once a chunk: its keys and readings go into the workspace's caches.
    private func see(
        _ observations: ObservationBatch, rows: Range<Int>, indicator: Indicator,
        _ guidance: Float, threads: Int, _ work: ActingWorkspace
    ) {
        let trunk = network.trunk
        let (samples, last) = (rows.count, trunk.configuration.lastToken)
        let kinds = Array(repeating: indicator.row, count: samples)
        trunk.forward(
            observations, rows: rows, tokens: 0..<(last + 1), kinds: kinds[...],
            cache: work.cache, parameters, work.trunk, threads: threads)
        work.expert.see(work.trunk.visibility, samples: samples, network.expert)
        readOut(work.trunk, samples: samples, into: work.readout, work)
        guard guidance != 1 else { return }
        for (other, own) in zip(work.unconditional.layers, work.cache.layers) { other.set(own) }
        let absent = Array(repeating: Indicator.absent.row, count: samples)
        trunk.forward(
            observations, rows: rows, tokens: last..<(last + 1), kinds: absent[...],
            cache: work.unconditional, parameters, work.step)
        readOut(work.step, samples: samples, into: work.unconditionalReadout, work)
    }

    private func readOut(
        _ trunk: TrunkWorkspace, samples: Int, into readout: Block, _ work: ActingWorkspace
    ) {
        let each = trunk.readingsPerSample
        let readings = trunk.readings.prefix(rows: samples * each)
        let last = Block.everyRow(of: readings, from: each - 1, by: each)
        network.expert.readOut(last, parameters, work.expert)
        readout.prefix(rows: samples).set(work.expert.readout.prefix(rows: samples))
    }

    /// Euler's method from noise, at time 0, to actions, at time 1, in place.
    private func integrate(
        _ observations: ObservationBatch, rows: Range<Int>, guidance: Float, steps: Int,
        from chunks: Block, _ work: ActingWorkspace
    ) {
        let samples = rows.count
        let velocity = work.expert.velocity.prefix(rows: samples)
        let modulations = modulations(steps: steps, work.expert)
        clearPadding(chunks, observations, rows)
        for step in 0..<steps {
            let modulation = modulations.rows(step..<(step + 1))
            work.expert.point.prefix(rows: samples).set(chunks)
            move(samples, work.cache, work.readout, modulation, work)
            if guidance != 1 {
                let conditional = work.conditional.prefix(rows: samples)
                conditional.set(velocity)
                move(samples, work.unconditional, work.unconditionalReadout, modulation, work)
                Activations.move(velocity, towards: conditional, by: guidance)
            }
            Activations.add(velocity, times: 1 / Float(steps), to: chunks)
            clearPadding(chunks, observations, rows)
        }
    }

    private func move(
        _ samples: Int, _ cache: TrunkCache, _ readout: Block, _ modulation: Block,
        _ work: ActingWorkspace
    ) {
        let tokens = network.trunk.configuration.tokenCount
        work.expert.readout.prefix(rows: samples).set(readout.prefix(rows: samples))
        network.expert.forward(
            samples: samples,
            keys: cache.layers.map {
                network.trunk.attention.keys(
                    of: $0.prefix(rows: samples * tokens), count: tokens, rows: tokens)
            }, modulation: modulation, parameters, work.expert)
    }

    /// The modulation at each Euler step, which depends on nothing else: computed once.
    private func modulations(steps: Int, _ work: ExpertWorkspace) -> Block {
        modulationsBySteps.withLock { known in
            if let modulations = known[steps] { return modulations }
            let modulations = newBlock(steps, work.modulation.columns)
            let time = newBlock(1, 1)
            for step in 0..<steps {
                time.fill(Float(step) / Float(steps))
                network.expert.modulate(times: time, parameters, work)
                modulations.rows(step..<(step + 1)).set(work.modulation.prefix(rows: 1))
            }
            known[steps] = modulations
            return modulations
        }
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
