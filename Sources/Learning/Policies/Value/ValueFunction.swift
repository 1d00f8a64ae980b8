package import Batching
import Checkpoints
private import Dispatch
import Layers
import Synchronization
import Tensors

/// Predicts how an episode will end, and how soon, from what the robot sees.
package final class ValueFunction: Sendable {
    package let configuration: ValueConfiguration
    package let normaliser: Normaliser
    let network: ValueNetwork
    let parameters: Arena
    private let workspaces: WorkspacePool<ValueWorkspace>

    /// A fresh value function, the same for the same seed.
    ///
    /// - Throws: ``PolicyError`` if configuration or normaliser are invalid.
    package convenience init(
        configuration: ValueConfiguration, normaliser: Normaliser, seed: UInt64
    ) throws(PolicyError) {
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        let network = ValueNetwork(configuration, normaliser)
        self.init(network, normaliser, network.layout.initialParameters(seed: seed))
    }

    /// Reads what ``checkpoint(metadata:)`` wrote; the bytes may come from anybody.
    ///
    /// - Throws: ``PolicyError``, or ``SafetensorsError`` where the bytes are no safetensors file.
    package convenience init(checkpoint bytes: [UInt8]) throws {
        let file = try NetworkCheckpoint.open(bytes, .valueFunction)
        let configuration = try NetworkCheckpoint.part(
            "configuration", of: file, .valueFunction, as: ValueConfiguration.self)
        let normaliser = try NetworkCheckpoint.part(
            "normaliser", of: file, .valueFunction, as: Normaliser.self)
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        let network = ValueNetwork(configuration, normaliser)
        self.init(
            network, normaliser,
            try NetworkCheckpoint.parameters(network.layout, of: file, .valueFunction))
    }

    init(_ network: ValueNetwork, _ normaliser: Normaliser, _ parameters: Arena) {
        configuration = network.configuration
        self.normaliser = normaliser
        self.network = network
        self.parameters = parameters
        workspaces = WorkspacePool { ValueWorkspace(network, rows: slabRows, learns: false) }
    }

    /// Learned numbers.
    package var parameterCount: Int { network.layout.parameterCount }

    /// The function as a safetensors file, with configuration and normaliser in its metadata.
    ///
    /// The same function and metadata give the same bytes.
    /// - Precondition: no key of `metadata` begins with `nightshift.`.
    package func checkpoint(metadata: [String: String] = [:]) -> [UInt8] {
        SafetensorsWriter.encode(
            NetworkCheckpoint.entries(network.layout, parameters),
            metadata: NetworkCheckpoint.metadata(
                .valueFunction,
                parts: ["configuration": configuration, "normaliser": normaliser],
                adding: metadata))
    }

    /// What to expect from each of B observations.
    ///
    /// - Throws: ``PolicyError`` if a prediction is not finite.
    package func predict(
        _ observations: ObservationBatch
    ) throws(PolicyError) -> [ValuePrediction] {
        try network.trunk.check(observations)
        let slabs = slabs(of: observations.count)
        let masses = newBlock(observations.count, configuration.bins)
        // Slabs are rows of `masses` that do not overlap.
        DispatchQueue.concurrentPerform(iterations: slabs.count) { index in
            workspaces.with { work in
                let logits = network.logits(
                    observations, rows: slabs[index], parameters: parameters, work)
                Losses.softmax(logits)
                masses.rows(slabs[index]).set(logits)
            }
        }
        var predictions: [ValuePrediction] = []
        predictions.reserveCapacity(observations.count)
        for row in 0..<observations.count {
            predictions.append(try prediction(masses.rows(row..<(row + 1)), sample: row))
        }
        return predictions
    }

    private func prediction(_ mass: Block, sample: Int) throws(PolicyError) -> ValuePrediction {
        let bins = configuration.bins
        var value: Float = 0
        for bin in 0..<bins {
            value += mass[0, bin] * (Float(bin) / Float(bins - 1) - 1)
        }
        guard value.isFinite else {
            throw PolicyError(
                .valueNotFinite,
                "predicting a value: sample \(sample) gives \(value), expected a finite number; "
                    + "check that the observation is finite")
        }
        return ValuePrediction(
            value: max(-1, min(0, value)), successProbability: max(0, 1 - mass[0, 0]))
    }
}
