package import Tensors

/// a = SiLU(z + b), in one pass after a linear layer without bias.
package struct BiasedSiLU: Sendable {
    package let bias: Parameter

    package init(_ name: String, columns: Int, in layout: inout ParameterLayout) {
        bias = layout.add(name + ".bias", rows: 1, columns: columns, start: .zeros)
    }

    /// The bias is added to z in place; ``backward(_:gradient:_:)`` needs z as it is then.
    package func forward(_ z: Block, _ parameters: Arena, into a: Block) {
        Activations.biasSiLU(z, bias: bias.block(in: parameters), into: a)
    }

    /// The gradient of a becomes that of z, in place.
    package func backward(_ z: Block, gradient: Block, _ gradients: Arena) {
        Activations.biasSiLUBackward(
            z, gradient: gradient, addingToBias: bias.block(in: gradients))
    }
}
