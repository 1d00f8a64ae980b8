import Layers
import Tensors

/// Activations of a flow network for some samples; reused from step to step.
package final class FlowWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let trunk: TrunkWorkspace
    let expert: ExpertWorkspace
    /// 1 x N flow times.
    let times: Block
    /// N x chunk: normalised actions, noise, the wanted velocity and each number's weight.
    let actions: Block, noise: Block, target: Block, weights: Block
    /// Rows of the last token's table.
    var kinds: [Int]
    /// Readings of the last token, N x D, and their gradient.
    let reading: Block, dReading: Block
    /// Sub-task tokens by vocabulary, the tokens that should follow them, and their weights.
    let logits: Block, textReadings: Block, dTextReadings: Block, textWeights: Block
    var textTargets: [Int]
    /// What the text's gradient was multiplied by; 0 where there is no text.
    var textFactor: Float = 0

    init(_ network: FlowNetwork, rows: Int) {
        let configuration = network.configuration
        let width = configuration.trunk.width
        let chunk = configuration.horizon * configuration.actionWidth
        let text = rows * configuration.subtaskLength
        trunk = TrunkWorkspace(
            network.trunk, samples: rows, tokens: network.trunk.configuration.tokenCount,
            learns: true)
        expert = ExpertWorkspace(network.expert, samples: rows)
        times = newBlock(1, rows)
        (actions, noise) = (newBlock(rows, chunk), newBlock(rows, chunk))
        (target, weights) = (newBlock(rows, chunk), newBlock(rows, chunk))
        kinds = Array(repeating: 0, count: rows)
        (reading, dReading) = (newBlock(rows, width), newBlock(rows, width))
        logits = newBlock(text, configuration.vocabularySize)
        (textReadings, dTextReadings) = (newBlock(text, width), newBlock(text, width))
        textWeights = newBlock(1, text)
        textTargets = Array(repeating: -1, count: text)
    }
}
