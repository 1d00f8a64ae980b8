package import Batching
import Layers
import Tensors

/// Trains a value function, and can stop and go on to the same bytes.
package final class ValueTrainer {
    package let options: TrainingOptions
    private let normaliser: Normaliser
    private let engine: TrainingEngine<ValueNetwork>

    /// Starts from a function, which stays as it is.
    package init(_ function: ValueFunction, options: TrainingOptions) throws(PolicyError) {
        try options.validate()
        self.options = options
        normaliser = function.normaliser
        engine = TrainingEngine(
            function.network, parameters: function.parameters, options: options)
    }

    /// Goes on where ``snapshot()`` was taken.
    ///
    /// - Throws: ``PolicyError``, or ``SafetensorsError`` where the bytes are no safetensors file.
    package init(resuming bytes: [UInt8]) throws {
        let file = try NetworkCheckpoint.open(bytes, .valueTraining)
        let configuration: ValueConfiguration = try NetworkCheckpoint.part(
            "configuration", of: file, .valueTraining)
        normaliser = try NetworkCheckpoint.part("normaliser", of: file, .valueTraining)
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        engine = try TrainingEngine(
            ValueNetwork(configuration, normaliser), resuming: file, .valueTraining)
        options = engine.options
    }

    /// Steps done.
    package var step: Int { engine.step }

    /// One step of the optimiser on a batch of at most the options' size.
    ///
    /// - Throws: ``PolicyError`` if loss or gradient are not finite, or nothing has weight.
    @discardableResult
    package func step(_ batch: ValueBatch) throws(PolicyError) -> StepReport {
        try engine.step(batch)
    }

    /// Everything that is needed to go on bit by bit as if never stopped.
    package func snapshot() -> [UInt8] {
        engine.snapshot(
            .valueTraining,
            parts: ["configuration": engine.network.configuration, "normaliser": normaliser])
    }

    /// The function with the moving average of the parameters, which is what labels.
    package var averagedFunction: ValueFunction {
        ValueFunction(engine.network, normaliser, engine.optimiser.average.copy())
    }
}
