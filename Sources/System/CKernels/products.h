#pragma once
#include "dialect.h"

// Small products (tens of rows), where BLAS spends its time on packing: a tile of 6 x 16 floats stays
// in registers instead.

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
enum { LANES = 16, TILE = 6 };

// Whether the next tile's part of B is worth fetching: where B is far away. Set before including.
#ifndef FETCHES
#define FETCHES 0
#endif

/// One tile: rows x 16 of C (+)= A B; A's element (i, p) is a[i * ai + p * ap].
#define TILE_OF(ROWS)                                                                            \
    INLINE void tile_##ROWS(const float *a, size_t ai, size_t ap, const float *b, size_t bp,     \
                            float *c, size_t ci, size_t inner, int adds) {                       \
        lanes sum[ROWS];                                                                         \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sum[r] =               \
            adds ? *(const lanes *)(c + (size_t)r * ci) : (lanes){0};                            \
        for (size_t p = 0; p < inner; p++) {                                                     \
            lanes row = *(const lanes *)(b + p * bp);                                            \
            if (FETCHES) __builtin_prefetch(b + p * bp + LANES);                                 \
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
    // Tiles are as even as they can be: one of a row or two would wait for its own sums.
    size_t tiles = (rows + TILE - 1) / TILE;
    for (size_t j = 0; j < columns; j += LANES) {
        size_t i = 0;
        for (size_t t = 0; t < tiles; t++) {
            size_t count = (rows - i) / (tiles - t);
            const float *from = a + i * ai;
            float *to = c + i * ci + j;
            switch (count) {
                case 1: tile_1(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
                case 2: tile_2(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
                case 3: tile_3(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
                case 4: tile_4(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
                case 5: tile_5(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
                default: tile_6(from, ai, ap, b + j, bp, to, ci, inner, adds); break;
            }
            i += count;
        }
    }
}
