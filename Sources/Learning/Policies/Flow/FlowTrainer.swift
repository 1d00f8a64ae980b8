package import Batching
import Layers
import Tensors

/// Trains a flow policy, and can stop and go on to the same bytes.
package final class FlowTrainer {
    package let options: TrainingOptions
    private let normaliser: Normaliser
    private let engine: TrainingEngine<FlowNetwork>

    /// Starts from a policy, which stays as it is.
    package init(_ policy: FlowPolicy, options: TrainingOptions) throws(PolicyError) {
        try options.validate()
        self.options = options
        normaliser = policy.normaliser
        engine = TrainingEngine(policy.network, parameters: policy.parameters, options: options)
    }

    /// Goes on where ``snapshot()`` was taken.
    ///
    /// - Throws: ``PolicyError``, or ``SafetensorsError`` where the bytes are no safetensors file.
    package init(resuming bytes: [UInt8]) throws {
        let file = try NetworkCheckpoint.open(bytes, .flowTraining)
        let configuration: PolicyConfiguration = try NetworkCheckpoint.part(
            "configuration", of: file, .flowTraining)
        normaliser = try NetworkCheckpoint.part("normaliser", of: file, .flowTraining)
        try configuration.validate()
        try normaliser.validate(for: configuration.embodiments)
        engine = try TrainingEngine(
            FlowNetwork(configuration, normaliser), resuming: file, .flowTraining)
        options = engine.options
    }

    /// Steps done.
    package var step: Int { engine.step }

    /// One step of the optimiser on a batch of at most the options' size.
    ///
    /// - Throws: ``PolicyError`` if loss or gradient are not finite, or nothing has weight.
    @discardableResult
    package func step(_ batch: PolicyBatch) throws(PolicyError) -> StepReport {
        try engine.step(batch)
    }

    /// Everything that is needed to go on bit by bit as if never stopped.
    package func snapshot() -> [UInt8] {
        engine.snapshot(
            .flowTraining,
            parts: ["configuration": engine.network.configuration, "normaliser": normaliser])
    }

    /// The policy with the moving average of the parameters, which is what gets released.
    package var averagedPolicy: FlowPolicy {
        FlowPolicy(engine.network, normaliser, engine.optimiser.average.copy())
    }

    /// The policy with the parameters of the last step.
    package var currentPolicy: FlowPolicy {
        FlowPolicy(engine.network, normaliser, engine.optimiser.parameters.copy())
    }
}
