#include "CKernels.h"
#include "dialect.h"

/// Normalised states are kept in a sane range: an outlier must not outweigh a batch.
static const float stateLimit = 5.0f;
/// Changes from step to step are small against the range of a state.
static const float changeGain = 10.0f;
/// A difference further than this is far, however far.
static const float pairLimit = 3.0f;
/// Beyond this the waves stand still, so that outliers do not alias.
static const float waveLimit = 1.5f;

INLINE float clamp(float x, float limit) {
    return x < -limit ? -limit : (x > limit ? limit : x);  // NaN stays NaN
}

INLINE float normal(float x, float centre, float scale) {
    return scale != 0.0f ? clamp((x - centre) * scale, stateLimit) : 0.0f;
}

static void encode_waves(const float *restrict now, const float *restrict scale,
                         float *restrict out, size_t columns, size_t octaves) {
    for (size_t c = 0; c < columns; c++) {
        if (scale[c] == 0.0f) {
            for (size_t k = 0; k < 2 * octaves; k++) out[k * columns + c] = 0.0f;
            continue;
        }
        float angle = clamp(now[c], waveLimit) * 1.57079633f;
        float sine = sinf(angle), cosine = cosf(angle);
        for (size_t k = 0; k < octaves; k++) {
            out[(2 * k) * columns + c] = sine;
            out[(2 * k + 1) * columns + c] = cosine;
            float doubled = 2.0f * sine * cosine;  // sin 2a, and cos 2a below
            cosine = 1.0f - 2.0f * sine * sine;
            sine = doubled;
        }
    }
}

/// Where one thing is to another, at each gain: a robot acts on differences of what it measures, and
/// the small ones are what the last centimetre is made of.
static void encode_pairs(const float *restrict state, const float *restrict pair,
                         const ck_state_features *what, float *restrict out) {
    size_t columns = what->columns, count = columns * (columns - 1) / 2;
    for (size_t g = 0; g < what->gains; g++) {
        float gain = what->gain[g];
        size_t place = 0;
        for (size_t i = 1; i < columns; i++)
            for (size_t j = 0; j < i; j++, place++)
                out[g * count + place] =
                    pair[place] != 0.0f
                        ? clamp((state[i] - state[j]) * pair[place] * gain, pairLimit)
                        : 0.0f;
    }
}

void ck_encode_states(const float *restrict states, const ptrdiff_t *restrict embodiment,
                      const ck_state_features *what, float *restrict features, size_t rows) {
    size_t history = what->history, columns = what->columns, octaves = what->octaves;
    size_t pairs = columns * (columns - 1) / 2;
    size_t width = columns * (history + 2 * octaves) + pairs * what->gains;
    for (size_t r = 0; r < rows; r++) {
        const float *restrict newest = states + (r * history + history - 1) * columns;
        const float *restrict m = what->centre + (size_t)embodiment[r] * columns;
        const float *restrict s = what->scale + (size_t)embodiment[r] * columns;
        float *restrict out = features + r * width;
        for (size_t c = 0; c < columns; c++) out[c] = normal(newest[c], m[c], s[c]);
        for (size_t k = 1; k < history; k++) {
            const float *restrict later = newest - (k - 1) * columns;
            const float *restrict earlier = newest - k * columns;
            for (size_t c = 0; c < columns; c++)
                out[k * columns + c] =
                    s[c] != 0.0f
                        ? clamp((later[c] - earlier[c]) * s[c] * changeGain, stateLimit)
                        : 0.0f;
        }
        encode_waves(out, s, out + history * columns, columns, octaves);
        encode_pairs(newest, what->pair + (size_t)embodiment[r] * pairs, what,
                     out + (history + 2 * octaves) * columns);
    }
}

void ck_encode_times(const float *restrict times, const float *restrict frequencies,
                     float *restrict features, size_t rows, size_t count) {
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < count; k++) {
            float angle = times[r] * frequencies[k];
            features[r * 2 * count + k] = sinf(angle);
            features[r * 2 * count + count + k] = cosf(angle);
        }
}
