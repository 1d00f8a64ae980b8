#include "CKernels.h"
#include "dialect.h"

// Sums may be reordered here, so that they run in lanes; the order is fixed when compiling.
#pragma clang fp reassociate(on)

static const float varianceFloor = 1e-5f;

CLONES void ck_rms_norm(const float *restrict x, const float *restrict gain,
                        float *restrict inverse, float *restrict y, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict xr = x + r * columns;
        float *restrict yr = y + r * columns;
        float squares = 0;
        for (size_t c = 0; c < columns; c++) squares += xr[c] * xr[c];
        float i = 1.0f / sqrtf(squares / (float)columns + varianceFloor);
        inverse[r] = i;
        for (size_t c = 0; c < columns; c++) yr[c] = xr[c] * i * (1.0f + gain[c]);
    }
}

CLONES void ck_rms_norm_backward(const float *restrict dY, const float *restrict x,
                                 const float *restrict inverse, const float *restrict gain,
                                 float *restrict dGain, float *restrict dX, size_t rows,
                                 size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict d = dY + r * columns;
        const float *restrict xr = x + r * columns;
        float *restrict out = dX + r * columns;
        float i = inverse[r], product = 0;
        for (size_t c = 0; c < columns; c++) {
            float n = xr[c] * i;
            dGain[c] += d[c] * n;
            product += d[c] * (1.0f + gain[c]) * n;
        }
        float mean = product / (float)columns;
        for (size_t c = 0; c < columns; c++)
            out[c] += i * (d[c] * (1.0f + gain[c]) - xr[c] * i * mean);
    }
}

CLONES void ck_modulated_norm(const float *restrict x, const float *restrict scale,
                              const float *restrict shift, size_t stride, size_t group,
                              float *restrict normal, float *restrict inverseDeviation,
                              float *restrict y, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict xr = x + r * columns;
        const float *restrict a = scale + r / group * stride;
        const float *restrict b = shift + r / group * stride;
        float sum = 0, squares = 0;
        for (size_t c = 0; c < columns; c++) sum += xr[c];
        float mean = sum / (float)columns;
        for (size_t c = 0; c < columns; c++) squares += (xr[c] - mean) * (xr[c] - mean);
        float inverse = 1.0f / sqrtf(squares / (float)columns + varianceFloor);
        inverseDeviation[r] = inverse;
        for (size_t c = 0; c < columns; c++) {
            float n = (xr[c] - mean) * inverse;
            normal[r * columns + c] = n;
            y[r * columns + c] = n * (1.0f + a[c]) + b[c];
        }
    }
}

CLONES void ck_modulated_norm_backward(const float *restrict dY, const float *restrict normal,
                                       const float *restrict inverseDeviation,
                                       const float *restrict scale, float *restrict dScale,
                                       float *restrict dShift, size_t stride, size_t group,
                                       float *restrict dX, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict d = dY + r * columns;
        const float *restrict n = normal + r * columns;
        const float *restrict s = scale + r / group * stride;
        float *restrict ds = dScale + r / group * stride;
        float *restrict db = dShift + r / group * stride;
        float sum = 0, product = 0;
        for (size_t c = 0; c < columns; c++) {
            float g = d[c] * (1.0f + s[c]);
            sum += g;
            product += g * n[c];
        }
        if (r % group == 0)
            for (size_t c = 0; c < columns; c++) {
                ds[c] = d[c] * n[c];
                db[c] = d[c];
            }
        else
            for (size_t c = 0; c < columns; c++) {
                ds[c] += d[c] * n[c];
                db[c] += d[c];
            }
        float meanSum = sum / (float)columns, meanProduct = product / (float)columns;
        for (size_t c = 0; c < columns; c++)
            dX[r * columns + c] +=
                inverseDeviation[r] * (d[c] * (1.0f + s[c]) - meanSum - n[c] * meanProduct);
    }
}

CLONES void ck_gate(float *restrict x, const float *restrict gate, size_t stride, size_t group,
                    const float *restrict branch, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict g = gate + r / group * stride;
        for (size_t c = 0; c < columns; c++) x[r * columns + c] += g[c] * branch[r * columns + c];
    }
}

CLONES void ck_gate_backward(const float *restrict d, const float *restrict gate,
                             const float *restrict branch, float *restrict dGate, size_t stride,
                             size_t group, float *restrict dBranch, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict g = gate + r / group * stride;
        float *restrict dg = dGate + r / group * stride;
        const float *restrict dr = d + r * columns;
        const float *restrict br = branch + r * columns;
        if (r % group == 0)
            for (size_t c = 0; c < columns; c++) dg[c] = 0;
        for (size_t c = 0; c < columns; c++) {
            dg[c] += br[c] * dr[c];
            dBranch[r * columns + c] = g[c] * dr[c];
        }
    }
}
