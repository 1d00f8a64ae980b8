package import Tensors

/// y = x / sqrt(mean(x^2) + 1e-5) (1 + gain) by row (arXiv 1910.07467); the gain starts at 0.
package struct RMSNorm: Sendable {
    package let gain: Parameter

    package init(_ name: String, columns: Int, in layout: inout ParameterLayout) {
        gain = layout.add(name + ".gain", rows: 1, columns: columns, start: .zeros)
    }

    /// `inverses` (1 x N) are kept for the way back.
    package func forward(_ x: Block, _ parameters: Arena, inverses: Block, into y: Block) {
        Normalisations.rmsNorm(x, gain: gain.block(in: parameters), inverses: inverses, into: y)
    }

    /// Adds to dX and to the layer's gradients.
    package func backward(
        dY: Block, x: Block, inverses: Block, _ parameters: Arena, _ gradients: Arena,
        addingTo dX: Block
    ) {
        Normalisations.rmsNormBackward(
            dY, x: x, gain: gain.block(in: parameters), inverses: inverses,
            addingToGain: gain.block(in: gradients), addingTo: dX)
    }
}
