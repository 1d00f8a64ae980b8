#define FETCHES 1
#include "products.h"
#include "CKernels.h"

CLONES void ck_small_product(const float *a, size_t aStride, const float *b, size_t bStride,
                             float *c, size_t cStride, size_t rows, size_t inner, size_t columns,
                             int adds) {
    // A stretch of B's rows stays in the nearest cache while A's rows pass.
    const size_t stretch = 256;
    for (size_t start = 0; start < inner; start += stretch) {
        size_t count = inner - start < stretch ? inner - start : stretch;
        product(a + start, aStride, 1, b + start * bStride, bStride, c, cStride, rows, count,
                columns, adds || start > 0);
    }
}
