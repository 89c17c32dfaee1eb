/* optimize.h: losses and optimizers. Knows nothing of what the outputs mean. */
#ifndef TCSWEEP_OPTIMIZE_H
#define TCSWEEP_OPTIMIZE_H

#include <stddef.h>
#include <stdint.h>

#include "tcsweep/network.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_loss_kind {
    TCS_LOSS_SQUARED_ERROR /* (output − target)² */
} tcs_loss_kind;
typedef enum tcs_reduction {
    TCS_REDUCE_SUM, /* over rows and outputs (the paper's) */
    TCS_REDUCE_MEAN /* the sum divided by rows × outputs */
} tcs_reduction;
typedef struct tcs_loss_spec {
    tcs_loss_kind kind;
    tcs_reduction reduction;
} tcs_loss_spec;

/* Names as in sweep files: "squared_error"; "sum", "mean". NULL-terminated lists, in the order of the enums. */
extern const char *const tcs_loss_names[];
extern const char *const tcs_reduction_names[];

/* The loss of n_rows × width outputs, summed in row order in double precision; writes its gradient where `gradient` is not NULL. */
double tcs_loss_compute(const tcs_loss_spec *spec, size_t n_rows, size_t width, const tcs_real *output, const tcs_real *target,
                        tcs_real *gradient);

typedef enum tcs_optimizer_kind {
    TCS_OPTIMIZER_ADAM /* Kingma & Ba 2015, in PyTorch's form: step = rate/(1−β1^t) · m / (√v/√(1−β2^t) + ε) */
} tcs_optimizer_kind;
typedef struct tcs_optimizer_spec {
    tcs_optimizer_kind kind;
    double beta1, beta2, epsilon;
} tcs_optimizer_spec;
extern const char *const tcs_optimizer_names[]; /* "adam" */

/* The optimizer's memory for n parameters. */
typedef struct tcs_optimizer tcs_optimizer;
tcs_status tcs_optimizer_create(const tcs_optimizer_spec *spec, size_t n, tcs_optimizer **out, tcs_error *error);
void tcs_optimizer_free(tcs_optimizer *optimizer);
/* Counts one more step (the t of bias correction), before the updates of that step. */
void tcs_optimizer_begin_step(tcs_optimizer *optimizer);
/* Updates parameters [offset … offset + n − 1]; the same element may be updated once a step. Element-wise, so that the bits do not
 * depend on how the ranges are cut. */
void tcs_optimizer_update(tcs_optimizer *optimizer, double learning_rate, size_t offset, size_t n, const tcs_real *gradient,
                          tcs_real *parameters);

#ifdef __cplusplus
}
#endif
#endif
