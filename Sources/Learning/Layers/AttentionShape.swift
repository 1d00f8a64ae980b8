package import Tensors

extension Attention {
    /// Columns of queries, keys and values side by side.
    package var threefold: Int { 3 * width }

    /// Queries of a block with queries, keys and values side by side.
    package func queries(of qkv: Block) -> Block { qkv.columns(0..<width) }

    /// Keys of such a block.
    package func keys(of qkv: Block) -> Block { qkv.columns(width..<(2 * width)) }

    /// Values of such a block.
    package func values(of qkv: Block) -> Block { qkv.columns((2 * width)..<(3 * width)) }

    /// Keys and values of such a block, of which each sample has `rows` rows and uses `count`.
    package func keys(
        of qkv: Block, count: Int, rows: Int, gradients dQKV: Block? = nil
    ) -> Keys {
        Keys(
            keys(of: qkv), values(of: qkv), count: count, rows: rows,
            gradients: dQKV.map { (keys(of: $0), values(of: $0)) })
    }
}

/// A new matrix of zeros in an arena of its own.
package func newBlock(_ rows: Int, _ columns: Int) -> Block {
    Arena(count: rows * columns).block(at: 0, rows: rows, columns: columns)
}
