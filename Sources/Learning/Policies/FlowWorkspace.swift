import Layers
import Tensors

/// Activations of a flow network for some rows; reused from step to step.
package final class FlowWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let state: StateEncoder.Activity
    /// What the observation contributes to the stream, N x width.
    let observed: Block
    /// The stream before each block and after the last.
    let streams: [Block]
    let timeFeatures: Block, timeHidden: Block, timeActive: Block
    let conditionHidden: Block, condition: Block, modulation: Block
    let blocks: [ResidualBlock.Activity]
    let lastNorm: ModulatedNorm.Activity
    let last: Block
    let velocity: Block

    /// 1 x N flow times.
    let times: Block
    /// N x chunk: normalised actions, noise, the point between them, the wanted velocity and the
    /// weight of each number in the loss.
    let actions: Block, noise: Block, point: Block, target: Block, weights: Block
    /// The indicators' rows in their tables; -1 for none.
    var indicators: [Int]

    let gradients: Gradients

    /// Room for the way back.
    struct Gradients {
        let velocity: Block, stream: Block, last: Block, modulation: Block
        let condition: Block, time: Block, state: Block
        let scratch: ResidualBlock.Scratch
    }

    init(_ network: FlowNetwork, rows: Int) {
        let configuration = network.configuration
        let (width, small) = (configuration.width, configuration.conditionWidth)
        let chunk = configuration.horizon * configuration.actionWidth
        let modulated = network.lastModulationColumns.upperBound
        state = network.state.makeActivity(rows: rows)
        observed = newBlock(rows, width)
        streams = (0...network.blocks.count).map { _ in newBlock(rows, width) }
        timeFeatures = newBlock(rows, 2 * FlowNetwork.frequencyCount)
        (timeHidden, timeActive) = (newBlock(rows, small), newBlock(rows, small))
        (conditionHidden, condition) = (newBlock(rows, small), newBlock(rows, small))
        modulation = newBlock(rows, modulated)
        blocks = network.blocks.map { $0.makeActivity(rows: rows) }
        lastNorm = network.lastNorm.makeActivity(rows: rows)
        last = newBlock(rows, width)
        velocity = newBlock(rows, chunk)
        times = newBlock(1, rows)
        (actions, noise, point) = (
            newBlock(rows, chunk), newBlock(rows, chunk), newBlock(rows, chunk)
        )
        (target, weights) = (newBlock(rows, chunk), newBlock(rows, chunk))
        indicators = Array(repeating: -1, count: rows)
        gradients = Gradients(
            velocity: newBlock(rows, chunk), stream: newBlock(rows, width),
            last: newBlock(rows, width), modulation: newBlock(rows, modulated),
            condition: newBlock(rows, small), time: newBlock(rows, small),
            state: newBlock(rows, width),
            scratch: .init(rows: rows, width: width, inner: width * configuration.expansion))
    }
}
