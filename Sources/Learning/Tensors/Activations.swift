private import CKernels

/// Elementwise loops of layers, forward and backward.
package enum Activations {
    /// y += bias, a row that is added to every row.
    package static func addBias(_ bias: Block, to y: Block) {
        expectContiguous(y, rows: y.rows, columns: bias.columns, "y")
        unsafe ck_add_bias(y.start, bias.start, y.rows, y.columns)
    }

    /// dBias += column sums of d.
    package static func addBiasBackward(_ d: Block, addingTo dBias: Block) {
        expectContiguous(d, rows: d.rows, columns: dBias.columns, "d")
        unsafe ck_column_sums(d.start, dBias.start, d.rows, d.columns)
    }

    /// z += bias; a = SiLU(z).
    package static func biasSiLU(_ z: Block, bias: Block, into a: Block) {
        expectContiguous(z, rows: a.rows, columns: bias.columns, "z")
        expectContiguous(a, rows: z.rows, columns: z.columns, "a")
        unsafe ck_bias_silu(z.start, bias.start, a.start, z.rows, z.columns)
    }

    /// d, the gradient of a, becomes that of z; dBias += its column sums.
    package static func biasSiLUBackward(
        _ z: Block, gradient d: Block, addingToBias dBias: Block
    ) {
        expectContiguous(z, rows: d.rows, columns: dBias.columns, "z")
        expectContiguous(d, rows: z.rows, columns: z.columns, "d")
        unsafe ck_bias_silu_backward(z.start, d.start, dBias.start, z.rows, z.columns)
    }

    /// y[r] += table[indices[r]]; a negative index adds nothing.
    package static func addRows(of table: Block, at indices: ArraySlice<Int>, to y: Block) {
        expectContiguous(y, rows: indices.count, columns: table.columns, "y")
        check(indices, table)
        unsafe indices.withUnsafeBufferPointer {
            guard let index = $0.baseAddress else { return }
            unsafe ck_add_rows(y.start, table.start, index, y.rows, y.columns)
        }
    }

    /// dTable[indices[r]] += d[r].
    package static func addRowsBackward(
        _ d: Block, at indices: ArraySlice<Int>, addingTo dTable: Block
    ) {
        expectContiguous(d, rows: indices.count, columns: dTable.columns, "d")
        check(indices, dTable)
        unsafe indices.withUnsafeBufferPointer {
            guard let index = $0.baseAddress else { return }
            unsafe ck_add_rows_backward(d.start, dTable.start, index, d.rows, d.columns)
        }
    }

    /// y += factor x.
    package static func add(_ x: Block, times factor: Float, to y: Block) {
        expectContiguous(x, rows: y.rows, columns: y.columns, "x")
        expectContiguous(y, rows: x.rows, columns: x.columns, "y")
        unsafe ck_add_scaled(y.start, x.start, factor, y.count)
    }

    /// y += factor (x - y).
    package static func move(_ y: Block, towards x: Block, by factor: Float) {
        expectContiguous(x, rows: y.rows, columns: y.columns, "x")
        expectContiguous(y, rows: x.rows, columns: x.columns, "y")
        unsafe ck_move_towards(y.start, x.start, factor, y.count)
    }

    private static func check(_ indices: ArraySlice<Int>, _ table: Block) {
        precondition(
            indices.allSatisfy { $0 < table.rows }, "an index is beyond the table's \(table.rows)")
    }
}
