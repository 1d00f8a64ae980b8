#pragma once
#include <stddef.h>
#include <stdint.h>
// Loops over floats that BLAS lacks. Matrices are row-major; `stride` is the distance between the
// starts of two rows. Nothing here allocates, keeps state, or checks: Tensors does the checking.

// activations.c
/// y[r,c] += bias[c].
void ck_add_bias(float *y, const float *bias, size_t rows, size_t columns);
/// sums[c] += sum over rows of d[r,c].
void ck_column_sums(const float *d, float *sums, size_t rows, size_t columns);
/// z[r,c] += bias[c]; a = z * sigmoid(z).
void ck_bias_silu(float *z, const float *bias, float *a, size_t rows, size_t columns);
/// d *= derivative at z, in place; dBias[c] += column sums of d.
void ck_bias_silu_backward(const float *z, float *d, float *dBias, size_t rows, size_t columns);
/// y[r,:] += table[index[r],:] where index[r] is not negative.
void ck_add_rows(float *y, const float *table, const ptrdiff_t *index, size_t rows, size_t columns);
/// dTable[index[r],:] += d[r,:] where index[r] is not negative.
void ck_add_rows_backward(const float *d, float *dTable, const ptrdiff_t *index, size_t rows,
                          size_t columns);
/// y += factor * x.
void ck_add_scaled(float *y, const float *x, float factor, size_t count);
/// y = y + factor * (x - y).
void ck_move_towards(float *y, const float *x, float factor, size_t count);

// products.c
/// C = A B, or C += A B; for few rows, where it is faster than BLAS. Columns are a multiple of 16.
void ck_small_product(const float *a, size_t aStride, const float *b, size_t bStride, float *c,
                      size_t cStride, size_t rows, size_t inner, size_t columns, int adds);

// normalisation.c
/// y = x / sqrt(mean of squares + 1e-5) * (1 + gain) by row.
void ck_rms_norm(const float *x, const float *gain, float *inverse, float *y, size_t rows,
                 size_t columns);
/// dX += the gradient through the norm; dGain += its own.
void ck_rms_norm_backward(const float *dY, const float *x, const float *inverse,
                          const float *gain, float *dGain, float *dX, size_t rows,
                          size_t columns);
/// normal = (x - mean) / deviation by row; y = normal * (1 + scale) + shift. `group` rows that
/// follow each other share a row of scale and shift.
void ck_modulated_norm(const float *x, const float *scale, const float *shift, size_t stride,
                       size_t group, float *normal, float *inverseDeviation, float *y,
                       size_t rows, size_t columns);
/// dX += the gradient through the norm; dScale and dShift are overwritten.
void ck_modulated_norm_backward(const float *dY, const float *normal,
                                const float *inverseDeviation, const float *scale, float *dScale,
                                float *dShift, size_t stride, size_t group, float *dX,
                                size_t rows, size_t columns);
/// x += gate * branch.
void ck_gate(float *x, const float *gate, size_t stride, size_t group, const float *branch,
             size_t rows, size_t columns);
/// dBranch = gate * d; dGate, overwritten, = sum over the group of branch * d.
void ck_gate_backward(const float *d, const float *gate, const float *branch, float *dGate,
                      size_t stride, size_t group, float *dBranch, size_t rows, size_t columns);

// attention.c
/// Keys and values of each sample: `count` of its `rows` rows, `stride` floats apart, heads side by
/// side. Gradients are added; dKeys may be null where they are not wanted.
struct ck_keys {
    const float *keys, *values;
    float *dKeys, *dValues;
    size_t count, rows, stride, dStride;
};
/// Attention of `queryCount` queries a sample to one or two sets of keys, seen one after the other.
/// Query i sees the keys before limits[i] whose `valid` (samples x keys) is not 0: one at least.
/// Limits are padded to 16 queries with the number of keys.
struct ck_attention_shape {
    size_t samples, heads, headWidth, queryCount, queryStride;
    struct ck_keys keys[2];
    const int32_t *limits;
    const uint8_t *valid;
    float scale;
};
/// `weights` (samples x heads x keys x queries padded to 16) are kept for the way back. `scratch`
/// has headWidth x padded floats.
void ck_attention(const struct ck_attention_shape *options, const float *queries, float *weights,
                  float *out, size_t outStride, float *scratch);
