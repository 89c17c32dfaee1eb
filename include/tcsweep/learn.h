/* learn.h: what trains: from a model's description, rows and a key to metrics, curves, predictions and weights.
 *
 * One interface for all learners; today the neural network trained in stages, and the majority-class baseline. A learner is a pure
 * function of (model, data, key): no clock, rank or file has a say in its numbers. Knows nothing of YAML, HDF5, processes or MPI.
 */
#ifndef TCSWEEP_LEARN_H
#define TCSWEEP_LEARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/metrics.h"
#include "tcsweep/network.h"
#include "tcsweep/optimize.h"
#include "tcsweep/random.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a user described ------------------------------------------------------------------------------------------- */

typedef enum tcs_target {
    TCS_TARGET_TC,   /* Tc in K; the output branch has one output */
    TCS_TARGET_CLASS /* one-hot [Tc = 0, Tc > 0]; the output branch has two outputs */
} tcs_target;

/* From the epoch with this index (from 0) on, the stage's learning rate is its base rate × factor. Ascending; the last that applies counts. */
typedef struct tcs_rate_step {
    uint32_t from_epoch;
    double factor;
} tcs_rate_step;

#define TCS_MAX_STAGES 64
/* A stage trains some branches on one output, the others being fixed: they are computed without dropout, and their parameters stay
 * as they are, bit for bit. It starts with a fresh optimizer. */
typedef struct tcs_stage {
    char *name; /* "regression"; unique in a model; [a-z0-9_]+ */
    size_t n_trained;
    size_t trained[TCS_MAX_BRANCHES]; /* branch indices, ascending */
    size_t output_branch;             /* its loss is computed on this branch: the network's tc_branch or class_branch */
    tcs_target target;
    tcs_loss_spec loss;
    uint32_t n_epochs;
    /* Rows a step; the last incomplete batch of an epoch is dropped. With fewer training rows than this, all of them make one batch: a stage
     * is never silently empty. */
    uint32_t batch;
    tcs_optimizer_spec optimizer;
    double learning_rate;
    size_t n_rate_steps;
    tcs_rate_step *rate_steps;
} tcs_stage;

typedef enum tcs_learner_kind {
    TCS_LEARNER_NETWORK,
    TCS_LEARNER_MAJORITY /* probability = share of superconductors among the training rows; Tc = mean Tc of the training rows */
} tcs_learner_kind;

typedef struct tcs_model {
    tcs_learner_kind learner;
    const char *feature;      /* name of the representation (static storage, or feature_copy); NULL for a baseline */
    char *feature_copy;       /* the copy that tcs_model_decode made; NULL in models made otherwise */
    tcs_network_spec network; /* networks only */
    size_t n_stages;
    tcs_stage *stages;
    uint32_t curve_every; /* epochs between two records of a curve; 0: no curves */
} tcs_model;
/* Frees what the model holds (all but a static `feature`), not the struct, which is all zero afterwards. */
void tcs_model_free(tcs_model *model);
/* Checks what the network's plan alone cannot: the output branch is the target's, tc_branch or class_branch; the trained branches are the
 * last ones of the path from the input to the output branch (what is frozen comes first); both predictions come from branches that
 * some stage trains; every number is in its range. All mistakes are reported, as TCS_BAD_SWEEP; those that tcs_network_create reports
 * are left to it. A baseline is always right. */
tcs_status tcs_model_check(const tcs_model *model, tcs_error *error);
/* The model as bytes and back, on its way to the trainers; not a lasting format. Decode checks every length, index and range and ends
 * with tcs_model_check; bytes that are no model are TCS_INTERNAL, and *out is all zero. */
void tcs_model_encode(const tcs_model *model, tcs_buffer *out);
tcs_status tcs_model_decode(tcs_reader *reader, tcs_model *out, tcs_error *error);

/* ---- curves ---------------------------------------------------------------------------------------------------------- */

/* After an epoch whose number (from 1) is a multiple of curve_every, and after the last one, the stage is evaluated (no dropout) on the training
 * and the test rows: loss (mean over the rows of the stage's loss summed over outputs), and mae (K; target Tc) or accuracy (target class). */
#define TCS_N_CURVES 2
const char *tcs_curve_name(tcs_target target, size_t curve); /* "loss"; "mae" or "accuracy" */
const char *tcs_curve_units(tcs_target target, size_t curve);
size_t tcs_curve_n_recorded(uint32_t n_epochs, uint32_t every);
/* The number (from 1) of the epoch of record i < n_recorded. */
uint32_t tcs_curve_epoch(uint32_t n_epochs, uint32_t every, size_t i);

/* ---- running --------------------------------------------------------------------------------------------------------- */

typedef struct tcs_learn_data {
    size_t n_rows;
    const float *features; /* [n_rows × width of the model's feature]; NULL for a baseline */
    const double *tc_kelvin;
    size_t n_train, n_test; /* n_train ≥ 1; without test rows their metrics are NaN */
    const uint32_t *train_rows, *test_rows;
} tcs_learn_data;

typedef struct tcs_learn_hooks {
    void *context; /* handed to the functions below */
    /* After each epoch, of all stages together. May be NULL. Returning true asks to stop: TCS_CANCELLED. */
    bool (*progress)(void *context, uint32_t n_epochs_done, uint32_t n_epochs_total);
} tcs_learn_hooks;

/* What one job yields. Owned by the caller; freed by tcs_result_free. */
typedef struct tcs_result {
    double metrics[TCS_N_SETS][TCS_N_METRICS];
    size_t n_test;
    float *test_tc;          /* [n_test], K; NULL where the model predicts none */
    float *test_probability; /* [n_test]; NULL likewise */
    size_t n_stages;
    struct tcs_result_curves {
        size_t n_recorded;
        double *values; /* [TCS_N_SETS × TCS_N_CURVES × n_recorded]; NULL where n_recorded is 0 */
    } * curves;         /* [n_stages] */
    size_t n_parameters;
    float *parameters; /* [n_parameters], the network's block; NULL for a baseline */
    bool has_diverged;
    size_t diverged_stage;
    uint32_t diverged_epoch; /* from 1 */
} tcs_result;
void tcs_result_free(tcs_result *result);
void tcs_result_encode(const tcs_result *result, tcs_buffer *out);
/* Checks every length against the bytes there are; bytes that are no result are TCS_INTERNAL, and *out is all zero. */
tcs_status tcs_result_decode(tcs_reader *reader, tcs_result *out, tcs_error *error);

/* Trains and evaluates. No allocation inside an epoch. What frozen branches yield is computed once a stage and kept, or, where it would take
 * more than 1 GiB, again for every batch. A NaN or infinite loss of a step or an evaluation, or such a prediction, returns
 * TCS_DIVERGED: then has_diverged and the curves up to there are set, metrics are NaN, predictions and weights are left out. On any other
 * failure *out is all zero. */
tcs_status tcs_learn_run(const tcs_model *model, const tcs_learn_data *data, tcs_random_key key, const tcs_learn_hooks *hooks,
                         tcs_result *out, tcs_error *error);

/* Floating point operations of a whole job with so many rows (0.0 for a baseline): its cost for scheduling. */
double tcs_learn_flops(const tcs_model *model, size_t n_train, size_t n_test);
/* Bytes that a trainer needs beside the data: parameters, gradients, optimizer, activations, kept outputs of frozen branches (201 MB for the
 * paper's CNN: 13,132 rows × 3,840 floats, and as much a row for the test rows while curves are recorded), predictions. */
size_t tcs_learn_memory_bytes(const tcs_model *model, size_t n_train, size_t n_test);

#ifdef __cplusplus
}
#endif
#endif
