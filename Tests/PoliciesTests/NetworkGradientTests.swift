import Batching
import Layers
import Policies
import TestSupport
import Tensors
import Testing

/// The way back through whole networks, against central differences, matrix by matrix.
@Suite("Gradients of networks") struct NetworkGradientTests {
    @Test("flow policy", arguments: [1, 2, 3] as [UInt64])
    func flow(seed: UInt64) throws {
        let network = FlowNetwork(Fixtures.configuration(), Fixtures.normaliser)
        try expectAgreement(
            of: network, on: Fixtures.policyBatch(count: 12, seed: seed), seed: seed)
    }

    @Test("value function", arguments: [1, 2, 3] as [UInt64])
    func value(seed: UInt64) throws {
        let network = ValueNetwork(try Fixtures.valueConfiguration(), Fixtures.normaliser)
        try expectAgreement(
            of: network, on: Fixtures.valueBatch(count: 12, seed: seed), seed: seed)
    }

    private func expectAgreement<Network: TrainableNetwork>(
        of network: Network, on batch: Network.Batch, seed: UInt64
    ) throws {
        let rows = 0..<network.count(of: batch)
        let parameters = network.layout.initialParameters(seed: seed)
        // Away from the start, where zeros hide most of the way back.
        for (index, parameter) in network.layout.parameters.enumerated() {
            let block = parameter.block(in: parameters)
            let noise = randomBlock(block.rows, block.columns, seed: seed + UInt64(index))
            Activations.add(noise, times: 0.2, to: block)
        }
        let gradients = Arena(count: network.layout.count)
        gradients.all.fill(.nan)  // what was there before must not matter
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
