/* paths.h: the branches that a stage passes through on its way from the input to its output. */
#ifndef TCSWEEP_LEARN_PATHS_H
#define TCSWEEP_LEARN_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/learn.h"

/* Branches in the order of computation. */
typedef struct path {
    size_t n;
    size_t branch[TCS_MAX_BRANCHES];
} path;

/* The path from the input to `branch`; `branch` and what it continues from are in range (as in a spec that made a plan). */
path learn_path_to(const tcs_network_spec *spec, size_t branch);

/* How many branches of the path to its output a checked stage leaves as they are: the first ones. */
size_t learn_stage_n_frozen(const tcs_network_spec *spec, const tcs_stage *stage);

/* Marks what must be computed for all predictions of the network. */
void learn_mark_predicting(const tcs_network_spec *spec, bool needed[TCS_MAX_BRANCHES]);

/* Steps an epoch, and rows a step: one step of all rows where there are fewer than a batch. */
size_t learn_stage_batch(const tcs_stage *stage, size_t n_train);
size_t learn_stage_n_steps(const tcs_stage *stage, size_t n_train);

/* Whether what the frozen branches yield is kept for the whole stage. A function of the model and the numbers of rows alone, because a
 * batch's bits may depend on the rows that are computed with it. */
bool learn_stage_keeps_frozen(const tcs_network *network, const tcs_model *model, const tcs_stage *stage, size_t n_train,
                              size_t n_test);
/* The rows so kept: those for training, and the test rows where curves are recorded. */
size_t learn_stage_n_kept(const tcs_model *model, size_t n_train, size_t n_test);

/* The name of a stage's or network's part for messages: "" instead of NULL. */
const char *learn_shown(const char *text);

#endif
