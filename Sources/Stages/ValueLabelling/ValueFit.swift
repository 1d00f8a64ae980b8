import Batching
import Cameras
import Digests
import EpisodeStore
import Episodes
import Foundation
import Policies
import StageRuns
import Tensors

/// Fits one value function on all folds but one.
struct ValueFit {
    let columns: ExperienceColumns
    let normaliser: Normaliser
    let configuration: LabellingConfiguration
    let timeLimits: [Int]
    /// The fold whose episodes it must not see.
    let fold: Int

    /// A fitted function, and the mean loss of every hundredth of the way.
    func fit(log: StageLog) throws -> (function: ValueFunction, curve: [Double]) {
        let entries = columns.episodes.filter {
            $0.outcome != .unlabelled
                && Episodes.fold(ofEpisode: $0.digest.hex, count: configuration.folds) != fold
        }
        guard !entries.isEmpty else {
            throw StageError.inputRefused(
                "fitting a value function: no labelled episode is outside fold \(fold + 1) of "
                    + "\(configuration.folds)",
                next: "Ingest more episodes with outcomes, or set fewer folds.")
        }
        let seed = configuration.seed &+ UInt64(fold) << 32
        let function = try start(seed: seed)
        let trainer = try ValueTrainer(function, options: try options(seed: seed))
        let sampler = WeightedSampler(
            weights: balancedWeights(of: entries), seed: seed)
        let source = ValueBatchSource(
            columns: columns, entries: entries, sampler: sampler, timeLimits: timeLimits)
        let loader = try FrameLoader(
            batches: 1..<(configuration.trainingSteps + 1),
            makeSlot: {
                try source.slot(
                    function.configuration, batchSize: configuration.batchSize)
            }, prepare: { step, slot in try source.fill(&slot, step: step) })
        var curve: [Double] = []
        var sum = 0.0
        let interval = max(1, configuration.trainingSteps / 100)
        for step in 1...configuration.trainingSteps {
            try StopRequest.check(during: "fitting value function \(fold + 1)")
            sum += try loader.next { _, slot in try trainer.step(slot.batch).loss } ?? 0
            if step.isMultiple(of: interval) {
                curve.append(sum / Double(interval))
                sum = 0
            }
            log.progress(
                "fitting value function \(fold + 1) of \(configuration.folds)", done: step,
                total: configuration.trainingSteps)
        }
        return (trainer.averagedFunction, curve)
    }

    private func start(seed: UInt64) throws -> ValueFunction {
        try ValueFunction(
            configuration: ValueConfiguration(
                for: .preset(
                    configuration.preset,
                    embodiments: columns.robots, tasks: columns.taskSpecifications),
                bins: configuration.bins),
            normaliser: normaliser, seed: seed)
    }

    private func options(seed: UInt64) throws -> TrainingOptions {
        try TrainingOptions(
            steps: configuration.trainingSteps, batchSize: configuration.batchSize,
            learningRate: configuration.learningRate,
            warmupSteps: min(100, configuration.trainingSteps / 10),
            weightDecay: configuration.weightDecay,
            workers: ProcessInfo.processInfo.activeProcessorCount, seed: seed)
    }

    /// Weights that draw every task as often as its square root of steps, so that none is forgotten.
    private func balancedWeights(of entries: [ExperienceColumns.Entry]) -> [Double] {
        var steps = [Double](repeating: 0, count: columns.tasks.count)
        for entry in entries { steps[entry.task] += Double(entry.stepCount) }
        return entries.map { Double($0.stepCount) / steps[$0.task].squareRoot() }
    }
}

/// Draws batches of observations with returns.
struct ValueBatchSource: Sendable {
    let columns: ExperienceColumns
    let entries: [ExperienceColumns.Entry]
    let sampler: WeightedSampler
    let timeLimits: [Int]

    /// A batch, and what filling it needs.
    struct Slot: ~Copyable, Sendable {
        var batch: ValueBatch
        var pictures: PictureReader?
        var buffer: [Float] = []
    }

    func slot(_ shape: ValueConfiguration, batchSize: Int) throws -> Slot {
        Slot(
            batch: ValueBatch(count: batchSize, shape: shape.observationShape),
            pictures: columns.pictureReader(patchSize: shape.patchSize))
    }

    /// The batch of an optimiser step: a function of seed and step.
    func fill(_ slot: inout Slot, step: Int) throws {
        for sample in 0..<slot.batch.count {
            let draw = sampler.draw(step: step, sample: sample)
            let entry = entries[draw.episode]
            // The draw lies in [0, 1) of the episode's steps, which weigh the same.
            let place = min(entry.stepCount - 1, Int(draw.share * Double(entry.stepCount)))
            let returns = normalisedReturns(
                try columns.outcomes(of: entry, buffer: &slot.buffer),
                timeLimitSteps: timeLimits[entry.task])
            slot.batch.targets[sample] = returns[place] ?? -1
            try columns.fill(
                &slot.batch.observations, sample: sample, from: entry, step: place,
                buffer: &slot.buffer)
            try slot.pictures?.fill(
                &slot.batch.observations, sample: sample, from: entry, step: place)
        }
    }
}
