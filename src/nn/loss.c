/* loss.c: how far outputs are from their targets. */
#include "tcsweep/optimize.h"

const char *const tcs_loss_names[] = {"squared_error", NULL};
const char *const tcs_reduction_names[] = {"sum", "mean", NULL};

double tcs_loss_compute(const tcs_loss_spec *spec, size_t n_rows, size_t width, const tcs_real *output, const tcs_real *target,
                        tcs_real *gradient) {
    const size_t n = n_rows * width;
    const double weight = spec->reduction == TCS_REDUCE_MEAN && n ? 1 / (double)n : 1;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double difference = (double)output[i] - (double)target[i];
        sum += difference * difference;
        if (gradient)
            gradient[i] = (tcs_real)(2 * weight * difference);
    }
    return weight * sum;
}
