import Batching
package import Layers
import Tensors

/// Distribution of the return: an observation goes in, a logit a bin comes out.
package struct ValueNetwork: Sendable {
    package let configuration: ValueConfiguration
    package private(set) var layout = ParameterLayout()
    let trunk: Trunk
    let output: Linear

    package var largestShard: Int { trunk.largestShard }

    /// - Precondition: both are valid.
    package init(_ configuration: ValueConfiguration, _ normaliser: Normaliser) {
        self.configuration = configuration
        let actionWidth = configuration.embodiments.map(\.actionWidth).max() ?? 0
        let tables = NormaliserTables(
            normaliser, stateWidth: configuration.stateWidth, actionWidth: actionWidth)
        trunk = Trunk(
            configuration.trunkConfiguration, tables, instructions: configuration.instructions,
            in: &layout)
        output = Linear(
            "output", inputs: configuration.trunk.width, outputs: configuration.bins,
            in: &layout)
    }

    /// Logits of some rows, in the workspace.
    func logits(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, _ work: ValueWorkspace
    ) -> Block {
        let samples = rows.count
        trunk.forward(
            batch, rows: rows, tokens: 0..<trunk.configuration.tokenCount,
            kinds: work.kinds[..<samples], cache: nil, parameters, work.trunk)
        let logits = work.logits.prefix(rows: samples)
        output.forward(work.trunk.readings.prefix(rows: samples), parameters, into: logits)
        return logits
    }

    /// Gradients of all parameters from that of the logits.
    func logitsBackward(
        _ batch: ObservationBatch, rows: Range<Int>, gradient dLogits: Block, parameters: Arena,
        gradients: Arena, _ work: ValueWorkspace
    ) {
        let samples = rows.count
        output.backward(
            work.trunk.readings.prefix(rows: samples), dY: dLogits, parameters, gradients,
            into: work.trunk.dReadings.prefix(rows: samples))
        work.trunk.clearKeyGradients()
        trunk.backward(batch, rows: rows, parameters, gradients, work.trunk)
    }
}

/// Activations of a value network for some rows; reused from step to step.
package final class ValueWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let trunk: TrunkWorkspace
    let kinds: [Int]
    let logits: Block
    /// Targets: the lower bin, and 1 x N the share of the next, and the weights.
    var lower: [Int]
    let shares: Block, weights: Block

    init(_ network: ValueNetwork, rows: Int, learns: Bool = true) {
        trunk = TrunkWorkspace(
            network.trunk, samples: rows, tokens: network.trunk.configuration.tokenCount,
            learns: learns)
        kinds = Array(repeating: 0, count: rows)
        logits = newBlock(rows, network.configuration.bins)
        lower = Array(repeating: 0, count: rows)
        (shares, weights) = (newBlock(1, rows), newBlock(1, rows))
    }
}
