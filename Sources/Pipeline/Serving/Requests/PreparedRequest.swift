import Batching
import Layers
import Policies
import Tensors

/// A request in the policy's numbers: one sample, and the noise that its chunk starts from.
struct PreparedRequest: Sendable {
    /// The policy that it was prepared for, and that answers it.
    let served: ServedPolicy
    let sample: ObservationBatch
    let noise: [Float]

    init(served: ServedPolicy, sample: ObservationBatch, seed: UInt64) {
        self.served = served
        self.sample = sample
        let configuration = served.policy.configuration
        // The same numbers as of sample 0 in a batch of its own, whoever shares this one.
        let noise = newBlock(1, configuration.horizon * configuration.actionWidth)
        CounterRandom(seed: seed, purpose: .noise).fillNormals(noise, step: 0, sample: 0)
        self.noise = noise.values
    }

    /// Actions in a row of the reply.
    var actionWidth: Int {
        served.policy.configuration.embodiments[sample.embodiments[0]].actionWidth
    }
}

extension ObservationBatch {
    /// Samples of batches of one, one after the other.
    init(joining samples: [ObservationBatch], shape: ObservationShape) {
        self.init(count: 0, shape: shape)
        resize(to: samples.count)
        states = samples.flatMap(\.states)
        embodiments = samples.flatMap(\.embodiments)
        tasks = samples.flatMap(\.tasks)
        patches = samples.flatMap(\.patches)
        hasPicture = samples.flatMap(\.hasPicture)
        subtasks = samples.flatMap(\.subtasks)
    }
}
