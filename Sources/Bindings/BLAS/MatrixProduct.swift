private import COpenBLAS

/// Single-precision matrix products by OpenBLAS, on the caller's thread alone.
///
/// Parallelism comes from callers that work on disjoint data, so OpenBLAS gets one thread, once,
/// here and nowhere else.
package enum MatrixProduct {
    /// A row-major matrix in memory that the caller owns for the length of the call.
    @unsafe package struct Operand {
        let base: UnsafePointer<Float>
        let stride: Int
        let isTransposed: Bool

        /// `stride` floats lie between the starts of two rows as stored.
        package init(_ base: UnsafePointer<Float>, stride: Int, isTransposed: Bool) {
            unsafe self.base = base
            unsafe self.stride = stride
            unsafe self.isTransposed = isTransposed
        }
    }

    /// C = A B, or C += A B where `isAccumulating`; A is rows x inner, B is inner x columns.
    ///
    /// - Precondition: the operands' memory is as large as the sizes say; C overlaps neither.
    package static func multiply(
        _ a: Operand, _ b: Operand, rows: Int, inner: Int, columns: Int,
        into c: UnsafeMutablePointer<Float>, stride: Int, isAccumulating: Bool
    ) {
        _ = oneThread
        unsafe cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(inner),
            1, a.base, Int32(a.stride), b.base, Int32(b.stride), isAccumulating ? 1 : 0, c,
            Int32(stride))
    }

    /// What computes: OpenBLAS's version and options, the kernels it chose, and its threads.
    ///
    /// Two runs agree to the last bit only where this agrees, so run records hold it. Asked for once: OpenBLAS
    /// composes its answer in a buffer that all threads share, and two at once would garble it.
    package static let description: String = {
        _ = oneThread
        let configuration = unsafe String(cString: openblas_get_config())
            .trimming(while: { $0 == " " })
        let core = unsafe String(cString: openblas_get_corename())
        return "\(configuration); core \(core); threads \(openblas_get_num_threads())"
    }()

    private static let oneThread: Void = openblas_set_num_threads(1)
}

extension String {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