/// dQueries are overwritten. `scratch` has (headWidth + keys) x padded floats.
void ck_attention_backward(const struct ck_attention_shape *options, const float *queries,
                           const float *weights, const float *dOut, size_t outStride,
                           float *dQueries, size_t dQueryStride, float *scratch);

// losses.c
/// x = (1 - time) noise + time action; target = action - noise; times by row.
void ck_flow_point(const float *action, const float *noise, const float *times, float *x,
                   float *target, size_t rows, size_t columns);
/// Returns sum of weight * (v - target)^2; dV = 2 factor weight (v - target).
double ck_flow_loss(const float *v, const float *target, const float *weight, float factor,
                    float *dV, size_t count);
/// Softmax of each row, in place.
void ck_softmax(float *logits, size_t rows, size_t columns);
/// Cross-entropy to the token target[r], none where it is negative. Returns the sum of weight *
/// entropy; logits become factor * weight * (probability - target).
double ck_token_loss(float *logits, const ptrdiff_t *target, const float *weight, float factor,
                     size_t rows, size_t columns);
/// Cross-entropy to (1 - share) at lower[r] and share at lower[r] + 1. Returns the sum of
/// weight * entropy; logits become factor * weight * (probability - target).
double ck_two_hot_loss(float *logits, const ptrdiff_t *lower, const float *share,
                       const float *weight, float factor, size_t rows, size_t columns);

// encodings.c
/// What a state's features are made of: `pair` has an embodiment's scale of the difference of each
/// pair of columns, (1, 0), (2, 0), (2, 1), ..., and `gain` the gains that each is taken at.
typedef struct {
    const float *centre, *scale, *pair, *gain;
    size_t history, columns, octaves, gains;
} ck_state_features;
/// Features of states: now | changes, newest first | sine and cosine of each octave | differences of
/// pairs of columns at each gain. A column of scale 0 gives zeros whatever it holds.
void ck_encode_states(const float *states, const ptrdiff_t *embodiment,
                      const ck_state_features *what, float *features, size_t rows);
/// Sines, then cosines, of time * frequency.
void ck_encode_times(const float *times, const float *frequencies, float *features, size_t rows,
                     size_t count);

// optimiser.c
/// sum[i] = sum over parts of parts[p][i], in order. Returns the sum of squares.
double ck_sum_parts(const float *const *parts, size_t partCount, float *sum, size_t count);
struct ck_adamw {
    float rate, beta1, beta2, epsilon, correction1, correction2, decay, gradientFactor, average;
};
/// One AdamW step of `count` parameters, and of their moving average.
void ck_adamw_step(const struct ck_adamw *options, const float *gradient, float *parameter,
                   float *first, float *second, float *average, size_t count);

// random.c
/// Four words by Philox4x32-10 of the counter under the key.
void ck_philox(uint64_t key, uint64_t counterLow, uint64_t counterHigh, uint32_t words[4]);
/// Standard normal numbers by Box and Muller; counterLow counts groups of four.
void ck_normals(uint64_t key, uint64_t counterHigh, float *numbers, size_t count);

// pictures.c: pixels are red, green, blue side by side, levels 0 to 255.
/// y[i] = sum over t of weights[t] * rows[t * stride + i].
void ck_blend_rows(const uint8_t *rows, size_t stride, const float *weights, size_t taps, float *y,
                   size_t count);
/// Pixel x of y is the sum over t of weights[x * taps + t] * pixel first[x] + t of the row.
void ck_resize_row(const float *row, const ptrdiff_t *first, const float *weights, size_t taps,
                   float *y, size_t width);
/// Brightness, then contrast about the picture's mean grey, then saturation about each pixel's.
void ck_jitter_colours(float *pixels, size_t count, float brightness, float contrast,
                       float saturation);
/// side x side pixels into patches of patch x patch pixels, row by row, scaled to [-1, 1].
void ck_patches(const float *pixels, size_t side, size_t patch, float *patches);
void ck_swap_red_blue(uint8_t *pixels, size_t count);

// processor.c
/// The widest vectors that this processor has: "avx512" (F, DQ, BW, VL and CD), "avx2" (and FMA), or "".
const char *ck_vector_instructions(void);
