package import Tensors

/// y = x + gate * W2 SiLU(W1 (norm(x) (1 + scale) + shift)), modulated by row (AdaLN-zero).
///
/// Scale, shift and gate come from outside and start at zero, so that a new block is the identity.
package struct ResidualBlock: Sendable {
    package let expand: Linear
    package let activation: BiasedSiLU
    package let contract: Linear
    private let width: Int
    private let inner: Int

    /// Columns of modulation that a block needs: scale, shift and gate.
    package static func modulationColumns(width: Int) -> Int { 3 * width }

    package init(_ name: String, width: Int, inner: Int, in layout: inout ParameterLayout) {
        self.width = width
        self.inner = inner
        expand = Linear(
            name + ".expand", inputs: width, outputs: inner, hasBias: false, in: &layout)
        activation = BiasedSiLU(name + ".activation", columns: inner, in: &layout)
        contract = Linear(name + ".contract", inputs: inner, outputs: width, in: &layout)
    }

    /// What the way back needs from the way forth.
    package struct Activity: Sendable {
        let normal: Block, inverseDeviations: Block, modulated: Block
        let hidden: Block, active: Block, branch: Block

        func prefix(rows: Int) -> Activity {
            Activity(
                normal: normal.prefix(rows: rows),
                inverseDeviations: inverseDeviations.columns(0..<rows),
                modulated: modulated.prefix(rows: rows), hidden: hidden.prefix(rows: rows),
                active: active.prefix(rows: rows), branch: branch.prefix(rows: rows))
        }
    }

    package func makeActivity(rows: Int) -> Activity {
        func new(_ columns: Int) -> Block {
            Arena(count: rows * columns).block(at: 0, rows: rows, columns: columns)
        }
        return Activity(
            normal: new(width), inverseDeviations: Arena(count: rows).all, modulated: new(width),
            hidden: new(inner), active: new(inner), branch: new(width))
    }

    /// `modulation` is N x 3 width: scale, shift, gate.
    package func forward(
        _ x: Block, modulation: Block, _ parameters: Arena, _ whole: Activity, into y: Block
    ) {
        let activity = whole.prefix(rows: x.rows)
        Normalisations.modulatedNorm(
            x, scale: part(0, modulation), shift: part(1, modulation), normal: activity.normal,
            inverseDeviations: activity.inverseDeviations, into: activity.modulated)
        expand.forward(activity.modulated, parameters, into: activity.hidden)
        activation.forward(activity.hidden, parameters, into: activity.active)
        contract.forward(activity.active, parameters, into: activity.branch)
        Normalisations.gate(x, gate: part(2, modulation), branch: activity.branch, into: y)
    }

    /// `d`, the gradient of y, becomes that of x; `dModulation` is overwritten.
    package func backward(
        gradient d: Block, modulation: Block, _ parameters: Arena, _ whole: Activity,
        _ gradients: Arena, intoModulation dModulation: Block, scratch: Scratch
    ) {
        let activity = whole.prefix(rows: d.rows)
        let dBranch = scratch.narrow.prefix(rows: d.rows)
        let dHidden = scratch.wide.prefix(rows: d.rows)
        Normalisations.gateBackward(
            d, gate: part(2, modulation), branch: activity.branch,
            intoGate: part(2, dModulation), intoBranch: dBranch)
        contract.backward(
            activity.active, dY: dBranch, parameters, gradients, into: dHidden)
        activation.backward(activity.hidden, gradient: dHidden, gradients)
        expand.backward(
            activity.modulated, dY: dHidden, parameters, gradients, into: dBranch)
        Normalisations.modulatedNormBackward(
            dBranch, normal: activity.normal, inverseDeviations: activity.inverseDeviations,
            scale: part(0, modulation), intoScale: part(0, dModulation),
            intoShift: part(1, dModulation), addingTo: d)
    }

    /// Room for gradients inside a block, which all blocks of a network share.
    package struct Scratch: Sendable {
        let narrow: Block
        let wide: Block

        package init(rows: Int, width: Int, inner: Int) {
            narrow = Arena(count: rows * width).block(at: 0, rows: rows, columns: width)
            wide = Arena(count: rows * inner).block(at: 0, rows: rows, columns: inner)
        }
    }

    private func part(_ index: Int, _ modulation: Block) -> Block {
        modulation.columns((index * width)..<((index + 1) * width))
    }
}
