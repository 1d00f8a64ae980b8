import Batching
import Checkpoints
import Foundation
import Layers
import Policies
import Tensors
import Tokenizers

/// A network with inputs, outputs and gradients in one file, for `benchmarks/twin/agreement.py`.
struct TwinCase {
    private var entries: [(tensor: SafetensorsTensor, bytes: [UInt8])] = []
    private let metadata: [String: String]

    /// Networks with and without pictures, text, insulation, and with both robots in one batch.
    static func all() throws -> [(String, [UInt8])] {
        var files: [(String, [UInt8])] = []
        for (name, hasPictures, subtaskLength, stepsPerToken, insulates) in [
            ("policy-states", false, 0, 2, false), ("policy-one-token", false, 0, 4, false),
            ("policy-pictures", true, 0, 1, false), ("policy-text", false, 5, 1, false),
            ("policy-pictures-text", true, 5, 2, false), ("policy-insulated", true, 5, 2, true),
        ] {
            files.append(
                (
                    name,
                    try TwinCase(
                        policy: TwinNetworks.policy(
                            hasPictures: hasPictures, subtaskLength: subtaskLength,
                            stepsPerToken: stepsPerToken, insulatesTrunk: insulates)
                    ).bytes
                ))
        }
        for (name, hasPictures) in [("value-states", false), ("value-pictures", true)] {
            let policy = try TwinNetworks.policy(
                hasPictures: hasPictures, subtaskLength: 0, stepsPerToken: 1,
                insulatesTrunk: false)
            files.append(
                (name, try TwinCase(value: ValueConfiguration(for: policy, bins: 21)).bytes))
        }
        return files
    }

    var bytes: [UInt8] { SafetensorsWriter.encode(entries, metadata: metadata) }

    init(policy configuration: PolicyConfiguration) throws {
        metadata = try Self.metadata("policy", configuration)
        let network = FlowNetwork(configuration, TwinNetworks.normaliser)
        let parameters = TwinNetworks.shaken(network.layout)
        let gradients = Arena(count: network.layout.count)
        let batch = TwinNetworks.batch(configuration)
        let found = try network.inspect(
            batch, draw: Draw(seed: 5, step: 0), parameters: parameters, gradients: gradients)
        let chunk = [batch.count, configuration.horizon, configuration.actionWidth]
        addObservations(batch.observations, network, configuration)
        add("input.indicators", batch.indicators.map { Int64($0.rawValue) }, [batch.count])
        for (name, values) in [
            ("input.actions", found.actions), ("input.noise", found.noise),
            ("input.weights", found.weights), ("output.velocity", found.velocity),
        ] {
            add(name, values, chunk)
        }
        add("input.times", found.times, [batch.count])
        add("output.loss", [Float(found.loss)], [1, 1])
        add(network.layout, parameters, gradients)
        try addChunks(network, parameters, batch, noise: found.noise, shape: chunk)
    }

    init(value configuration: ValueConfiguration) throws {
        metadata = try Self.metadata("value", configuration)
        let network = ValueNetwork(configuration, TwinNetworks.normaliser)
        let parameters = TwinNetworks.shaken(network.layout)
        let gradients = Arena(count: network.layout.count)
        var batch = ValueBatch(count: 12, shape: configuration.observationShape)
        batch.observations = TwinNetworks.observations(configuration.observationShape)
        batch.targets = (0..<12).map { $0 % 4 == 0 ? -1 : -Float($0 % 7) / 8 }
        batch.weights = (0..<12).map { [1, 0.5, 2][$0 % 3] }
        let found = try network.inspect(batch, parameters: parameters, gradients: gradients)
        let words = configuration.tasks.map { configuration.tokenizer.encode($0.instruction) }
        addInputs(
            batch.observations, instructions: words,
            instructionLength: configuration.instructionLength)
        let shape = configuration.observationShape
        let flow = FlowNetwork(
            try TwinNetworks.policy(
                hasPictures: shape.cameraCount > 0, subtaskLength: 0, stepsPerToken: 1,
                insulatesTrunk: false), TwinNetworks.normaliser)
        addNormalisation(flow)
        add("input.targets", batch.targets, [12])
        add("input.weights", batch.weights, [12])
        add("output.logits", found.logits, [12, configuration.bins])
        add("output.loss", [Float(found.loss)], [1, 1])
        add(network.layout, parameters, gradients)
    }

