import Batching
import Policies
import TestSupport
import Tensors

/// Two robots, of which one is narrower, and three tasks.
enum Fixtures {
    static let embodiments = [
        EmbodimentSpecification(name: "wide", stateWidth: 5, actionWidth: 3, controlRateHertz: 20),
        EmbodimentSpecification(name: "narrow", stateWidth: 3, actionWidth: 2),
    ]
    static let tasks = [
        TaskSpecification(instruction: "push", embodiment: "wide"),
        TaskSpecification(instruction: "pull", embodiment: "wide"),
        TaskSpecification(instruction: "wave", embodiment: "narrow"),
    ]

    static func configuration(width: Int = 16, blocks: Int = 2) -> PolicyConfiguration {
        PolicyConfiguration(
            preset: "test", embodiments: embodiments, tasks: tasks, historyLength: 2, horizon: 4,
            width: width, blocks: blocks, expansion: 2, conditionWidth: 8, octaves: 2,
            integrationSteps: 10)
    }

    static func valueConfiguration(width: Int = 16) throws -> ValueConfiguration {
        try ValueConfiguration(
            embodiments: embodiments, tasks: tasks, width: width, depth: 3, bins: 21)
    }

    /// Every column ranges from -2 to 2.
    static let normaliser = Normaliser(
        ranges: embodiments.map {
            Normaliser.Ranges(
                embodiment: $0.name, stateLow: Array(repeating: -2, count: $0.stateWidth),
                stateHigh: Array(repeating: 2, count: $0.stateWidth),
                actionLow: Array(repeating: -2, count: $0.actionWidth),
                actionHigh: Array(repeating: 2, count: $0.actionWidth))
        })

    static func policy(seed: UInt64 = 1) throws -> FlowPolicy {
        try FlowPolicy(configuration: configuration(), normaliser: normaliser, seed: seed)
    }

    /// Random observations of both robots.
    static func observations(count: Int, seed: UInt64) -> ObservationBatch {
        var batch = ObservationBatch(count: count, historyLength: 2, stateWidth: 5)
        batch.states = randomBlock(count, 10, seed: seed).values
        for sample in 0..<count {
            batch.tasks[sample] = sample % 3
            batch.embodiments[sample] = sample % 3 == 2 ? 1 : 0
        }
        return batch
    }

    /// Random chunks, some of which end early, with all indicators and weights from 0.5 to 2.
    static func policyBatch(count: Int, seed: UInt64) -> PolicyBatch {
        var batch = PolicyBatch(
            count: count, historyLength: 2, stateWidth: 5, horizon: 4, actionWidth: 3)
        batch.observations = observations(count: count, seed: seed)
        batch.actions = randomBlock(count, 12, seed: seed + 1).values
        for sample in 0..<count {
            batch.indicators[sample] = Indicator.allCases[sample % 3]
            batch.weights[sample] = [0.5, 1, 2, 1.5][sample % 4]
            for step in (4 - sample % 4)..<4 { batch.actionMask[sample * 4 + step] = 0 }
        }
        return batch
    }

    /// Random returns, failures among them.
    static func valueBatch(count: Int, seed: UInt64) -> ValueBatch {
        var batch = ValueBatch(count: count, historyLength: 2, stateWidth: 5)
        batch.observations = observations(count: count, seed: seed)
        for sample in 0..<count {
            batch.targets[sample] = sample % 4 == 0 ? -1 : -Float(sample % 7) / 8
            batch.weights[sample] = [1, 0.5, 2][sample % 3]
        }
        return batch
    }

    static func options(
        steps: Int, batchSize: Int = 24, workers: Int = 2, seed: UInt64 = 3,
        learningRate: Double = 3e-3
    ) throws -> TrainingOptions {
        try TrainingOptions(
            steps: steps, batchSize: batchSize, learningRate: learningRate, warmupSteps: 10,
            averageDecay: 0.95, workers: workers, seed: seed)
    }
}
