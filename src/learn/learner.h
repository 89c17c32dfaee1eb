/* learner.h: one run of tcs_learn_run on a network: what its files share. */
#ifndef TCSWEEP_LEARN_LEARNER_H
#define TCSWEEP_LEARN_LEARNER_H

#include "paths.h"
#include "tcsweep/learn.h"

/* The learner and its data are plain float; only tests of src/nn by itself use double. */
_Static_assert(sizeof(tcs_real) == sizeof(float), "tcs_real is float in this room");

/* Rows evaluated at a time: a constant, since the bits of a row may depend on the rows that are computed with it. */
#define CHUNK_ROWS 256

typedef struct learner {
    const tcs_model *model;
    const tcs_learn_data *data;
    tcs_random_key key;
    const tcs_learn_hooks *hooks; /* may be NULL */
    tcs_network *network;
    tcs_real *parameters;      /* [n_parameters] */
    tcs_workspace *evaluation; /* for CHUNK_ROWS rows, without gradients */
    float *chunk;              /* [CHUNK_ROWS × network input]: rows gathered for evaluation */
    uint32_t n_epochs_done;    /* of all stages */
    tcs_result *out;
} learner;

/* ---- rows of a network or of a part of it ---------------------------------------------------------------------------- */

/* A set's rows, in the set's order: row i is at values + width × (row ? row[i] : i). */
typedef struct row_source {
    const float *values;
    size_t width;
    const uint32_t *row;
    size_t n;
    size_t after; /* the branch whose output they are, or TCS_FROM_INPUT: features */
} row_source;

/* The features of the training or test rows. */
row_source learn_source_of_features(const learner *l, tcs_set set);
/* Floats at a 64-byte boundary, so that no kernel sees another alignment than in another run; contents undefined. Ended by free. NULL, with
 * a message, where memory ran out. */
float *learn_allocate_floats(size_t n, size_t width, tcs_error *error);

/* ---- evaluation, without dropout ------------------------------------------------------------------------------------- */

/* Computes the marked branches for all rows and copies the output of `branch`, one of them, to out [n × its width]. */
void learn_compute_outputs(const learner *l, const row_source *source, const bool needed[TCS_MAX_BRANCHES], size_t branch,
                           float *out);

/* Evaluates a stage: out[0] is the mean over the rows of its loss summed over outputs, out[1] the mae (K) or accuracy; NaN without rows.
 * target: [n × outputs]; tc_kelvin is that of the data, `set_row` the set's rows in it. */
void learn_evaluate_stage(const learner *l, const tcs_stage *stage, const row_source *source, const bool needed[TCS_MAX_BRANCHES],
                          const float *target, const uint32_t *set_row, double out[TCS_N_CURVES]);

/* Predictions for all rows of a set: tc and probability [n], each NULL where the network has no such output. */
void learn_predict(const learner *l, tcs_set set, float *tc, float *probability);

/* ---- the parts of a run ---------------------------------------------------------------------------------------------- */

/* Trains one stage and records its curves. */
tcs_status learn_train_stage(learner *l, uint32_t index, tcs_error *error);

/* Notes in the result where training met a NaN or infinity (epoch from 1), and returns TCS_DIVERGED. */
tcs_status learn_note_diverged(const learner *l, size_t stage, uint32_t epoch, const char *what, tcs_error *error);

/* The majority-class baseline. */
tcs_status learn_run_majority(const tcs_learn_data *data, tcs_result *out, tcs_error *error);

/* Metrics of both sets from predictions that are known; any of them may be NULL. */
tcs_status learn_score(const tcs_learn_data *data, const float *train_tc, const float *train_probability, const float *test_tc,
                       const float *test_probability, tcs_result *out, tcs_error *error);

#endif
