package import Batching
import Checkpoints
import Layers
import Synchronization
package import Tensors

/// A policy that draws action chunks by integrating a learned velocity from noise.
package final class FlowPolicy: Sendable {
    package let configuration: PolicyConfiguration
    package let normaliser: Normaliser
    let network: FlowNetwork
    let parameters: Arena
    let actingWorkspaces: WorkspacePool<ActingWorkspace>
    /// Modulations of the expert by the number of Euler steps.
    let modulationsBySteps = Mutex<[Int: Block]>([:])

    /// A fresh policy, the same for the same seed.
    ///
    /// - Throws: ``PolicyError`` if configuration or normaliser are invalid.
    package convenience init(
        configuration: PolicyConfiguration, normaliser: Normaliser, seed: UInt64
    ) throws(PolicyError) {
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        let network = FlowNetwork(configuration, normaliser)
        self.init(network, normaliser, network.layout.initialParameters(seed: seed))
    }

    /// Reads a policy that ``checkpoint(metadata:)`` wrote; the bytes may come from anybody.
    ///
    /// - Throws: ``PolicyError``, or ``SafetensorsError`` where the bytes are no safetensors file.
    package convenience init(checkpoint bytes: [UInt8]) throws {
        let file = try NetworkCheckpoint.open(bytes, .flowPolicy)
        let configuration = try NetworkCheckpoint.part(
            "configuration", of: file, .flowPolicy, as: PolicyConfiguration.self)
        let normaliser = try NetworkCheckpoint.part(
            "normaliser", of: file, .flowPolicy, as: Normaliser.self)
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        let network = FlowNetwork(configuration, normaliser)
        self.init(
            network, normaliser,
            try NetworkCheckpoint.parameters(network.layout, of: file, .flowPolicy))
    }

    /// A policy of another configuration that starts from what a checkpoint has by the same names.
    ///
    /// What the checkpoint lacks is fresh, the same for the same seed. The statistics are the new
    /// ones: a policy acts on the data that it is trained on.
    /// - Throws: ``PolicyError`` that says found and expected if a matrix has another shape, or
    ///   ``SafetensorsError`` where the bytes are no safetensors file.
    package static func starting(
        from bytes: [UInt8], as configuration: PolicyConfiguration, normaliser: Normaliser,
        seed: UInt64
    ) throws -> (policy: FlowPolicy, load: PartialLoad) {
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        let file = try NetworkCheckpoint.open(bytes, .flowPolicy)
        let network = FlowNetwork(configuration, normaliser)
        let (parameters, load) = try NetworkCheckpoint.partialParameters(
            network.layout, seed: seed, of: file, .flowPolicy)
        return (FlowPolicy(network, normaliser, parameters), load)
    }

    /// A policy of parameters that are laid out as the network says.
    package init(_ network: FlowNetwork, _ normaliser: Normaliser, _ parameters: Arena) {
        configuration = network.configuration
        self.normaliser = normaliser
        self.network = network
        self.parameters = parameters
        actingWorkspaces = WorkspacePool { ActingWorkspace(network) }
    }

    /// Learned numbers.
    package var parameterCount: Int { network.layout.parameterCount }

    /// The policy as a safetensors file, with configuration and normaliser in its metadata.
    ///
    /// The same policy and metadata give the same bytes.
    /// - Precondition: no key of `metadata` begins with `nightshift.`.
    package func checkpoint(metadata: [String: String] = [:]) -> [UInt8] {
        SafetensorsWriter.encode(
            NetworkCheckpoint.entries(network.layout, parameters),
            metadata: NetworkCheckpoint.metadata(
                .flowPolicy, parts: ["configuration": configuration, "normaliser": normaliser],
                adding: metadata))
    }

    /// The flow loss of a batch, at noise and flow times that `seed` chooses.
    ///
    /// - Throws: ``PolicyError`` if all weights are zero, or the loss is not finite.
    package func loss(_ batch: PolicyBatch, seed: UInt64) throws(PolicyError) -> Double {
        let weight = try network.lossWeight(of: batch)
        let rows = min(batch.count, slabRows)
        let work = network.makeWorkspace(rows: rows)
        var sum = 0.0
        for start in stride(from: 0, to: batch.count, by: rows) {
            sum += network.loss(
                of: batch, rows: start..<min(start + rows, batch.count),
                draw: Draw(seed: seed, step: 0), factor: 0, parameters: parameters,
                gradients: nil, workspace: work)
        }
        guard (sum / weight).isFinite else {
            throw PolicyError(
                .lossNotFinite,
                "evaluating a policy: the loss is \(sum / weight), expected a finite number; look "
                    + "for values that are not finite in the episodes")
        }
        return sum / weight
    }
}
