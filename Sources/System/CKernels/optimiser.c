#include "CKernels.h"
#include "dialect.h"

#pragma clang fp reassociate(on)

CLONES double ck_sum_parts(const float *const *parts, size_t partCount, float *restrict sum,
                           size_t count) {
    double squares = 0;
    const size_t stretch = 1024;  // stays in the nearest cache between the loops
    for (size_t start = 0; start < count; start += stretch) {
        size_t end = start + stretch < count ? start + stretch : count;
        for (size_t i = start; i < end; i++) sum[i] = parts[0][i];
        for (size_t p = 1; p < partCount; p++) {
            const float *part = parts[p];
            for (size_t i = start; i < end; i++) sum[i] += part[i];
        }
        float local = 0;
        for (size_t i = start; i < end; i++) local += sum[i] * sum[i];
        squares += (double)local;
    }
    return squares;
}

CLONES void ck_adamw_step(const struct ck_adamw *options, const float *restrict gradient,
                          float *restrict parameter, float *restrict first,
                          float *restrict second, float *restrict average, size_t count) {
    const struct ck_adamw o = *options;
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] * o.gradientFactor;
        float m = o.beta1 * first[i] + (1.0f - o.beta1) * g;
        float v = o.beta2 * second[i] + (1.0f - o.beta2) * g * g;
        first[i] = m;
        second[i] = v;
        float step = (m * o.correction1) / (sqrtf(v * o.correction2) + o.epsilon);
        float p = parameter[i] - o.rate * (step + o.decay * parameter[i]);
        parameter[i] = p;
        average[i] += (1.0f - o.average) * (p - average[i]);
    }
}
