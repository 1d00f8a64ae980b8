#include "CKernels.h"
#include "dialect.h"

#pragma clang fp reassociate(on)

CLONES void ck_flow_point(const float *restrict action, const float *restrict noise,
                          const float *restrict times, float *restrict x, float *restrict target,
                          size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        float t = times[r];
        for (size_t c = 0; c < columns; c++) {
            size_t i = r * columns + c;
            x[i] = (1.0f - t) * noise[i] + t * action[i];
            target[i] = action[i] - noise[i];
        }
    }
}

CLONES double ck_flow_loss(const float *restrict v, const float *restrict target,
                           const float *restrict weight, float factor, float *restrict dV,
                           size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        float difference = v[i] - target[i];
        float weighted = weight[i] * difference;
        sum += (double)(weighted * difference);
        dV[i] = 2.0f * factor * weighted;
    }
    return sum;
}

CLONES void ck_softmax(float *restrict logits, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        float *restrict row = logits + r * columns;
        float most = row[0], sum = 0;
        for (size_t c = 1; c < columns; c++) most = row[c] > most ? row[c] : most;
        for (size_t c = 0; c < columns; c++) {
            row[c] = ck_exp(row[c] - most);
            sum += row[c];
        }
        float inverse = 1.0f / sum;
        for (size_t c = 0; c < columns; c++) row[c] *= inverse;
    }
}

CLONES double ck_token_loss(float *restrict logits, const ptrdiff_t *restrict target,
                            const float *restrict weight, float factor, size_t rows,
                            size_t columns) {
    double loss = 0;
    for (size_t r = 0; r < rows; r++) {
        float *restrict row = logits + r * columns;
        if (target[r] < 0 || weight[r] == 0) {
            for (size_t c = 0; c < columns; c++) row[c] = 0;
            continue;
        }
        float most = row[0], sum = 0, wanted = row[target[r]];
        for (size_t c = 1; c < columns; c++) most = row[c] > most ? row[c] : most;
        for (size_t c = 0; c < columns; c++) {
            row[c] = ck_exp(row[c] - most);
            sum += row[c];
        }
        loss += (double)weight[r] * ((double)logf(sum) + (double)most - (double)wanted);
        float step = factor * weight[r], inverse = step / sum;
        for (size_t c = 0; c < columns; c++) row[c] *= inverse;
        row[target[r]] -= step;
    }
    return loss;
}

CLONES double ck_two_hot_loss(float *restrict logits, const ptrdiff_t *restrict lower,
                              const float *restrict share, const float *restrict weight,
                              float factor, size_t rows, size_t columns) {
    double loss = 0;
    for (size_t r = 0; r < rows; r++) {
        float *restrict row = logits + r * columns;
        size_t bin = (size_t)lower[r];
        float most = row[0], sum = 0;
        for (size_t c = 1; c < columns; c++) most = row[c] > most ? row[c] : most;
        float wanted = (1.0f - share[r]) * row[bin] + share[r] * row[bin + 1];
        for (size_t c = 0; c < columns; c++) {
            row[c] = ck_exp(row[c] - most);
            sum += row[c];
        }
        loss += (double)weight[r] * ((double)logf(sum) + (double)most - (double)wanted);
        float step = factor * weight[r], inverse = step / sum;
        for (size_t c = 0; c < columns; c++) row[c] *= inverse;
        row[bin] -= step * (1.0f - share[r]);
        row[bin + 1] -= step * share[r];
    }
    return loss;
}
