import Batching
import Checkpoints
import Foundation
import Layers
import Policies
import Tensors
import Testing

/// Outputs, losses and all gradients of an independent implementation in PyTorch, in double precision:
/// benchmarks/twin, whose goldens.py renews the fixtures on purpose.
@Suite("The PyTorch twin") struct TwinTests {
    /// Largest difference relative to the largest number of a tensor.
    private static let tolerance: Float = 1e-4

    @Test("a policy and the twin agree", arguments: ["policy-states", "policy-pictures-text"])
    func policy(name: String) throws {
        let golden = try Golden(name)
        let configuration = try golden.configuration(as: PolicyConfiguration.self)
        let network = FlowNetwork(configuration, golden.normaliser(configuration.embodiments))
        let parameters = try golden.parameters(network.layout)
        let gradients = Arena(count: network.layout.count)
        let batch = try golden.policyBatch(configuration)
        let found = try network.inspect(
            batch, draw: Draw(seed: 5, step: 0), parameters: parameters, gradients: gradients)
        // Noise and times are drawn: the twin was told which.
        #expect(found.noise == (try golden.floats("input.noise")))
        #expect(found.times == (try golden.floats("input.times")))
        try golden.expect("output.velocity", found.velocity)
        try golden.expect("output.loss", [Float(found.loss)])
        try golden.expectGradients(network.layout, gradients)
        let policy = FlowPolicy(
            network, golden.normaliser(configuration.embodiments), parameters)
        let wanted = try golden.floats("output.chunks")
        for indicator in Indicator.allCases {
            let chunks = try policy.normalisedChunks(
                for: batch.observations, indicator: indicator, noise: found.noise)
            let each = chunks.count / batch.count
            for sample in 0..<batch.count where batch.indicators[sample] == indicator {
                let range = (sample * each)..<((sample + 1) * each)
                golden.expect("output.chunks", Array(chunks[range]), Array(wanted[range]))
            }
        }
    }

    @Test("a value function and the twin agree")
    func value() throws {
        let golden = try Golden("value-pictures")
        let configuration = try golden.configuration(as: ValueConfiguration.self)
        let network = ValueNetwork(configuration, golden.normaliser(configuration.embodiments))
        let parameters = try golden.parameters(network.layout)
        let gradients = Arena(count: network.layout.count)
        var batch = ValueBatch(count: 12, shape: configuration.observationShape)
        batch.observations = try golden.observations(configuration.observationShape)
        batch.targets = try golden.floats("input.targets")
        batch.weights = try golden.floats("input.weights")
        let found = try network.inspect(batch, parameters: parameters, gradients: gradients)
        try golden.expect("output.logits", found.logits)
        try golden.expect("output.loss", [Float(found.loss)])
        try golden.expectGradients(network.layout, gradients)
    }

    /// One case with the twin's outputs and gradients.
    private struct Golden {
        let name: String
        let file: SafetensorsFile

        init(_ name: String) throws {
            self.name = name
            let url = try #require(
                Bundle.module.url(
                    forResource: name, withExtension: "safetensors", subdirectory: "Fixtures"))
            file = try SafetensorsFile([UInt8](Data(contentsOf: url)))
        }

        func configuration<Value: Decodable>(as type: Value.Type) throws -> Value {
            let text = try #require(file.metadata["configuration"])
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        }

        /// Every column ranges from -2 to 2.
        func normaliser(_ robots: [EmbodimentSpecification]) -> Normaliser {
            Normaliser(
                ranges: robots.map {
                    .init(
                        embodiment: $0.name,
                        stateLow: Array(repeating: -2, count: $0.stateWidth),
                        stateHigh: Array(repeating: 2, count: $0.stateWidth),
                        actionLow: Array(repeating: -2, count: $0.actionWidth),
                        actionHigh: Array(repeating: 2, count: $0.actionWidth))
                })
        }

        func floats(_ tensor: String) throws -> [Float] {
            try file.bytes(of: tensor).withUnsafeBytes {
                Array($0.bindMemory(to: Float.self))
            }
        }

        func integers(_ tensor: String) throws -> [Int] {
            try file.bytes(of: tensor).withUnsafeBytes {
                $0.bindMemory(to: Int64.self).map(Int.init)
            }
        }

        func parameters(_ layout: ParameterLayout) throws -> Arena {
            let arena = Arena(count: layout.count)
            for parameter in layout.parameters {
                parameter.block(in: arena).set(try floats("parameter." + parameter.name))
            }
            return arena
        }

        func observations(_ shape: ObservationShape) throws -> ObservationBatch {
            var batch = ObservationBatch(count: 12, shape: shape)
            batch.states = try floats("input.states")
            batch.embodiments = try integers("input.embodiments")
            let words = try integers("input.instructions")
            let length = words.count / 12
            batch.instructions = (0..<12).map { sample in
                words[(sample * length)..<((sample + 1) * length)].filter { $0 >= 0 }
            }
            batch.tasks = Array(0..<12)
            if shape.cameraCount > 0 {
                batch.patches = try floats("input.patches")
                batch.hasPicture = try floats("input.cameraMask").map { $0 != 0 }
            }
            if shape.subtaskLength > 0 { batch.subtasks = try integers("input.subtasks") }
            return batch
        }

        func policyBatch(_ configuration: PolicyConfiguration) throws -> PolicyBatch {
            var batch = PolicyBatch(
                count: 12, shape: configuration.observationShape,
                horizon: configuration.horizon, actionWidth: configuration.actionWidth)
            batch.observations = try observations(configuration.observationShape)
            batch.actions = try floats("input.actions").map { 2 * $0 }
            batch.indicators = try integers("input.indicators").map {
                try #require(Indicator(rawValue: Int8($0)))
            }
            let weights = try floats("input.weights")
            let width = configuration.actionWidth
            let each = configuration.horizon * width
            for sample in 0..<12 {
                batch.weights[sample] =
                    weights[(sample * each)..<((sample + 1) * each)].max() ?? 0
                for step in 0..<configuration.horizon {
                    batch.actionMask[sample * configuration.horizon + step] =
                        weights[sample * each + step * width] > 0 ? 1 : 0
                }
            }
            return batch
        }

        func expect(_ tensor: String, _ found: [Float]) throws {
            expect(tensor, found, try floats(tensor))
        }

        func expect(_ tensor: String, _ found: [Float], _ wanted: [Float]) {
            let largest = wanted.map(abs).max() ?? 0
            let difference = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(
                found.count == wanted.count && difference <= TwinTests.tolerance * largest,
                "\(name), \(tensor): \(difference) of \(largest)")
        }

        func expectGradients(_ layout: ParameterLayout, _ gradients: Arena) throws {
            #expect(layout.parameters.count > 20)
            for parameter in layout.parameters {
                try expect("gradient." + parameter.name, parameter.block(in: gradients).values)
            }
        }
    }
}
