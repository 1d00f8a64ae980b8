package import Tensors

/// A learned row for each of a few kinds, added to what is there; a negative index adds nothing.
package struct Embedding: Sendable {
    package let table: Parameter

    package init(
        _ name: String, kinds: Int, columns: Int, deviation: Float,
        in layout: inout ParameterLayout
    ) {
        table = layout.add(
            name, rows: kinds, columns: columns, start: .uniform(deviation: deviation))
    }

    package func forward(_ indices: ArraySlice<Int>, _ parameters: Arena, addingTo y: Block) {
        Activations.addRows(of: table.block(in: parameters), at: indices, to: y)
    }

    /// Adds to the layer's gradients.
    package func backward(_ indices: ArraySlice<Int>, dY: Block, _ gradients: Arena) {
        Activations.addRowsBackward(dY, at: indices, addingTo: table.block(in: gradients))
    }
}
