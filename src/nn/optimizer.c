/* optimizer.c: Adam (Kingma & Ba 2015) in the form of PyTorch. */
#include <math.h>
#include <stdlib.h>

#include "kernels.h"
#include "tcsweep/bytes.h"
#include "tcsweep/optimize.h"

const char *const tcs_optimizer_names[] = {"adam", NULL};

struct tcs_optimizer {
    tcs_optimizer_spec spec;
    uint64_t n_steps;
    tcs_real *first, *second; /* moments */
};

tcs_status tcs_optimizer_create(const tcs_optimizer_spec *spec, size_t n, tcs_optimizer **out, tcs_error *error) {
    *out = NULL;
    tcs_optimizer *optimizer = tcs_allocate(1, sizeof *optimizer, error);
    if (!optimizer)
        return TCS_OUT_OF_MEMORY;
    optimizer->spec = *spec;
    optimizer->first = tcs_allocate(n + 1, sizeof *optimizer->first, error);
    optimizer->second = optimizer->first ? tcs_allocate(n + 1, sizeof *optimizer->second, error) : NULL;
    if (!optimizer->second) {
        tcs_optimizer_free(optimizer);
        return TCS_OUT_OF_MEMORY;
    }
    *out = optimizer;
    return TCS_OK;
}

void tcs_optimizer_free(tcs_optimizer *optimizer) {
    if (!optimizer)
        return;
    free(optimizer->first);
    free(optimizer->second);
    free(optimizer);
}

void tcs_optimizer_begin_step(tcs_optimizer *optimizer) {
    optimizer->n_steps++;
}

/* β^t by squaring: the same bits everywhere, unlike libm's pow. */
static double power(double base, uint64_t exponent) {
    double result = 1;
    for (; exponent; exponent >>= 1, base *= base)
        if (exponent & 1)
            result *= base;
    return result;
}

void tcs_optimizer_update(tcs_optimizer *optimizer, double learning_rate, size_t offset, size_t n, const tcs_real *gradient,
                          tcs_real *parameters) {
    const tcs_optimizer_spec *spec = &optimizer->spec;
    const tcs_adam_step step = {
        .beta1 = (tcs_real)spec->beta1,
        .one_minus_beta1 = (tcs_real)(1 - spec->beta1),
        .beta2 = (tcs_real)spec->beta2,
        .one_minus_beta2 = (tcs_real)(1 - spec->beta2),
        .rate = (tcs_real)(learning_rate / (1 - power(spec->beta1, optimizer->n_steps))),
        .second_scale = (tcs_real)(1 / sqrt(1 - power(spec->beta2, optimizer->n_steps))),
        .epsilon = (tcs_real)spec->epsilon,
    };
    tcs_kernels_in_use()->adam(n, &step, gradient + offset, optimizer->first + offset, optimizer->second + offset,
                               parameters + offset);
}