    private static func metadata(
        _ kind: String, _ configuration: some Encodable
    ) throws -> [String: String] {
        let json = try JSONEncoder().encode(configuration)
        return ["kind": kind, "configuration": String(decoding: json, as: UTF8.self)]
    }

    /// Actions after the configuration's Euler steps, normalised as the twin has them.
    private mutating func addChunks(
        _ network: FlowNetwork, _ parameters: Arena, _ batch: PolicyBatch, noise: [Float],
        shape: [Int]
    ) throws {
        let policy = FlowPolicy(network, TwinNetworks.normaliser, parameters)
        let each = shape[1] * shape[2]
        var chunks = [Float](repeating: 0, count: noise.count)
        for indicator in Indicator.allCases {
            let drawn = try policy.normalisedChunks(
                for: batch.observations, indicator: indicator, noise: noise)
            for sample in 0..<batch.count where batch.indicators[sample] == indicator {
                for index in (sample * each)..<((sample + 1) * each) {
                    chunks[index] = drawn[index]
                }
            }
        }
        add("output.chunks", chunks, shape)
    }

    private mutating func addObservations(
        _ batch: ObservationBatch, _ network: FlowNetwork, _ configuration: PolicyConfiguration
    ) {
        addInputs(
            batch, instructions: network.instructionTokens,
            instructionLength: configuration.instructionLength)
        addNormalisation(network)
        let length = configuration.subtaskLength
        guard length > 0 else { return }
        var targets = [Int64](repeating: -1, count: batch.count * length)
        for (index, word) in batch.subtasks.enumerated() where word >= 0 {
            let next = index % length + 1 < length ? batch.subtasks[index + 1] : -1
            targets[index] = Int64(next < 0 ? configuration.tokenizer.endOfText : next)
        }
        add("input.subtasks", batch.subtasks.map(Int64.init), [batch.count, length])
        add("input.subtaskTargets", targets, [batch.count, length])
    }

    private mutating func addNormalisation(_ network: FlowNetwork) {
        let (centres, scales) = network.stateNormalisation
        add("input.stateCentres", centres.values, [centres.rows, centres.columns])
        add("input.stateScales", scales.values, [scales.rows, scales.columns])
    }

    private mutating func addInputs(
        _ batch: ObservationBatch, instructions: [[Int]], instructionLength: Int
    ) {
        let (count, shape) = (batch.count, batch.shape)
        add("input.states", batch.states, [count, shape.historyLength, shape.stateWidth])
        add("input.embodiments", batch.embodiments.map(Int64.init), [count])
        let words = batch.tasks.flatMap { task in
            (0..<instructionLength).map { place in
                Int64(place < instructions[task].count ? instructions[task][place] : -1)
            }
        }
        add("input.instructions", words, [count, instructionLength])
        guard shape.cameraCount > 0 else { return }
        add(
            "input.patches", batch.patches,
            [count, shape.cameraCount, shape.patchCount, shape.patchColumns])
        add(
            "input.cameraMask", batch.hasPicture.map { $0 ? 1 : 0 as Float },
            [count, shape.cameraCount])
    }

    private mutating func add(_ layout: ParameterLayout, _ parameters: Arena, _ gradients: Arena) {
        for parameter in layout.parameters {
            let shape = [parameter.rows, parameter.columns]
            add("parameter." + parameter.name, parameter.block(in: parameters).values, shape)
            add("gradient." + parameter.name, parameter.block(in: gradients).values, shape)
        }
    }

    private mutating func add(_ name: String, _ values: [Float], _ shape: [Int]) {
        entries.append(
            (
                SafetensorsTensor(name: name, elementType: .float32, shape: shape),
                values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
            ))
    }

    private mutating func add(_ name: String, _ values: [Int64], _ shape: [Int]) {
        entries.append(
            (
                SafetensorsTensor(name: name, elementType: .int64, shape: shape),
                values.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
            ))
    }
}
