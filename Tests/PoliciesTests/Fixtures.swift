import Batching
import Policies
import TestSupport
import Tensors
import Tokenizers

/// Two robots, of which one is narrower and has fewer cameras, and three tasks.
enum Fixtures {
    static let embodiments = [
        EmbodimentSpecification(
            name: "wide", stateWidth: 5, actionWidth: 3, controlRateHertz: 20,
            cameras: ["wrist", "front"]),
        EmbodimentSpecification(
            name: "narrow", stateWidth: 3, actionWidth: 2, cameras: ["front"]),
    ]
    static let tasks = [
        TaskSpecification(instruction: "push", embodiment: "wide"),
        TaskSpecification(instruction: "pull hard", embodiment: "wide"),
        TaskSpecification(instruction: "wave", embodiment: "narrow"),
    ]
    static let tokenizer = BytePairTokenizer.trained(
        on: tasks.map(\.instruction), vocabularySize: 300)

    /// A small policy; with pictures of 2 x 2 patches, and with text, where asked for.
    static func configuration(
        width: Int = 16, layers: Int = 2, hasPictures: Bool = false, subtaskLength: Int = 0,
        stepsPerToken: Int = 2, insulatesTrunk: Bool = false
    ) -> PolicyConfiguration {
        PolicyConfiguration(
            preset: "test", embodiments: embodiments, tasks: tasks, tokenizer: tokenizer,
            historyLength: 2, octaves: 2, pairGains: [0.5],
            imageSize: hasPictures ? 4 : 0,
            patchSize: hasPictures ? 2 : 0, instructionLength: 10, subtaskLength: subtaskLength,
            vocabularySize: tokenizer.vocabularySize,
            trunk: TrunkSize(
                width: width, layers: layers, heads: 2, headWidth: 16, expansion: 2,
                stateWidth: 12),
            expert: ExpertSize(
                width: width, expansion: 2, conditionWidth: 8, stepsPerToken: stepsPerToken),
            horizon: 4, integrationSteps: 10, insulatesTrunk: insulatesTrunk,
            subtaskLossWeight: 0.5)
    }

    static func valueConfiguration(
        width: Int = 16, hasPictures: Bool = false
    ) throws -> ValueConfiguration {
        try ValueConfiguration(
            for: configuration(width: width, hasPictures: hasPictures), bins: 21)
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

    /// Random observations of both robots, of which every fourth lacks a picture.
    static func observations(
        count: Int, seed: UInt64, shape: ObservationShape = configuration().observationShape
    ) -> ObservationBatch {
        var batch = ObservationBatch(count: count, shape: shape)
        batch.states = randomBlock(count, 10, seed: seed).values
        batch.patches = randomBlock(count, shape.pictureSize, seed: seed + 7).values
        for sample in 0..<count {
            batch.tasks[sample] = sample % 3
            batch.embodiments[sample] = sample % 3 == 2 ? 1 : 0
            for camera in 0..<shape.cameraCount {
                batch.hasPicture[sample * shape.cameraCount + camera] =
                    camera == 0 || sample % 3 != 2 && sample % 4 != 3
            }
            if shape.subtaskLength > 0, sample % 4 != 1 {
                let words = (0..<(sample % shape.subtaskLength)).map { 10 + (sample + $0) % 50 }
                batch.setSubtask([tokenizer.beginningOfText] + words, ofSample: sample)
            }
        }
        return batch
    }

    /// Random chunks, some of which end early, with all indicators and weights from 0.5 to 2.
    static func policyBatch(
        count: Int, seed: UInt64, shape: ObservationShape = configuration().observationShape
    ) -> PolicyBatch {
        var batch = PolicyBatch(count: count, shape: shape, horizon: 4, actionWidth: 3)
        batch.observations = observations(count: count, seed: seed, shape: shape)
        batch.actions = randomBlock(count, 12, seed: seed + 1).values
        for sample in 0..<count {
            batch.indicators[sample] = Indicator.allCases[sample % 3]
            batch.weights[sample] = [0.5, 1, 2, 1.5][sample % 4]
            for step in (4 - sample % 4)..<4 { batch.actionMask[sample * 4 + step] = 0 }
        }
        return batch
    }

    /// Random returns, failures among them.
    static func valueBatch(
        count: Int, seed: UInt64, shape: ObservationShape = configuration().observationShape
    ) -> ValueBatch {
        var batch = ValueBatch(count: count, shape: shape)
        batch.observations = observations(count: count, seed: seed, shape: shape)
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
