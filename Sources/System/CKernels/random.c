#include "CKernels.h"
#include "dialect.h"

// Philox4x32-10: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
void ck_philox(uint64_t key, uint64_t counterLow, uint64_t counterHigh, uint32_t words[4]) {
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    uint32_t a = (uint32_t)counterLow, b = (uint32_t)(counterLow >> 32);
    uint32_t c = (uint32_t)counterHigh, d = (uint32_t)(counterHigh >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p = (uint64_t)0xD2511F53u * a, q = (uint64_t)0xCD9E8D57u * c;
        uint32_t newA = (uint32_t)(q >> 32) ^ b ^ k0, newC = (uint32_t)(p >> 32) ^ d ^ k1;
        b = (uint32_t)q;
        d = (uint32_t)p;
        a = newA;
        c = newC;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
}

/// In (0, 1], so that its logarithm is finite.
INLINE float unit(uint32_t word) { return ((float)(word >> 8) + 1.0f) * 0x1p-24f; }

void ck_normals(uint64_t key, uint64_t counterHigh, float *restrict numbers, size_t count) {
    for (size_t i = 0; i < count; i += 4) {
        uint32_t words[4];
        ck_philox(key, i / 4, counterHigh, words);
        float four[4];
        for (int pair = 0; pair < 2; pair++) {
            float radius = sqrtf(-2.0f * logf(unit(words[2 * pair])));
            float angle = 6.28318531f * unit(words[2 * pair + 1]);
            four[2 * pair] = radius * cosf(angle);
            four[2 * pair + 1] = radius * sinf(angle);
        }
        for (size_t j = i; j < count && j < i + 4; j++) numbers[j] = four[j - i];
    }
}
