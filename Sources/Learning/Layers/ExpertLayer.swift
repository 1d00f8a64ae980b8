package import Tensors

/// A transformer layer whose norms and branches flow time modulates (adaLN-Zero), and which attends
/// to the trunk's keys as well as to its own.
package struct ExpertLayer: Sendable {
    package let attention: Attention
    let qkv: Linear
    let attentionOutput: Linear
    let expand: Linear
    let activation: BiasedSiLU
    let contract: Linear
    let width: Int
    let inner: Int

    /// Columns of modulation that a layer needs: scale, shift, gate of attention and of the MLP.
    package static func modulationColumns(width: Int) -> Int { 6 * width }

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
        qkv = linear("qkv", width, attention.threefold)
        attentionOutput = linear("attentionOutput", attention.width, width)
        expand = linear("expand", width, inner)
        activation = BiasedSiLU(name + ".activation", columns: inner, in: &layout)
        contract = linear("contract", inner, width)
    }

    /// What the way back needs from the way forth, for samples of `tokens` rows each.
    package struct Activity: Sendable {
        let qkv: Block, weights: Block, attended: Block, branch: Block
        let normal: Block, inverses: Block, normed: Block
        let middleNormal: Block, middleInverses: Block, middleNormed: Block
        let hidden: Block, active: Block, middleBranch: Block
    }

    package func makeActivity(samples: Int, tokens: Int, trunkTokens: Int) -> Activity {
        let rows = samples * tokens
        let weights = attention.weightCount(queries: tokens, keys: trunkTokens + tokens)
        return Activity(
            qkv: newBlock(rows, attention.threefold), weights: newBlock(1, samples * weights),
            attended: newBlock(rows, attention.width), branch: newBlock(rows, width),
            normal: newBlock(rows, width), inverses: newBlock(1, rows),
            normed: newBlock(rows, width), middleNormal: newBlock(rows, width),
            middleInverses: newBlock(1, rows), middleNormed: newBlock(rows, width),
            hidden: newBlock(rows, inner), active: newBlock(rows, inner),
            middleBranch: newBlock(rows, width))
    }

    /// Room that all layers share.
    package struct Scratch: Sendable {
        let attention: Block
        let narrow: Block, wide: Block, attended: Block, dQKV: Block

        package init(_ layer: ExpertLayer, rows: Int, tokens: Int, trunkTokens: Int) {
            attention = newBlock(
                1,
                layer.attention.scratchCount(queries: tokens, keys: trunkTokens + tokens))
            narrow = newBlock(rows, layer.width)
            wide = newBlock(rows, layer.inner)
            attended = newBlock(rows, layer.attention.width)
            dQKV = newBlock(rows, layer.attention.threefold)
        }
    }

    /// x becomes the layer of x; `modulation` has a row a sample.
    package func forward(
        _ x: Block, samples: Int, trunk: Attention.Keys, modulation: Block,
        _ visibility: Attention.Visibility, _ parameters: Arena, _ activity: Activity,
        _ scratch: Scratch
    ) {
        let rows = x.rows
        let tokens = rows / samples
        let own = activity.qkv.prefix(rows: rows)
        let (normed, attended) = (
            activity.normed.prefix(rows: rows), activity.attended.prefix(rows: rows)
        )
        let branch = activity.branch.prefix(rows: rows)
        Normalisations.modulatedNorm(
            x, scale: part(0, modulation), shift: part(1, modulation),
            normal: activity.normal.prefix(rows: rows),
            inverseDeviations: activity.inverses.columns(0..<rows), into: normed)
        qkv.forward(normed, parameters, into: own)
        attention.forward(
            attention.queries(of: own), samples: samples,
            keys: [trunk, attention.keys(of: own, count: tokens, rows: tokens)], visibility,
            weights: activity.weights, into: attended, scratch: scratch.attention)
        attentionOutput.forward(attended, parameters, into: branch)
        Normalisations.gate(x, gate: part(2, modulation), branch: branch)
        mlp(x, modulation: modulation, parameters, activity)
    }

    private func mlp(
        _ x: Block, modulation: Block, _ parameters: Arena, _ activity: Activity
    ) {
        let rows = x.rows
        let normed = activity.middleNormed.prefix(rows: rows)
        let hidden = activity.hidden.prefix(rows: rows)
        let active = activity.active.prefix(rows: rows)
        let branch = activity.middleBranch.prefix(rows: rows)
        Normalisations.modulatedNorm(
            x, scale: part(3, modulation), shift: part(4, modulation),
            normal: activity.middleNormal.prefix(rows: rows),
            inverseDeviations: activity.middleInverses.columns(0..<rows), into: normed)
        expand.forward(normed, parameters, into: hidden)
        activation.forward(hidden, parameters, into: active)
        contract.forward(active, parameters, into: branch)
        Normalisations.gate(x, gate: part(5, modulation), branch: branch)
    }

    /// `d`, the gradient of the layer, becomes that of x; `dModulation` is overwritten; the trunk's
    /// keys are added to where they want gradients.
    package func backward(
        gradient d: Block, samples: Int, trunk: Attention.Keys, modulation: Block,
        _ visibility: Attention.Visibility, _ parameters: Arena, _ gradients: Arena,
        _ activity: Activity, intoModulation dModulation: Block, _ scratch: Scratch
    ) {
        let rows = d.rows
        let tokens = rows / samples
        mlpBackward(
            d, modulation: modulation, parameters, gradients, activity,
            intoModulation: dModulation, scratch)
        let (narrow, dAttended) = (
            scratch.narrow.prefix(rows: rows), scratch.attended.prefix(rows: rows)
        )
        let (own, dQKV) = (activity.qkv.prefix(rows: rows), scratch.dQKV.prefix(rows: rows))
        Normalisations.gateBackward(
            d, gate: part(2, modulation), branch: activity.branch.prefix(rows: rows),
            intoGate: part(2, dModulation), intoBranch: narrow)
        attentionOutput.backward(
            activity.attended.prefix(rows: rows), dY: narrow, parameters, gradients,
            into: dAttended)
        dQKV.fill(0)
        attention.backward(
            attention.queries(of: own), samples: samples,
            keys: [
                trunk,
                attention.keys(of: own, count: tokens, rows: tokens, gradients: dQKV),
            ], visibility, weights: activity.weights, gradient: dAttended,
            into: attention.queries(of: dQKV), scratch: scratch.attention)
        qkv.backward(
            activity.normed.prefix(rows: rows), dY: dQKV, parameters, gradients, into: narrow)
        Normalisations.modulatedNormBackward(
            narrow, normal: activity.normal.prefix(rows: rows),
            inverseDeviations: activity.inverses.columns(0..<rows), scale: part(0, modulation),
            intoScale: part(0, dModulation), intoShift: part(1, dModulation), addingTo: d)
    }

    private func mlpBackward(
        _ d: Block, modulation: Block, _ parameters: Arena, _ gradients: Arena,
        _ activity: Activity, intoModulation dModulation: Block, _ scratch: Scratch
    ) {
        let rows = d.rows
        let (narrow, wide) = (scratch.narrow.prefix(rows: rows), scratch.wide.prefix(rows: rows))
        Normalisations.gateBackward(
            d, gate: part(5, modulation), branch: activity.middleBranch.prefix(rows: rows),
            intoGate: part(5, dModulation), intoBranch: narrow)
        contract.backward(
            activity.active.prefix(rows: rows), dY: narrow, parameters, gradients, into: wide)
        activation.backward(activity.hidden.prefix(rows: rows), gradient: wide, gradients)
        expand.backward(
            activity.middleNormed.prefix(rows: rows), dY: wide, parameters, gradients,
            into: narrow)
        Normalisations.modulatedNormBackward(
            narrow, normal: activity.middleNormal.prefix(rows: rows),
            inverseDeviations: activity.middleInverses.columns(0..<rows),
            scale: part(3, modulation), intoScale: part(3, dModulation),
            intoShift: part(4, dModulation), addingTo: d)
    }

    private func part(_ index: Int, _ modulation: Block) -> Block {
        modulation.columns((index * width)..<((index + 1) * width))
    }
}
