import Layers
import Tensors

/// What acting needs for a slab of samples; reused from call to call.
final class ActingWorkspace: @unchecked Sendable {
    // Sendable: blocks are fixed, and each thread works on a workspace of its own.
    let trunk: TrunkWorkspace
    /// For one token of each sample, after those that the caches hold.
    let step: TrunkWorkspace
    let expert: ExpertWorkspace
    /// Keys and values with the indicator, and without where guidance asks for both.
    let cache: TrunkCache
    let unconditional: TrunkCache
    /// What the last token says in either case, samples by E.
    let readout: Block, unconditionalReadout: Block
    /// The velocity that guidance goes on from.
    let conditional: Block

    init(_ network: FlowNetwork) {
        let (trunk, expert) = (network.trunk, network.expert)
        self.trunk = TrunkWorkspace(
            trunk, samples: slabRows, tokens: trunk.configuration.tokenCount, learns: false)
        step = TrunkWorkspace(trunk, samples: slabRows, tokens: 1, learns: false)
        self.expert = ExpertWorkspace(expert, samples: slabRows)
        cache = TrunkCache(trunk, samples: slabRows)
        unconditional = TrunkCache(trunk, samples: slabRows)
        readout = newBlock(slabRows, expert.size.width)
        unconditionalReadout = newBlock(slabRows, expert.size.width)
        conditional = newBlock(slabRows, expert.tokens * expert.tokenColumns)
    }
}
