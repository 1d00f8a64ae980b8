import Layers
import Tensors

/// Activations of an expert for some samples; reused from step to step.
final class ExpertWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let layers: [ExpertLayer.Activity]
    let scratch: ExpertLayer.Scratch
    let lastNorm: ModulatedNorm.Activity
    /// Rows of tokens by E.
    let stream: Block, last: Block, gradient: Block, dLast: Block
    /// Samples by E: what the trunk's last token says.
    let readout: Block, dReadout: Block
    /// Samples by chunk: the noisy actions, their velocity, and its gradient.
    let point: Block, velocity: Block, dVelocity: Block
    let timeFeatures: Block, timeHidden: Block, timeActive: Block
    let conditionHidden: Block, condition: Block, modulation: Block
    let dModulation: Block, dCondition: Block, dTime: Block
    /// By row of tokens: its place in the chunk, and its sample.
    let places: [Int], owners: [Int]
    /// What action tokens see: all that the trunk says is no padding, and each other.
    var visibility: Attention.Visibility

    init(_ expert: Expert, samples: Int) {
        let (width, small) = (expert.size.width, expert.size.conditionWidth)
        let rows = samples * expert.tokens
        let chunk = expert.tokens * expert.tokenColumns
        let modulated = expert.lastModulationColumns.upperBound
        layers = expert.layers.map {
            $0.makeActivity(
                samples: samples, tokens: expert.tokens, trunkTokens: expert.trunkTokens)
        }
        scratch = .init(
            expert.layers[0], rows: rows, tokens: expert.tokens, trunkTokens: expert.trunkTokens)
        lastNorm = expert.norm.makeActivity(rows: rows)
        (stream, last) = (newBlock(rows, width), newBlock(rows, width))
        (gradient, dLast) = (newBlock(rows, width), newBlock(rows, width))
        (readout, dReadout) = (newBlock(samples, width), newBlock(samples, width))
        (point, velocity, dVelocity) = (
            newBlock(samples, chunk), newBlock(samples, chunk), newBlock(samples, chunk)
        )
        timeFeatures = newBlock(samples, 2 * Expert.frequencyCount)
        (timeHidden, timeActive) = (newBlock(samples, small), newBlock(samples, small))
        (conditionHidden, condition) = (newBlock(samples, small), newBlock(samples, small))
        (modulation, dModulation) = (newBlock(samples, modulated), newBlock(samples, modulated))
        (dCondition, dTime) = (newBlock(samples, small), newBlock(samples, small))
        places = (0..<rows).map { $0 % expert.tokens }
        owners = (0..<rows).map { $0 / expert.tokens }
        visibility = .init(
            limits: Array(
                repeating: expert.trunkTokens + expert.tokens, count: expert.tokens), valid: [])
    }

    /// Chunks as rows of tokens.
    func tokens(of chunks: Block, _ samples: Int, _ expert: Expert) -> Block {
        chunks.prefix(rows: samples).reshaped(
            rows: samples * expert.tokens, columns: expert.tokenColumns)
    }

    /// Takes what is no padding from the trunk.
    func see(_ trunk: Attention.Visibility, samples: Int, _ expert: Expert) {
        visibility.valid.removeAll(keepingCapacity: true)
        for sample in 0..<samples {
            let start = sample * expert.trunkTokens
            visibility.valid += trunk.valid[start..<(start + expert.trunkTokens)]
            for _ in 0..<expert.tokens { visibility.valid.append(1) }
        }
    }
}
