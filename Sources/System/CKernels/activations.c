#include "CKernels.h"
#include "dialect.h"

CLONES void ck_add_bias(float *restrict y, const float *restrict bias, size_t rows,
                        size_t columns) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) y[r * columns + c] += bias[c];
}

CLONES void ck_column_sums(const float *restrict d, float *restrict sums, size_t rows,
                           size_t columns) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) sums[c] += d[r * columns + c];
}

CLONES void ck_bias_silu(float *restrict z, const float *restrict bias, float *restrict a,
                         size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        float *restrict zr = z + r * columns;
        float *restrict ar = a + r * columns;
        for (size_t c = 0; c < columns; c++) {
            float x = zr[c] + bias[c];
            zr[c] = x;
            ar[c] = x * ck_sigmoid(x);
        }
    }
}

CLONES void ck_bias_silu_backward(const float *restrict z, float *restrict d,
                                  float *restrict dBias, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        const float *restrict zr = z + r * columns;
        float *restrict dr = d + r * columns;
        for (size_t c = 0; c < columns; c++) {
            float s = ck_sigmoid(zr[c]);
            float g = dr[c] * (s * (1.0f + zr[c] * (1.0f - s)));
            dr[c] = g;
            dBias[c] += g;
        }
    }
}

CLONES void ck_add_rows(float *restrict y, const float *restrict table,
                        const ptrdiff_t *restrict index, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        if (index[r] < 0) continue;
        const float *restrict row = table + (size_t)index[r] * columns;
        for (size_t c = 0; c < columns; c++) y[r * columns + c] += row[c];
    }
}

CLONES void ck_add_rows_backward(const float *restrict d, float *restrict dTable,
                                 const ptrdiff_t *restrict index, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        if (index[r] < 0) continue;
        float *restrict row = dTable + (size_t)index[r] * columns;
        for (size_t c = 0; c < columns; c++) row[c] += d[r * columns + c];
    }
}

CLONES void ck_add_scaled(float *restrict y, const float *restrict x, float factor,
                          size_t count) {
    for (size_t i = 0; i < count; i++) y[i] += factor * x[i];
}

CLONES void ck_move_towards(float *restrict y, const float *restrict x, float factor,
                            size_t count) {
    for (size_t i = 0; i < count; i++) y[i] += factor * (x[i] - y[i]);
}
