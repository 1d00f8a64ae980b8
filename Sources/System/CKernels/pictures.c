#include "CKernels.h"
#include "dialect.h"

CLONES void ck_blend_rows(const uint8_t *restrict rows, size_t stride,
                          const float *restrict weights, size_t taps, float *restrict y,
                          size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = 0;
    for (size_t t = 0; t < taps; t++) {
        const uint8_t *restrict row = rows + t * stride;
        float weight = weights[t];
        for (size_t i = 0; i < count; i++) y[i] += weight * (float)row[i];
    }
}

CLONES void ck_resize_row(const float *restrict row, const ptrdiff_t *restrict first,
                          const float *restrict weights, size_t taps, float *restrict y,
                          size_t width) {
    for (size_t x = 0; x < width; x++) {
        const float *restrict from = row + 3 * first[x];
        const float *restrict weight = weights + x * taps;
        float red = 0, green = 0, blue = 0;
        for (size_t t = 0; t < taps; t++) {
            red += weight[t] * from[3 * t];
            green += weight[t] * from[3 * t + 1];
            blue += weight[t] * from[3 * t + 2];
        }
        y[3 * x] = red;
        y[3 * x + 1] = green;
        y[3 * x + 2] = blue;
    }
}

INLINE float clamped(float level) {
    level = level < 0 ? 0 : level;
    return level > 255 ? 255 : level;
}

INLINE float grey(const float *pixel) {
    return 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
}

CLONES void ck_jitter_colours(float *pixels, size_t count, float brightness, float contrast,
                              float saturation) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++)
            pixels[3 * i + c] = clamped(brightness * pixels[3 * i + c]);
        sum += grey(pixels + 3 * i);
    }
    float mean = count == 0 ? 0 : (float)(sum / (double)count);
    for (size_t i = 0; i < count; i++) {
        float *pixel = pixels + 3 * i;
        for (size_t c = 0; c < 3; c++)
            pixel[c] = clamped(mean + contrast * (pixel[c] - mean));
        float level = grey(pixel);
        for (size_t c = 0; c < 3; c++)
            pixel[c] = clamped(level + saturation * (pixel[c] - level));
    }
}

CLONES void ck_patches(const float *restrict pixels, size_t side, size_t patch,
                       float *restrict patches) {
    size_t across = side / patch;
    for (size_t y = 0; y < across * patch; y++)
        for (size_t column = 0; column < across; column++) {
            const float *restrict from = pixels + 3 * (y * side + column * patch);
            size_t index = (y / patch) * across + column;
            float *restrict to = patches + 3 * patch * (index * patch + y % patch);
            for (size_t i = 0; i < 3 * patch; i++)
                to[i] = clamped(from[i]) / 127.5f - 1.0f;
        }
}

void ck_swap_red_blue(uint8_t *pixels, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t red = pixels[3 * i];
        pixels[3 * i] = pixels[3 * i + 2];
        pixels[3 * i + 2] = red;
    }
}
