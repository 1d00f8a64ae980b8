private import Dispatch
import Layers
import Tensors

/// Data-parallel training of one network.
///
/// A batch is split into shards of about the same size, as many for each worker. Each worker has activations for one shard and sums
/// the gradients of its shards; the workers' sums are added in their order. So memory grows with
/// workers, not with the batch, and the same seed and number of workers give the same bytes.
final class TrainingEngine<Network: TrainableNetwork> {
    let network: Network
    let options: TrainingOptions
    let optimiser: AdamW
    private(set) var step: Int
    private let shardCount: Int
    private let workspaces: [Network.Workspace]
    private let gradients: [Arena]
    private var lossSums: [Double]

    init(_ network: Network, parameters: Arena, options: TrainingOptions, step: Int = 0) {
        self.network = network
        self.options = options
        self.step = step
        // More shards cost more calls, fewer leave the caches.
        let workers = min(options.workers, options.batchSize)
        let together = workers * network.largestShard
        shardCount = workers * ((options.batchSize + together - 1) / together)
        optimiser = AdamW(
            parameters: parameters.copy(), decayed: network.layout.decayed,
            workers: options.workers)
        let rows = (options.batchSize + shardCount - 1) / shardCount
        workspaces = (0..<workers).map { _ in network.makeWorkspace(rows: rows) }
        gradients = (0..<workers).map { _ in Arena(count: network.layout.count) }
        lossSums = Array(repeating: 0, count: shardCount)
    }

    /// One step of the optimiser.
    ///
    /// - Throws: ``PolicyError`` if loss or gradient are not finite; parameters are then as before.
    func step(_ batch: Network.Batch) throws(PolicyError) -> StepReport {
        let count = network.count(of: batch)
        precondition(
            count > 0 && count <= options.batchSize,
            "a batch of \(count), options say \(options.batchSize)")
        let weight = try network.lossWeight(of: batch)
        differentiate(batch, count: count, factor: Float(1 / weight))
        let loss = lossSums.reduce(0, +) / weight
        try checkFinite(loss, .lossNotFinite, "loss")
        let norm = optimiser.sum(gradients[...])
        try checkFinite(norm, .gradientNotFinite, "gradient norm")
        let rate = learningRate
        optimiser.apply(
            gradients[0], norm: norm,
            step: .init(
                index: step, learningRate: rate, weightDecay: options.weightDecay,
                gradientClip: options.gradientClip, averageDecay: options.averageDecay))
        step += 1
        return StepReport(step: step, loss: loss, gradientNorm: norm, learningRate: rate)
    }

    private func differentiate(_ batch: Network.Batch, count: Int, factor: Float) {
        let (network, workers, shards) = (network, workspaces.count, shardCount)
        let (workspaces, gradients) = (workspaces, gradients)
        let parameters = optimiser.parameters
        let draw = Draw(seed: options.seed, step: step)
        lossSums.withUnsafeMutableBufferPointer { sums in
            // Sound: each shard writes its own element, and the buffer outlives the loop.
            nonisolated(unsafe) let sums = sums
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                gradients[worker].all.fill(0)
                for shard in stride(from: worker, to: shards, by: workers) {
                    let range = (shard * count / shards)..<((shard + 1) * count / shards)
                    sums[shard] = 0
                    guard !range.isEmpty else { continue }
                    sums[shard] = network.loss(
                        of: batch, rows: range, draw: draw, factor: factor, parameters: parameters,
                        gradients: gradients[worker], workspace: workspaces[worker])
                }
            }
        }
    }

    /// Rises linearly, then falls along half a cosine.
    var learningRate: Double {
        let warmup =
            options.warmupSteps > 0
            ? min(1, Double(step + 1) / Double(options.warmupSteps)) : 1
        let progress = min(1, Double(step) / Double(options.steps))
        let last = options.finalLearningRateShare
        return options.learningRate * warmup
            * (last + (1 - last) * 0.5 * (1 + cosine(.pi * progress)))
    }

    private func checkFinite(
        _ value: Double, _ code: PolicyError.Code, _ name: String
    ) throws(PolicyError) {
        guard !value.isFinite else { return }
        throw PolicyError(
            code,
            "training, step \(step + 1) of \(options.steps): the \(name) is \(value), expected a "
                + "finite number; look for values that are not finite in the episodes, or lower "
                + "the learning rate (now \(learningRate))")
    }
}
