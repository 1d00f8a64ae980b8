private import BLAS
private import CKernels
private import Dispatch

/// Matrix products of blocks.
package enum Products {
    /// Whether a product overwrites or adds.
    package enum Mode: Sendable { case overwriting, accumulating }

    /// C = A B: N x K times K x M, its rows shared by `threads` where there is enough to do.
    package static func multiply(
        _ a: Block, _ b: Block, into c: Block, mode: Mode = .overwriting, threads: Int
    ) {
        let work = a.rows * a.columns * b.columns
        let parts = min(threads, work / leastShare)
        guard parts > 1 else { return multiply(a, b, into: c, mode: mode) }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let rows = (part * a.rows / parts)..<((part + 1) * a.rows / parts)
            multiply(a.rows(rows), b, into: c.rows(rows), mode: mode)
        }
    }

    /// Multiplications that are worth waking a thread for: about 50 microseconds.
    private static let leastShare = 2_000_000

    /// C = A B: N x K times K x M.
    package static func multiply(
        _ a: Block, _ b: Block, into c: Block, mode: Mode = .overwriting
    ) {
        precondition(a.columns == b.rows, "inner sizes \(a.columns) and \(b.rows)")
        expect(c, rows: a.rows, columns: b.columns, "product")
        if b.columns % 16 == 0, a.rows <= fewRows || a.rows <= 4 * fewRows && b.count <= nearCount {
            // Sound: blocks hold their arenas alive, and their shapes were checked against them.
            unsafe ck_small_product(
                a.start, a.stride, b.start, b.stride, c.start, c.stride, a.rows, a.columns,
                b.columns, mode == .accumulating ? 1 : 0)
            return
        }
        product(a, false, b, false, inner: a.columns, into: c, mode)
    }

    /// Rows up to which BLAS spends more time on packing than on the product.
    private static let fewRows = 32
    /// Numbers that stay in the second cache: with those, four times as many rows do.
    private static let nearCount = 65_536

    /// C = A B^T: N x K times (M x K) transposed.
    package static func multiply(
        _ a: Block, transposed b: Block, into c: Block, mode: Mode = .overwriting
    ) {
        precondition(a.columns == b.columns, "inner sizes \(a.columns) and \(b.columns)")
        expect(c, rows: a.rows, columns: b.rows, "product")
        product(a, false, b, true, inner: a.columns, into: c, mode)
    }

    /// C = A^T B: (K x N) transposed times K x M.
    package static func multiply(
        transposed a: Block, _ b: Block, into c: Block, mode: Mode = .overwriting
    ) {
        precondition(a.rows == b.rows, "inner sizes \(a.rows) and \(b.rows)")
        expect(c, rows: a.columns, columns: b.columns, "product")
        product(a, true, b, false, inner: a.rows, into: c, mode)
    }

    private static func product(
        _ a: Block, _ aTransposed: Bool, _ b: Block, _ bTransposed: Bool, inner: Int,
        into c: Block, _ mode: Mode
    ) {
        // Sound: blocks hold their arenas alive, and their shapes were checked against them.
        unsafe MatrixProduct.multiply(
            .init(a.start, stride: a.stride, isTransposed: aTransposed),
            .init(b.start, stride: b.stride, isTransposed: bTransposed), rows: c.rows,
            inner: inner, columns: c.columns, into: c.start, stride: c.stride,
            isAccumulating: mode == .accumulating)
    }
}
