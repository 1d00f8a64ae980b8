import Batching
import Layers
import Policies
import Tensors
import Tokenizers

/// Small networks of two robots, of which one is narrower and has fewer cameras.
enum TwinNetworks {
    static let robots = [
        EmbodimentSpecification(
            name: "wide", stateWidth: 5, actionWidth: 3, cameras: ["wrist", "front"]),
        EmbodimentSpecification(
            name: "narrow", stateWidth: 3, actionWidth: 2, cameras: ["front"]),
    ]
    static let tasks = [
        TaskSpecification(instruction: "push", embodiment: "wide"),
        TaskSpecification(instruction: "pull it hard", embodiment: "wide"),
        TaskSpecification(instruction: "wave", embodiment: "narrow"),
    ]

    static let normaliser = Normaliser(
        ranges: robots.map {
            Normaliser.Ranges(
                embodiment: $0.name, stateLow: Array(repeating: -2, count: $0.stateWidth),
                stateHigh: Array(repeating: 2, count: $0.stateWidth),
                actionLow: Array(repeating: -2, count: $0.actionWidth),
                actionHigh: Array(repeating: 2, count: $0.actionWidth))
        })

    static func policy(
        hasPictures: Bool, subtaskLength: Int, stepsPerToken: Int, insulatesTrunk: Bool
    ) throws -> PolicyConfiguration {
        var configuration = try PolicyConfiguration.preset(
            "tiny", embodiments: robots, tasks: tasks)
        configuration.octaves = 2
        (configuration.imageSize, configuration.patchSize) = hasPictures ? (8, 4) : (0, 0)
        configuration.subtaskLength = subtaskLength
        configuration.trunk = TrunkSize(
            width: 24, layers: 3, heads: 2, headWidth: 16, expansion: 2, stateWidth: 12)
        configuration.expert = ExpertSize(
            width: 20, expansion: 2, conditionWidth: 8, stepsPerToken: stepsPerToken)
        configuration.horizon = 4
        configuration.insulatesTrunk = insulatesTrunk
        configuration.subtaskLossWeight = 0.5
        try configuration.validate()
        return configuration
    }

    /// Random observations of both robots, of which some lack pictures, text or both.
    static func observations(_ shape: ObservationShape) -> ObservationBatch {
        let count = 12
        var batch = ObservationBatch(count: count, shape: shape)
        var random = Measured.Random(state: 3)
        for index in batch.states.indices { batch.states[index] = 2 * random.next() }
        for index in batch.patches.indices { batch.patches[index] = random.next() }
        for sample in 0..<count {
            batch.tasks[sample] = sample % 3
            batch.embodiments[sample] = sample % 3 == 2 ? 1 : 0
            for camera in 0..<shape.cameraCount {
                batch.hasPicture[sample * shape.cameraCount + camera] =
                    camera == 0 ? sample % 5 != 4 : sample % 3 != 2
            }
            if shape.subtaskLength > 0, sample % 4 != 1 {
                let words = (0..<(sample % shape.subtaskLength)).map { 10 + (7 * sample + $0) % 90 }
                batch.setSubtask([1] + words, ofSample: sample)
            }
            // Columns that the robot lacks hold nothing, here, so that the twin need not clear them.
            if sample % 3 == 2 {
                for step in 0..<shape.historyLength {
                    for column in 3..<5 {
                        batch.states[(sample * shape.historyLength + step) * 5 + column] = 0
                    }
                }
            }
        }
        return batch
    }

    static func batch(_ configuration: PolicyConfiguration) -> PolicyBatch {
        let shape = configuration.observationShape
        var batch = PolicyBatch(
            count: 12, shape: shape, horizon: configuration.horizon,
            actionWidth: configuration.actionWidth)
        batch.observations = observations(shape)
        var random = Measured.Random(state: 4)
        for index in batch.actions.indices { batch.actions[index] = 2 * random.next() }
        for sample in 0..<batch.count {
            batch.indicators[sample] = Indicator.allCases[sample % 3]
            batch.weights[sample] = [0.5, 1, 2, 1.5][sample % 4]
            for step in (4 - sample % 4)..<4 { batch.actionMask[sample * 4 + step] = 0 }
        }
        return batch
    }

    /// Away from the start, where zeros hide most of what there is to compare.
    static func shaken(_ layout: ParameterLayout) -> Arena {
        let parameters = layout.initialParameters(seed: 1)
        var random = Measured.Random(state: 5)
        for parameter in layout.parameters {
            let block = parameter.block(in: parameters)
            block.set(block.values.map { $0 + 0.15 * random.next() })
        }
        return parameters
    }
}
