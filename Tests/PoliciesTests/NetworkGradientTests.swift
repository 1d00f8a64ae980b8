import Batching
import Layers
import Policies
import TestSupport
import Tensors
import Testing

/// The way back through whole networks, against central differences, matrix by matrix.
@Suite("Gradients of networks") struct NetworkGradientTests {
    /// What a network is made with.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let configuration: PolicyConfiguration
    }

    static let cases = [
        Case(testDescription: "states", configuration: Fixtures.configuration()),
        Case(
            testDescription: "a chunk in one token",
            configuration: Fixtures.configuration(stepsPerToken: 4)),
        Case(
            testDescription: "pictures", configuration: Fixtures.configuration(hasPictures: true)),
        Case(
            testDescription: "pictures and text",
            configuration: Fixtures.configuration(hasPictures: true, subtaskLength: 4)),
    ]

    @Test("flow policy", arguments: cases, [1, 2, 3] as [UInt64])
    func flow(made: Case, seed: UInt64) throws {
        let network = FlowNetwork(made.configuration, Fixtures.normaliser)
        let batch = Fixtures.policyBatch(
            count: 12, seed: seed, shape: made.configuration.observationShape)
        try expectAgreement(of: network, on: batch, seed: seed)
    }

    @Test("value function", arguments: [false, true], [1, 2, 3] as [UInt64])
    func value(hasPictures: Bool, seed: UInt64) throws {
        let configuration = try Fixtures.valueConfiguration(hasPictures: hasPictures)
        let network = ValueNetwork(configuration, Fixtures.normaliser)
        let batch = Fixtures.valueBatch(
            count: 12, seed: seed, shape: configuration.observationShape)
        try expectAgreement(of: network, on: batch, seed: seed)
    }

    @Test("with insulation the trunk learns from text alone, the expert as before")
    func insulation() throws {
        func gradients(insulates: Bool, textOnly: Bool = false) throws -> [String: [Float]] {
            var configuration = Fixtures.configuration(
                subtaskLength: 4, insulatesTrunk: insulates)
            if textOnly { configuration.subtaskLossWeight = 0 }
            let network = FlowNetwork(configuration, Fixtures.normaliser)
            let batch = Fixtures.policyBatch(
                count: 12, seed: 1, shape: configuration.observationShape)
            let parameters = shaken(network.layout, seed: 1)
            let gradients = Arena(count: network.layout.count)
            _ = network.loss(
                of: batch, rows: 0..<12, draw: Draw(seed: 1, step: 0), factor: 0.01,
                parameters: parameters, gradients: gradients,
                workspace: network.makeWorkspace(rows: 12))
            return Dictionary(
                uniqueKeysWithValues: network.layout.parameters.map {
                    ($0.name, $0.block(in: gradients).values)
                })
        }
        let (open, insulated) = (
            try gradients(insulates: false), try gradients(insulates: true)
        )
        let silent = try gradients(insulates: true, textOnly: true)
        for (name, gradient) in insulated {
            if name.hasPrefix("expert.") {
                #expect(gradient == open[name], "\(name)")
            } else {
                #expect(silent[name]?.allSatisfy { $0 == 0 } == true, "\(name)")
            }
        }
        #expect(insulated["trunk.word"] != open["trunk.word"])
        #expect(insulated["trunk.0.qkv.weights"]?.contains { $0 != 0 } == true)
    }

    /// Away from the start, where zeros hide most of the way back.
    private func shaken(_ layout: ParameterLayout, seed: UInt64) -> Arena {
        let parameters = layout.initialParameters(seed: seed)
        for (index, parameter) in layout.parameters.enumerated() {
            let block = parameter.block(in: parameters)
            let noise = randomBlock(block.rows, block.columns, seed: seed + UInt64(index))
            Activations.add(noise, times: 0.2, to: block)
        }
        return parameters
    }

    private func expectAgreement<Network: TrainableNetwork>(
        of network: Network, on batch: Network.Batch, seed: UInt64
    ) throws {
        let rows = 0..<network.count(of: batch)
        let parameters = shaken(network.layout, seed: seed)
        let gradients = Arena(count: network.layout.count)
        let work = network.makeWorkspace(rows: rows.count + 3)
        let weight = try network.lossWeight(of: batch)
        func loss(_ gradients: Arena?) -> Double {
            network.loss(
                of: batch, rows: rows, draw: Draw(seed: seed, step: 0),
                factor: Float(1 / weight), parameters: parameters, gradients: gradients,
                workspace: work) / weight
        }
        _ = loss(gradients)
        for parameter in network.layout.parameters {
            let pair = slopes(
                along: seed, at: parameter.block(in: parameters),
                gradient: parameter.block(in: gradients), loss: { loss(nil) })
            #expect(pair.agrees, "\(parameter.name): \(pair)")
            #expect(pair.analytic != 0, "\(parameter.name) has no slope")
        }
    }
}
