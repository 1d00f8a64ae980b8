package import Layers
package import Tensors

/// What training needs to know of a network.
package protocol TrainableNetwork: Sendable {
    associatedtype Batch: Sendable
    associatedtype Workspace: Sendable

    var layout: ParameterLayout { get }

    /// Samples that are best computed together: enough for fast products, few enough for caches.
    var largestShard: Int { get }

    /// Room for the activations of that many samples.
    func makeWorkspace(rows: Int) -> Workspace

    /// Samples of a batch.
    func count(of batch: Batch) -> Int

    /// What the sum of the samples' losses is divided by.
    ///
    /// - Throws: ``PolicyError`` if the batch holds impossible targets.
    /// - Precondition: the batch has the network's shape.
    func lossWeight(of batch: Batch) throws(PolicyError) -> Double

    /// The sum of the losses of some rows; the gradient of `factor` times it is added.
    ///
    /// Without `gradients` there is no way back.
    func loss(
        of batch: Batch, rows: Range<Int>, draw: Draw, factor: Float, parameters: Arena,
        gradients: Arena?, workspace: Workspace
    ) -> Double
}

/// Where the random numbers of a step come from.
package struct Draw: Sendable {
    let seed: UInt64
    let step: Int

    package init(seed: UInt64, step: Int) {
        self.seed = seed
        self.step = step
    }
}
