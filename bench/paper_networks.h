/* paper_networks.h: the two networks of the paper with their training, built in C: for benchmarks and tests that should not need a
 * sweep file. The same networks as architecture files: sweeps/architectures/. */
#ifndef TCSWEEP_BENCH_PAPER_NETWORKS_H
#define TCSWEEP_BENCH_PAPER_NETWORKS_H

#include "tcsweep/learn.h"

/* `name`: "fcnn" or "cnn", else TCS_BAD_USAGE. Stages "regression" (branches 0 and 1) and "classification" (branch 2) of n_epochs each,
 * Adam at 1e-4, from epoch 3,000 on at 1e-5, batches of 64 rows, no curves. Owned by the caller; freed by tcs_model_free. */
tcs_status paper_model(const char *name, uint32_t n_epochs, tcs_model *out, tcs_error *error);

/* A layer by the name of its type, with its options in their order; those not given keep their fallback. */
typedef struct layer_row {
    const char *type;
    double option[4];
    size_t n_options;
} layer_row;
/* Appends a branch to a network that has room for it in `branches`. */
tcs_status add_branch(tcs_network_spec *spec, const char *name, size_t from, const layer_row *rows, size_t n_rows,
                      tcs_error *error);
/* Fills a stage of the paper's kind: sum of squared errors, Adam at 1e-4, batches of 64. */
tcs_status fill_stage(tcs_stage *stage, const char *name, tcs_target target, size_t output_branch, uint32_t n_epochs,
                      tcs_error *error);

#endif
