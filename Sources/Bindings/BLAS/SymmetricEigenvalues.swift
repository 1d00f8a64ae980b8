private import COpenBLAS

/// Eigenvalues of symmetric matrices by LAPACK (dsyevd), on the caller's thread alone.
package enum SymmetricEigenvalues {
    /// All eigenvalues of a symmetric matrix in ascending order; nil if LAPACK does not converge.
    ///
    /// - Precondition: `matrix` holds `size` x `size` numbers, `size` at least 1.
    package static func of(_ matrix: [Double], size: Int) -> [Double]? {
        precondition(size > 0 && matrix.count == size * size, "\(matrix.count) of \(size) squared")
        var (entries, values) = (matrix, Array(repeating: 0.0, count: size))
        var (work, integers) = (Array(repeating: 0.0, count: 2 * size + 1), [Int32(0)])
        var (n, workCount, integerCount, info) = (
            Int32(size), Int32(work.count), Int32(1), Int32(0)
        )
        // The arrays have the sizes that LAPACK's documentation asks for eigenvalues alone.
        unsafe dsyevd_(
            "N", "U", &n, &entries, &n, &values, &work, &workCount, &integers, &integerCount, &info,
            1, 1)
        return info == 0 ? values : nil
    }
}
