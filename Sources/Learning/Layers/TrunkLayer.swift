package import Tensors

/// A pre-norm transformer layer: x += attention(norm(x)); x += W2 SiLU(W1 norm(x) + b).
///
/// Every token has keys and values; only those that ask have queries and go on.
package struct TrunkLayer: Sendable {
    package let attention: Attention
    let attentionNorm: RMSNorm
    let qkv: Linear
    let attentionOutput: Linear
    let mlpNorm: RMSNorm
    let expand: Linear
    let activation: BiasedSiLU
    let contract: Linear
    let width: Int
    let inner: Int

    package init(
        _ name: String, width: Int, inner: Int, attention: Attention,
        in layout: inout ParameterLayout
    ) {
        func linear(_ part: String, _ inputs: Int, _ outputs: Int) -> Linear {
            Linear(
                "\(name).\(part)", inputs: inputs, outputs: outputs, hasBias: false, in: &layout)
        }
        self.width = width
        self.inner = inner
        self.attention = attention
        attentionNorm = RMSNorm(name + ".attentionNorm", columns: width, in: &layout)
        qkv = linear("qkv", width, attention.threefold)
        attentionOutput = linear("attentionOutput", attention.width, width)
        mlpNorm = RMSNorm(name + ".mlpNorm", columns: width, in: &layout)
        expand = linear("expand", width, inner)
        activation = BiasedSiLU(name + ".activation", columns: inner, in: &layout)
        contract = linear("contract", inner, width)
    }

    /// The tokens of each sample that a layer computes, and those among them that ask.
    package struct Tokens: Sendable, Equatable {
        package let count: Int
        package let asking: Range<Int>

        /// - Precondition: `asking` lies in 0..<count.
        package init(count: Int, asking: Range<Int>) {
            precondition(
                asking.lowerBound >= 0 && asking.upperBound <= count, "\(asking) of \(count)")
            self.count = count
            self.asking = asking
        }

        /// All ask.
        package init(all count: Int) { self.init(count: count, asking: 0..<count) }

        var allAsk: Bool { asking.count == count }

        /// Rows of those that ask, sample by sample.
        func gather(_ x: Block, samples: Int, into y: Block) {
            for sample in 0..<samples {
                let from = sample * count + asking.lowerBound
                y.rows((sample * asking.count)..<((sample + 1) * asking.count)).set(
                    x.rows(from..<(from + asking.count)))
            }
        }

        /// Adds rows of those that ask to rows of all.
        func scatter(_ d: Block, samples: Int, addingTo dX: Block) {
            for sample in 0..<samples {
                let to = sample * count + asking.lowerBound
                Activations.add(
                    d.rows((sample * asking.count)..<((sample + 1) * asking.count)), times: 1,
                    to: dX.rows(to..<(to + asking.count)))
            }
        }
    }

    /// What the way back needs from the way forth.
    package struct Activity: Sendable {
        /// Queries, keys and values of all heads; queries only where all ask.
        package let qkv: Block
        let normed: Block, inverses: Block
        /// Norms and queries of those that ask, where not all do.
        let askingNormed: Block, queries: Block
        let weights: Block, attended: Block
        let middle: Block, middleNormed: Block, middleInverses: Block
        let hidden: Block, active: Block
    }

    package func makeActivity(samples: Int, tokens: Tokens, keys: Int) -> Activity {
        let (rows, asking) = (samples * tokens.count, samples * tokens.asking.count)
        let apart = tokens.allAsk ? 0 : asking
        return Activity(
            qkv: newBlock(rows, attention.threefold), normed: newBlock(rows, width),
            inverses: newBlock(1, rows), askingNormed: newBlock(apart, width),
            queries: newBlock(apart, attention.width),
            weights: newBlock(
                1,
                samples * attention.weightCount(queries: tokens.asking.count, keys: keys)),
            attended: newBlock(asking, attention.width), middle: newBlock(asking, width),
            middleNormed: newBlock(asking, width), middleInverses: newBlock(1, asking),
            hidden: newBlock(asking, inner), active: newBlock(asking, inner))
    }

    /// Room that all layers share.
    package struct Scratch: Sendable {
        let attention: Block
        let narrow: Block, wide: Block, attended: Block, dQueries: Block

        package init(_ layer: TrunkLayer, samples: Int, tokens: Int, keys: Int) {
            let rows = samples * tokens
            attention = newBlock(1, layer.attention.scratchCount(queries: tokens, keys: keys))
            narrow = newBlock(rows, layer.width)
            wide = newBlock(rows, layer.inner)
            attended = newBlock(rows, layer.attention.width)
            dQueries = newBlock(rows, layer.attention.width)
        }
    }

    /// The keys of a layer's tokens, and where to find those of earlier tokens.
    package struct Memory: Sendable {
        /// Queries, keys and values of all tokens of each sample.
        let qkv: Block
        /// Rows of each sample in it, and how many of them are seen.
        let rows: Int, count: Int
        /// Where the tokens at hand begin.
        let start: Int

        package init(qkv: Block, rows: Int, count: Int, start: Int) {
            self.qkv = qkv
            self.rows = rows
            self.count = count
            self.start = start
        }
    }
}
