#include "CKernels.h"
#include "dialect.h"

// Products inside attention are small (tens of rows), where BLAS spends its time on packing: a tile
// of 6 x 16 floats stays in registers instead. Head widths and padded key counts are multiples of 16.

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
enum { LANES = 16, TILE = 6 };

/// One tile: rows x 16 of C (+)= A B; A's element (i, p) is a[i * ai + p * ap].
#define TILE_OF(ROWS)                                                                            \
    INLINE void tile_##ROWS(const float *a, size_t ai, size_t ap, const float *b, size_t bp,     \
                            float *c, size_t ci, size_t inner, int adds) {                       \
        lanes sum[ROWS];                                                                         \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sum[r] =               \
            adds ? *(const lanes *)(c + (size_t)r * ci) : (lanes){0};                            \
        for (size_t p = 0; p < inner; p++) {                                                     \
            lanes row = *(const lanes *)(b + p * bp);                                            \
            _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sum[r] +=          \
                a[(size_t)r * ai + p * ap] * row;                                                \
        }                                                                                        \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++)                        \
            *(lanes *)(c + (size_t)r * ci) = sum[r];                                             \
    }
TILE_OF(1)
TILE_OF(2)
TILE_OF(3)
TILE_OF(4)
TILE_OF(5)
TILE_OF(6)

/// C (+)= A B, rows x inner times inner x columns; columns are a multiple of 16.
INLINE void product(const float *a, size_t ai, size_t ap, const float *b, size_t bp, float *c,
                    size_t ci, size_t rows, size_t inner, size_t columns, int adds) {
    for (size_t j = 0; j < columns; j += LANES) {
        size_t i = 0;
        for (; i + TILE <= rows; i += TILE)
            tile_6(a + i * ai, ai, ap, b + j, bp, c + i * ci + j, ci, inner, adds);
        const float *last = a + i * ai;
        float *out = c + i * ci + j;
        switch (rows - i) {
            case 1: tile_1(last, ai, ap, b + j, bp, out, ci, inner, adds); break;
            case 2: tile_2(last, ai, ap, b + j, bp, out, ci, inner, adds); break;
            case 3: tile_3(last, ai, ap, b + j, bp, out, ci, inner, adds); break;
            case 4: tile_4(last, ai, ap, b + j, bp, out, ci, inner, adds); break;
            case 5: tile_5(last, ai, ap, b + j, bp, out, ci, inner, adds); break;
            default: break;
        }
    }
}

/// Rows of `x` as columns of `y` from `at` on.
INLINE void transpose(const float *x, size_t stride, size_t rows, size_t columns, float *y,
                      size_t yStride, size_t at) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) y[c * yStride + at + r] = x[r * stride + c];
}

INLINE void zero_columns(float *y, size_t stride, size_t rows, size_t from, size_t to) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = from; c < to; c++) y[r * stride + c] = 0;
}

/// Softmax of the scaled scores of the keys that the query sees; 0 for all others.
INLINE void masked_softmax(float *restrict row, const uint8_t *restrict valid, size_t limit,
                           size_t padded, float scale) {
    float most = -3.0e38f, sum = 0;
    for (size_t k = 0; k < limit; k++) {
        float score = valid[k] ? row[k] * scale : -3.0e38f;
        row[k] = score;
        most = score > most ? score : most;
    }
    {
#pragma clang fp reassociate(on)
        for (size_t k = 0; k < limit; k++) {
            float e = valid[k] ? ck_exp(row[k] - most) : 0.0f;
            row[k] = e;
            sum += e;
        }
    }
    float inverse = 1.0f / sum;
    for (size_t k = 0; k < limit; k++) row[k] *= inverse;
    for (size_t k = limit; k < padded; k++) row[k] = 0;
}

INLINE size_t padded_keys(const struct ck_attention_shape *o) {
    return (o->keys[0].count + o->keys[1].count + LANES - 1) / LANES * LANES;
}

