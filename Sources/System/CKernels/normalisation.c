#include "CKernels.h"
#include "dialect.h"

// Sums may be reordered here, so that they run in lanes; the order is fixed when compiling.
#pragma clang fp reassociate(on)

static const float varianceFloor = 1e-5f;

CLONES void ck_modulated_norm(const float *restrict x, const float *restrict scale,
                              const float *restrict shift, size_t stride, float *restrict normal,
                              float *restrict inverseDeviation, float *restrict y, size_t rows,
                              size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict xr = x + r * columns;
        float sum = 0, squares = 0;
        for (size_t c = 0; c < columns; c++) sum += xr[c];
        float mean = sum / (float)columns;
        for (size_t c = 0; c < columns; c++) squares += (xr[c] - mean) * (xr[c] - mean);
        float inverse = 1.0f / sqrtf(squares / (float)columns + varianceFloor);
        inverseDeviation[r] = inverse;
        for (size_t c = 0; c < columns; c++) {
            float n = (xr[c] - mean) * inverse;
            normal[r * columns + c] = n;
            y[r * columns + c] = n * (1.0f + scale[r * stride + c]) + shift[r * stride + c];
        }
    }
}

CLONES void ck_modulated_norm_backward(const float *restrict dY, const float *restrict normal,
                                       const float *restrict inverseDeviation,
                                       const float *restrict scale, float *restrict dScale,
                                       float *restrict dShift, size_t stride, float *restrict dX,
                                       size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict d = dY + r * columns;
        const float *restrict n = normal + r * columns;
        const float *restrict s = scale + r * stride;
        float sum = 0, product = 0;
        for (size_t c = 0; c < columns; c++) {
            float g = d[c] * (1.0f + s[c]);
            dScale[r * stride + c] = d[c] * n[c];
            dShift[r * stride + c] = d[c];
            sum += g;
            product += g * n[c];
        }
        float meanSum = sum / (float)columns, meanProduct = product / (float)columns;
        for (size_t c = 0; c < columns; c++)
            dX[r * columns + c] +=
                inverseDeviation[r] * (d[c] * (1.0f + s[c]) - meanSum - n[c] * meanProduct);
    }
}

CLONES void ck_gate(const float *restrict x, const float *restrict gate, size_t stride,
                    const float *restrict branch, float *restrict y, size_t rows,
                    size_t columns) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            y[r * columns + c] = x[r * columns + c] + gate[r * stride + c] * branch[r * columns + c];
}

CLONES void ck_gate_backward(const float *restrict d, const float *restrict gate,
                             const float *restrict branch, float *restrict dGate, size_t stride,
                             float *restrict dBranch, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            dGate[r * stride + c] = branch[r * columns + c] * d[r * columns + c];
            dBranch[r * columns + c] = gate[r * stride + c] * d[r * columns + c];
        }
}
