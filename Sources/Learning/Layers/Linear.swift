package import Tensors

/// y = x W + b; x is N x inputs, y is N x outputs.
package struct Linear: Sendable {
    package let weights: Parameter
    /// Absent where the next layer adds its own.
    package let bias: Parameter?

    /// A layer that starts with small weights, or with zeros where it must not act at first.
    package init(
        _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true, startsAtZero: Bool = false,
        in layout: inout ParameterLayout
    ) {
        weights = layout.add(
            name + ".weights", rows: inputs, columns: outputs,
            start: startsAtZero ? .zeros : .scaledUniform(inputs: inputs), isDecayed: true)
        bias =
            hasBias ? layout.add(name + ".bias", rows: 1, columns: outputs, start: .zeros) : nil
    }

    /// `threads` share the rows: for one sample on an idle machine, not inside data-parallel work.
    package func forward(
        _ x: Block, _ parameters: Arena, into y: Block, mode: Products.Mode = .overwriting,
        threads: Int = 1
    ) {
        Products.multiply(
            x, weights.block(in: parameters), into: y, mode: mode, threads: threads)
        if let bias { Activations.addBias(bias.block(in: parameters), to: y) }
    }

    /// Adds to the layer's gradients; dX may be absent where x is not learned.
    package func backward(
        _ x: Block, dY: Block, _ parameters: Arena, _ gradients: Arena, into dX: Block?,
        mode: Products.Mode = .overwriting
    ) {
        Products.multiply(
            transposed: x, dY, into: weights.block(in: gradients), mode: .accumulating)
        if let bias { Activations.addBiasBackward(dY, addingTo: bias.block(in: gradients)) }
        if let dX {
            Products.multiply(dY, transposed: weights.block(in: parameters), into: dX, mode: mode)
        }
    }
}
