import Batching
import Catalogue
import Digests
import EpisodeStore
import Foundation
import Policies
import StageRuns

/// One attempt to train a candidate.
struct FineTuner {
    let run: StageRun
    let configuration: FineTuneConfiguration
    let inputs: FineTuneInputs

    /// Trains, measures on held-out episodes, and writes the candidate down.
    func fineTune() throws -> StageResult<FineTuneSummary> {
        let (columns, normaliser) = try read()
        let start = try start(columns, normaliser)
        let shape = start.configuration
        let set = try TrainingSet(
            columns, labels: try inputs.labelSet.map { try LabelSet($0, in: run.objects) },
            configuration: configuration,
            shape: shape, scratch: run.scratch)
        let (policy, progress) = try Training(
            run: run, options: try options(), checkpointInterval: configuration.checkpointInterval
        ).train(from: { start }, on: set)
        let errors = try HeldOutErrors(policy, set: set, configuration: configuration)
        return try Candidate(
            run: run, configuration: configuration, inputs: inputs, policy: policy,
            progress: progress, set: set, errors: errors
        ).publish()
    }

    private func read() throws -> (ExperienceColumns, Normaliser) {
        var accumulator = NormaliserAccumulator(embodiments: [], seed: configuration.seed)
        let columns = try run.columns(
            of: try run.snapshot(inputs.snapshot),
            pictureSide: try PolicyConfiguration.imageSize(ofPreset: configuration.preset)
        ) { embodiments in
            accumulator = NormaliserAccumulator(
                embodiments: embodiments.map { EmbodimentSpecification($0) },
                seed: configuration.seed)
        } _: { states, actions, embodiment in
            try accumulator.add(states: states, actions: actions, embodiment: embodiment)
        }
        return (columns, try accumulator.normaliser())
    }

    /// The base, or a fresh policy for the robots and tasks of the experience.
    private func start(
        _ columns: ExperienceColumns, _ normaliser: Normaliser
    ) throws -> FlowPolicy {
        let shape = try PolicyConfiguration.preset(
            configuration.preset,
            embodiments: columns.robots, tasks: columns.taskSpecifications)
        guard let base = inputs.base else {
            run.log.info("there is no base to start from: training starts from scratch")
            return try FlowPolicy(
                configuration: shape, normaliser: normaliser, seed: configuration.seed)
        }
        let policy = try FlowPolicy(checkpoint: base.weights)
        guard policy.configuration == shape else {
            throw StageError.inputRefused(
                "fine-tuning from the base \(base.id.short): it knows the tasks "
                    + "\(policy.configuration.tasks.map(\.instruction)) with preset "
                    + "'\(policy.configuration.preset)', the experience has "
                    + "\(shape.tasks.map(\.instruction)) with preset '\(shape.preset)'",
                next:
                    "Make a base of all robots and tasks with fine-tune --from-scratch, or set base "
                    + "to none.")
        }
        return policy
    }

    private func options() throws -> TrainingOptions {
        try TrainingOptions(
            steps: configuration.trainingSteps, batchSize: configuration.batchSize,
            learningRate: inputs.base == nil
                ? configuration.learningRateFromScratch : configuration.learningRateFromBase,
            warmupSteps: configuration.warmupSteps,
            finalLearningRateShare: configuration.finalLearningRateShare,
            weightDecay: configuration.weightDecay, gradientClip: configuration.gradientClip,
            averageDecay: configuration.averageDecay,
            workers: ProcessInfo.processInfo.activeProcessorCount, seed: configuration.seed)
    }
}
