import Batching
package import Layers
import Tensors

/// Distribution of the return: an observation goes in, a logit a bin comes out.
package struct ValueNetwork: Sendable {
    let configuration: ValueConfiguration
    package private(set) var layout = ParameterLayout()
    let state: StateEncoder
    let hidden: [Hidden]
    let output: Linear

    /// A hidden layer after the first.
    struct Hidden: Sendable {
        let linear: Linear
        let activation: BiasedSiLU
    }

    /// - Precondition: both are valid.
    package init(_ configuration: ValueConfiguration, _ normaliser: Normaliser) {
        self.configuration = configuration
        let width = configuration.width
        let actionWidth = configuration.embodiments.map(\.actionWidth).max() ?? 0
        state = StateEncoder(
            embodiments: configuration.embodiments.count, tasks: configuration.tasks.count,
            history: configuration.historyLength, octaves: configuration.octaves, width: width,
            tables: NormaliserTables(
                normaliser, stateWidth: configuration.stateWidth, actionWidth: actionWidth),
            in: &layout)
        var hidden: [Hidden] = []
        for index in 1..<max(configuration.depth, 1) {
            hidden.append(
                Hidden(
                    linear: Linear(
                        "hidden.\(index)", inputs: width, outputs: width, hasBias: false,
                        in: &layout),
                    activation: BiasedSiLU(
                        "hidden.\(index).activation", columns: width, in: &layout)))
        }
        self.hidden = hidden
        output = Linear("output", inputs: width, outputs: configuration.bins, in: &layout)
    }

    /// Logits of some rows, in the workspace.
    func logits(
        _ batch: ObservationBatch, rows: Range<Int>, parameters: Arena, _ work: ValueWorkspace
    ) -> Block {
        let count = rows.count
        state.forward(batch, rows: rows, parameters, work.state)
        var active = work.state.active.prefix(rows: count)
        for (layer, activity) in zip(hidden, work.hidden) {
            let z = activity.hidden.prefix(rows: count)
            let a = activity.active.prefix(rows: count)
            layer.linear.forward(active, parameters, into: z)
            layer.activation.forward(z, parameters, into: a)
            active = a
        }
        let logits = work.logits.prefix(rows: count)
        output.forward(active, parameters, into: logits)
        return logits
    }

    /// Gradients of all parameters from that of the logits.
    func logitsBackward(
        _ batch: ObservationBatch, rows: Range<Int>, gradient dLogits: Block, parameters: Arena,
        gradients: Arena, _ work: ValueWorkspace
    ) {
        let count = rows.count
        func input(ofHidden index: Int) -> Block {
            index == 0
                ? work.state.active.prefix(rows: count)
                : work.hidden[index - 1].active.prefix(rows: count)
        }
        var d = work.gradients[hidden.count].prefix(rows: count)
        output.backward(
            input(ofHidden: hidden.count), dY: dLogits, parameters, gradients, into: d)
        for (index, layer) in hidden.enumerated().reversed() {
            layer.activation.backward(
                work.hidden[index].hidden.prefix(rows: count), gradient: d, gradients)
            let before = work.gradients[index].prefix(rows: count)
            layer.linear.backward(
                input(ofHidden: index), dY: d, parameters, gradients, into: before)
            d = before
        }
        state.backward(batch, rows: rows, gradient: d, parameters, gradients, work.state)
    }
}

/// Activations of a value network for some rows; reused from step to step.
package final class ValueWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let state: StateEncoder.Activity
    let hidden: [(hidden: Block, active: Block)]
    let logits: Block
    /// Gradients of the first layer's output and of each hidden layer's.
    let gradients: [Block]
    /// Targets: the lower bin, and 1 x N the share of the next, and the weights.
    var lower: [Int]
    let shares: Block, weights: Block

    init(_ network: ValueNetwork, rows: Int) {
        let width = network.configuration.width
        state = network.state.makeActivity(rows: rows)
        hidden = network.hidden.map { _ in (newBlock(rows, width), newBlock(rows, width)) }
        logits = newBlock(rows, network.configuration.bins)
        gradients = (0...network.hidden.count).map { _ in newBlock(rows, width) }
        lower = Array(repeating: 0, count: rows)
        (shares, weights) = (newBlock(1, rows), newBlock(1, rows))
    }
}
