import Batching
import Layers
import Tensors

/// The trunk's sizes.
package struct TrunkSize: Codable, Sendable, Equatable {
    /// Columns of the residual stream (D).
    package var width: Int
    package var layers: Int
    package var heads: Int
    /// Columns of an attention head, a multiple of 16.
    package var headWidth: Int
    /// Columns inside a layer's MLP, as a multiple of `width`.
    package var expansion: Int
    /// Hidden columns of the state's encoder (S).
    package var stateWidth: Int

    package init(
        width: Int, layers: Int, heads: Int, headWidth: Int, expansion: Int, stateWidth: Int
    ) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.headWidth = headWidth
        self.expansion = expansion
        self.stateWidth = stateWidth
    }

    var attention: Attention { Attention(heads: heads, headWidth: headWidth) }

    var problems: [String] {
        var problems = sizeProblems([
            ("trunk.width", width), ("trunk.layers", layers), ("trunk.heads", heads),
            ("trunk.headWidth", headWidth), ("trunk.expansion", expansion),
            ("trunk.stateWidth", stateWidth),
        ])
        if layers > 256 { problems.append("trunk.layers is \(layers), expected 256 at most") }
        if headWidth % 16 != 0 {
            problems.append("trunk.headWidth is \(headWidth), expected a multiple of 16")
        }
        return problems
    }
}

/// What a trunk is made for.
struct TrunkConfiguration: Sendable {
    let shape: ObservationShape
    let octaves: Int
    let pairGains: [Float]
    let instructionLength: Int
    let vocabularySize: Int
    let embodimentCount: Int
    /// Kinds of the last token.
    let lastKinds: Int
    let size: TrunkSize

    /// Where each kind of token stands.
    var instructionStart: Int { shape.cameraCount * shape.patchCount }
    var embodimentToken: Int { instructionStart + instructionLength }
    var stateToken: Int { embodimentToken + 1 }
    var subtaskStart: Int { stateToken + 1 }
    var lastToken: Int { subtaskStart + shape.subtaskLength }
    /// Tokens in all (T).
    var tokenCount: Int { lastToken + 1 }
    /// Tokens whose readings somebody wants: those of the sub-task, and the last.
    var readingCount: Int { shape.subtaskLength + 1 }

    /// How many tokens each token of a range sees.
    func limits(of tokens: Range<Int>) -> [Int] {
        tokens.map { $0 < subtaskStart ? subtaskStart : $0 + 1 }
    }
}
