private import BLAS

/// What computes, in words.
package enum NumericsDescription {
    /// OpenBLAS's version, the kernels that it chose for this processor, and its threads.
    ///
    /// Two runs agree to the last bit only where this agrees, so run records hold it.
    package static var text: String { MatrixProduct.description }
}
