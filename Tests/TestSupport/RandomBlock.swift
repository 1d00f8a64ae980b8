package import Tensors

/// A new matrix of zeros.
package func zeros(_ rows: Int, _ columns: Int) -> Block {
    Arena(count: rows * columns).block(at: 0, rows: rows, columns: columns)
}

/// A new matrix of standard normal numbers.
package func randomBlock(_ rows: Int, _ columns: Int, seed: UInt64) -> Block {
    let block = zeros(rows, columns)
    let random = CounterRandom(seed: seed, purpose: .noise)
    for row in 0..<rows {
        random.fillNormals(block.rows(row..<(row + 1)), step: 0, sample: row)
    }
    return block
}
