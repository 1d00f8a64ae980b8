#include "CKernels.h"
#include "products.h"

// Scores and weights are kept turned, a row a key and a column a query: then only queries must be
// turned, of which the expert has few, and softmax runs over many queries at once.

/// Rows of `x` as columns of `y`, and zeros up to `padded` columns.
INLINE void turn(const float *x, size_t stride, size_t rows, size_t columns, float *y,
                 size_t padded) {
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < rows; r++) y[c * padded + r] = x[r * stride + c];
        for (size_t r = rows; r < padded; r++) y[c * padded + r] = 0;
    }
}

typedef int32_t whole_lanes __attribute__((vector_size(64), aligned(4), may_alias));

/// `then` where the mask is set, `other` elsewhere.
#define CHOOSE(mask, then, other) \
    ((lanes)(((mask) & (whole_lanes)(then)) | (~(mask) & (whole_lanes)(other))))

/// ck_exp of 16 numbers of 0 and below. By reference: vectors in arguments have no stable ABI.
INLINE void exp_lanes(lanes *number) {
    lanes x = *number;
    lanes least = (lanes){0} - 87.0f;
    x = CHOOSE(x < least, least, x);  // NaN stays NaN
    lanes shifted = x * 1.44269504f + 12582912.0f;
    lanes n = shifted - 12582912.0f;
    lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    lanes p = (lanes){0} + 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    whole_lanes power = (__builtin_convertvector(n, whole_lanes) + 127) << 23;
    *number = p * (lanes)power;
}

/// Softmax over the keys that each of 16 queries sees; 0 for all others. Rows are keys.
INLINE void masked_softmax(float *restrict scores, size_t stride, size_t keys,
                           const uint8_t *restrict valid, const int32_t *restrict limits,
                           float scale) {
    const lanes nothing = (lanes){0} - 3.0e38f;
    const whole_lanes limit = *(const whole_lanes *)limits;
    lanes most = nothing, sum = {0};
    for (size_t k = 0; k < keys; k++) {
        lanes *row = (lanes *)(scores + k * stride);
        whole_lanes seen = ((whole_lanes){0} + (valid[k] ? (int32_t)k : INT32_MAX)) < limit;
        lanes score = CHOOSE(seen, *row * scale, nothing);
        *row = score;
        most = CHOOSE(score > most, score, most);
    }
    for (size_t k = 0; k < keys; k++) {
        lanes *row = (lanes *)(scores + k * stride);
        lanes e = *row - most;
        exp_lanes(&e);
        whole_lanes seen = ((whole_lanes){0} + (valid[k] ? (int32_t)k : INT32_MAX)) < limit;
        e = CHOOSE(seen, e, (lanes){0});
        *row = e;
        sum += e;
    }
    lanes inverse = 1.0f / sum;
    for (size_t k = 0; k < keys; k++) *(lanes *)(scores + k * stride) *= inverse;
}

/// dP, which becomes the scores' gradient: P (dP - sum of P dP) scale. Rows are keys.
INLINE void softmax_backward(const float *restrict p, float *restrict d, size_t stride,
                             size_t keys, float scale) {
    lanes dot = {0};
    for (size_t k = 0; k < keys; k++)
        dot += *(const lanes *)(p + k * stride) * *(const lanes *)(d + k * stride);
    for (size_t k = 0; k < keys; k++) {
        lanes *row = (lanes *)(d + k * stride);
        *row = *(const lanes *)(p + k * stride) * (*row - dot) * scale;
    }
}

INLINE size_t padded_queries(const struct ck_attention_shape *o) {
    return (o->queryCount + LANES - 1) / LANES * LANES;
}

CLONES void ck_attention(const struct ck_attention_shape *o, const float *restrict queries,
                         float *restrict weights, float *restrict out, size_t outStride,
                         float *restrict scratch) {
    size_t width = o->headWidth, padded = padded_queries(o);
    size_t keyCount = o->keys[0].count + o->keys[1].count;
    for (size_t s = 0; s < o->samples; s++)
        for (size_t h = 0; h < o->heads; h++) {
            float *p = weights + (s * o->heads + h) * keyCount * padded;
            float *y = out + s * o->queryCount * outStride + h * width;
            turn(queries + s * o->queryCount * o->queryStride + h * width, o->queryStride,
                 o->queryCount, width, scratch, padded);
            size_t at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                product(k->keys + s * k->rows * k->stride + h * width, k->stride, 1, scratch,
                        padded, p + at * padded, padded, k->count, width, padded, 0);
                at += k->count;
            }
            for (size_t q = 0; q < padded; q += LANES)
                masked_softmax(p + q, padded, keyCount, o->valid + s * keyCount, o->limits + q,
                               o->scale);
            at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                if (k->count == 0) continue;
                product(p + at * padded, 1, padded,
                        k->values + s * k->rows * k->stride + h * width, k->stride, y, outStride,
                        o->queryCount, k->count, width, at > 0);
                at += k->count;
            }
        }
}

CLONES void ck_attention_backward(const struct ck_attention_shape *o,
                                  const float *restrict queries, const float *restrict weights,
                                  const float *restrict dOut, size_t outStride,
                                  float *restrict dQueries, size_t dQueryStride,
                                  float *restrict scratch) {
    size_t width = o->headWidth, padded = padded_queries(o);
    size_t keyCount = o->keys[0].count + o->keys[1].count;
    float *turned = scratch, *dScores = scratch + width * padded;
    for (size_t s = 0; s < o->samples; s++)
        for (size_t h = 0; h < o->heads; h++) {
            const float *q = queries + s * o->queryCount * o->queryStride + h * width;
            const float *p = weights + (s * o->heads + h) * keyCount * padded;
            const float *dY = dOut + s * o->queryCount * outStride + h * width;
            float *dQ = dQueries + s * o->queryCount * dQueryStride + h * width;
            turn(dY, outStride, o->queryCount, width, turned, padded);
            size_t at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                product(k->values + s * k->rows * k->stride + h * width, k->stride, 1, turned,
                        padded, dScores + at * padded, padded, k->count, width, padded, 0);
                at += k->count;
            }
            for (size_t c = 0; c < padded; c += LANES)
                softmax_backward(p + c, dScores + c, padded, keyCount, o->scale);
            at = 0;
            for (int part = 0; part < 2; part++) {
                const struct ck_keys *k = &o->keys[part];
                if (k->count == 0) continue;
                size_t place = s * k->rows * k->stride + h * width;
                product(dScores + at * padded, 1, padded, k->keys + place, k->stride, dQ,
                        dQueryStride, o->queryCount, k->count, width, at > 0);
                if (k->dKeys) {
                    size_t dPlace = s * k->rows * k->dStride + h * width;
                    product(dScores + at * padded, padded, 1, q, o->queryStride,
                            k->dKeys + dPlace, k->dStride, k->count, o->queryCount, width, 1);
                    product(p + at * padded, padded, 1, dY, outStride, k->dValues + dPlace,
                            k->dStride, k->count, o->queryCount, width, 1);
                }
                at += k->count;
            }
        }
}