CLONES void ck_attention(const struct ck_attention_shape *o, const float *restrict queries,
                         float *restrict weights, float *restrict out, size_t outStride,
                         float *restrict scratch) {
    size_t width = o->headWidth, padded = padded_keys(o);
    size_t keyCount = o->keys[0].count + o->keys[1].count;
    for (size_t s = 0; s < o->samples; s++)
        for (size_t h = 0; h < o->heads; h++) {
            const float *q = queries + s * o->queryCount * o->queryStride + h * width;
            float *p = weights + (s * o->heads + h) * o->queryCount * padded;
            float *y = out + s * o->queryCount * outStride + h * width;
            size_t at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                transpose(k->keys + s * k->rows * k->stride + h * width, k->stride, k->count, width,
                          scratch, padded, at);
                at += k->count;
            }
            zero_columns(scratch, padded, width, keyCount, padded);
            product(q, o->queryStride, 1, scratch, padded, p, padded, o->queryCount, width, padded,
                    0);
            for (size_t i = 0; i < o->queryCount; i++)
                masked_softmax(p + i * padded, o->valid + s * keyCount, o->limits[i], padded,
                               o->scale);
            at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                if (k->count == 0) continue;
                product(p + at, padded, 1, k->values + s * k->rows * k->stride + h * width,
                        k->stride, y, outStride, o->queryCount, k->count, width, at > 0);
                at += k->count;
            }
        }
}

/// dP, which becomes the scores' gradient: P (dP - sum of P dP) scale.
INLINE void softmax_backward(const float *restrict p, float *restrict d, size_t padded,
                             float scale) {
    float dot = 0;
    {
#pragma clang fp reassociate(on)
        for (size_t k = 0; k < padded; k++) dot += p[k] * d[k];
    }
    for (size_t k = 0; k < padded; k++) d[k] = p[k] * (d[k] - dot) * scale;
}

CLONES void ck_attention_backward(const struct ck_attention_shape *o, const float *restrict queries,
                                  const float *restrict weights, const float *restrict dOut,
                                  size_t outStride, float *restrict dQueries, size_t dQueryStride,
                                  float *restrict scratch) {
    size_t width = o->headWidth, padded = padded_keys(o);
    size_t keyCount = o->keys[0].count + o->keys[1].count;
    float *turned = scratch, *dScores = scratch + width * padded;
    for (size_t s = 0; s < o->samples; s++)
        for (size_t h = 0; h < o->heads; h++) {
            const float *q = queries + s * o->queryCount * o->queryStride + h * width;
            const float *p = weights + (s * o->heads + h) * o->queryCount * padded;
            const float *dY = dOut + s * o->queryCount * outStride + h * width;
            float *dQ = dQueries + s * o->queryCount * dQueryStride + h * width;
            size_t at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                transpose(k->values + s * k->rows * k->stride + h * width, k->stride, k->count,
                          width, turned, padded, at);
                at += k->count;
            }
            zero_columns(turned, padded, width, keyCount, padded);
            product(dY, outStride, 1, turned, padded, dScores, padded, o->queryCount, width, padded,
                    0);
            for (size_t i = 0; i < o->queryCount; i++)
                softmax_backward(p + i * padded, dScores + i * padded, padded, o->scale);
            at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                if (k->count == 0) continue;
                size_t place = s * k->rows * k->stride + h * width;
                product(dScores + at, padded, 1, k->keys + place, k->stride, dQ, dQueryStride,
                        o->queryCount, k->count, width, at > 0);
                if (k->dKeys) {
                    size_t dPlace = s * k->rows * k->dStride + h * width;
                    product(dScores + at, 1, padded, q, o->queryStride, k->dKeys + dPlace,
                            k->dStride, k->count, o->queryCount, width, 1);
                    product(p + at, 1, padded, dY, outStride, k->dValues + dPlace, k->dStride,
                            k->count, o->queryCount, width, 1);
                }
                at += k->count;
            }
        }
}
