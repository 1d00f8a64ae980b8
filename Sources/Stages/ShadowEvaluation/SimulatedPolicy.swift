import Digests
import Policies

/// A policy as the simulator is given it.
struct SimulatedPolicy {
    /// What its files are called: `candidate` or `incumbent`.
    let name: String
    let release: Digest
    let weights: [UInt8]
    /// `positive`, `negative` or `absent`.
    let indicator: String
    let tasks: [ReplayTask]

    init(name: String, release: Digest, weights: [UInt8], policy: ReplayedPolicy) {
        self.name = name
        self.release = release
        self.weights = weights
        indicator = "\(policy.indicator)"
        tasks = policy.configuration.tasks.map {
            ReplayTask(instruction: $0.instruction, embodiment: $0.embodiment)
        }
    }
}
