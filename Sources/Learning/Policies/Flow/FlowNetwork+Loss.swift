package import Batching
import Layers
package import Tensors

/// Flow matching: x(t) = (1 - t) noise + t action, and the target is action - noise.
extension FlowNetwork: TrainableNetwork {
    /// Flow times lie in [0, 0.999]: (0.999 - t) / 0.999 ~ Beta(1.5, 1), more of them near noise.
    static let latestTime = 0.999

    package func makeWorkspace(rows: Int) -> FlowWorkspace { FlowWorkspace(self, rows: rows) }

    package func count(of batch: PolicyBatch) -> Int { batch.count }

    package func lossWeight(of batch: PolicyBatch) throws(PolicyError) -> Double {
        try trunk.check(batch.observations)
        precondition(
            batch.horizon == configuration.horizon
                && batch.actionWidth == configuration.actionWidth,
            "chunks of \(batch.horizon) x \(batch.actionWidth), expected "
                + "\(configuration.horizon) x \(configuration.actionWidth)")
        let sum = flowWeight(of: batch)
        guard sum > 0, sum.isFinite else {
            throw PolicyError(
                .batchWithoutLoss,
                "training a policy: the weights of \(batch.count) samples, with their masks, sum "
                    + "to \(sum), expected a positive number; check sampling weights and masks")
        }
        return sum
    }

    /// The weights of all numbers that count.
    func flowWeight(of batch: PolicyBatch) -> Double {
        var sum = 0.0
        for sample in 0..<batch.count {
            let width = Double(tables.actionWidths[batch.observations.embodiments[sample]])
            let steps = (0..<batch.horizon).filter { isCounted(batch, sample, $0) }.count
            sum += Double(batch.weights[sample]) * width * Double(steps)
        }
        return sum
    }

    package func loss(
        of batch: PolicyBatch, rows: Range<Int>, draw: Draw, factor: Float, parameters: Arena,
        gradients: Arena?, workspace work: FlowWorkspace
    ) -> Double {
        prepare(batch, rows: rows, draw: draw, work)
        let samples = rows.count
        Losses.flowPoint(
            actions: work.actions.prefix(rows: samples), noise: work.noise.prefix(rows: samples),
            times: work.times.columns(0..<samples),
            intoPoint: work.expert.point.prefix(rows: samples),
            intoTarget: work.target.prefix(rows: samples))
        forward(batch.observations, rows: rows, parameters: parameters, work)
        var sum = Losses.weightedSquares(
            work.expert.velocity.prefix(rows: samples), target: work.target.prefix(rows: samples),
            weights: work.weights.prefix(rows: samples), factor: factor,
            into: work.expert.dVelocity.prefix(rows: samples))
        sum += textLoss(batch, rows: rows, factor: factor, parameters: parameters, work)
        if let gradients {
            backward(
                batch.observations, rows: rows, parameters: parameters, gradients: gradients, work)
        }
        return sum
    }

    private func isCounted(_ batch: PolicyBatch, _ sample: Int, _ step: Int) -> Bool {
        batch.actionMask[sample * batch.horizon + step] != 0
    }

    private func prepare(
        _ batch: PolicyBatch, rows: Range<Int>, draw: Draw, _ work: FlowWorkspace
    ) {
        let noise = CounterRandom(seed: draw.seed, purpose: .noise)
        let times = CounterRandom(seed: draw.seed, purpose: .times)
        for (row, sample) in rows.enumerated() {
            let embodiment = batch.observations.embodiments[sample]
            noise.fillNormals(work.noise.rows(row..<(row + 1)), step: draw.step, sample: sample)
            let beta = power(times.uniform(step: draw.step, sample: sample), 2.0 / 3.0)
            work.times[0, row] = Float(Self.latestTime * (1 - beta))
            work.kinds[row] = batch.indicators[sample].row
            clearPadding(work.noise, row: row, embodiment: embodiment)
            fillActions(batch, sample: sample, row: row, embodiment: embodiment, work)
        }
    }

    /// Past the episode's end its last action stands, without weight, so that what a caller left
    /// there cannot matter.
    private func fillActions(
        _ batch: PolicyBatch, sample: Int, row: Int, embodiment: Int, _ work: FlowWorkspace
    ) {
        let width = configuration.actionWidth
        var kept: Int?
        for step in 0..<batch.horizon {
            let isCounted = isCounted(batch, sample, step)
            if isCounted { kept = step }
            for column in 0..<width {
                let isOwn = column < tables.actionWidths[embodiment]
                var value: Float = 0
                if isOwn, let kept {
                    value = tables.normalisedAction(
                        batch.actions[(sample * batch.horizon + kept) * width + column],
                        embodiment: embodiment, column: column)
                }
                work.actions[row, step * width + column] = value
                work.weights[row, step * width + column] =
                    isOwn && isCounted ? batch.weights[sample] : 0
            }
        }
    }

    /// Columns that the embodiment does not have are 0 wherever the network sees them.
    func clearPadding(_ chunks: Block, row: Int, embodiment: Int) {
        let width = configuration.actionWidth
        let own = tables.actionWidths[embodiment]
        guard own < width else { return }
        for step in 0..<configuration.horizon {
            for column in own..<width { chunks[row, step * width + column] = 0 }
        }
    }
}
