package import Batching
import Checkpoints
import Layers
import Tensors

/// Predicts how an episode will end, and how soon, from what the robot sees.
package final class ValueFunction: Sendable {
    package let configuration: ValueConfiguration
    package let normaliser: Normaliser
    let network: ValueNetwork
    let parameters: Arena

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
        network.check(observations)
        let rows = max(1, min(observations.count, slabRows))
        let work = network.makeWorkspace(rows: rows)
        var predictions: [ValuePrediction] = []
        predictions.reserveCapacity(observations.count)
        for start in stride(from: 0, to: observations.count, by: rows) {
            let range = start..<min(start + rows, observations.count)
            let mass = network.logits(observations, rows: range, parameters: parameters, work)
            Losses.softmax(mass)
            for row in 0..<range.count {
                predictions.append(try prediction(mass.rows(row..<(row + 1)), sample: start + row))
            }
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
