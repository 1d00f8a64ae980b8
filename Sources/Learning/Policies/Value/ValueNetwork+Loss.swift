package import Batching
import Layers
package import Tensors

/// Cross-entropy to the return as two neighbouring bins.
extension ValueNetwork: TrainableNetwork {
    package func makeWorkspace(rows: Int) -> ValueWorkspace { ValueWorkspace(self, rows: rows) }

    package func count(of batch: ValueBatch) -> Int { batch.count }

    package func lossWeight(of batch: ValueBatch) throws(PolicyError) -> Double {
        try trunk.check(batch.observations)
        if let sample = batch.targets.firstIndex(where: { !(-1...0).contains($0) }) {
            throw PolicyError(
                .valueNotFinite,
                "training a value function: the target of sample \(sample) is "
                    + "\(batch.targets[sample]), expected a return in [-1, 0]")
        }
        let sum = batch.weights.reduce(0.0) { $0 + Double($1) }
        guard sum > 0, sum.isFinite else {
            throw PolicyError(
                .batchWithoutLoss,
                "training a value function: the weights of \(batch.count) samples sum to \(sum), "
                    + "expected a positive number; check the sampling weights")
        }
        return sum
    }

    package func loss(
        of batch: ValueBatch, rows: Range<Int>, draw: Draw, factor: Float, parameters: Arena,
        gradients: Arena?, workspace work: ValueWorkspace
    ) -> Double {
        for (row, sample) in rows.enumerated() {
            let target = bins(of: batch.targets[sample])
            work.lower[row] = target.lower
            work.shares[0, row] = target.share
            work.weights[0, row] = batch.weights[sample]
        }
        let logits = logits(batch.observations, rows: rows, parameters: parameters, work)
        let sum = Losses.twoHotCrossEntropy(
            logits, lower: work.lower[..<rows.count],
            shares: work.shares.columns(0..<rows.count),
            weights: work.weights.columns(0..<rows.count), factor: factor)
        if let gradients {
            logitsBackward(
                batch.observations, rows: rows, gradient: logits, parameters: parameters,
                gradients: gradients, work)
        }
        return sum
    }

    /// -1 is failure and has the lowest bin for itself; every other return stays above it.
    func bins(of target: Float) -> (lower: Int, share: Float) {
        guard target > -1 else { return (0, 0) }
        let position = max(1, (target + 1) * Float(configuration.bins - 1))
        let lower = min(Int(position), configuration.bins - 2)
        return (lower, position - Float(lower))
    }
}
