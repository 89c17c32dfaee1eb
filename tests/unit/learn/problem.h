/* problem.h: a small problem that can be learned in a second, and small networks for it. */
#ifndef TCSWEEP_TESTS_LEARN_PROBLEM_H
#define TCSWEEP_TESTS_LEARN_PROBLEM_H

#include "tcsweep/learn.h"

#define PROBLEM_WIDTH 6
#define PROBLEM_MOST_ROWS 512

/* Compounds of six features in [−1, 1]; about half of them have a Tc > 0, a smooth function of three features. Every fifth row tests. */
typedef struct problem {
    float features[PROBLEM_MOST_ROWS * PROBLEM_WIDTH];
    double tc_kelvin[PROBLEM_MOST_ROWS];
    uint32_t train_rows[PROBLEM_MOST_ROWS], test_rows[PROBLEM_MOST_ROWS];
    tcs_learn_data data; /* points into this struct */
} problem;
void problem_make(problem *out, size_t n_rows, uint64_t seed);
/* The same compounds stored in another order; the sets list them in the same order as before. */
void problem_store_reversed(const problem *original, problem *out);

/* Backbone (16 units), regression and classification branch, all with dropout; two stages, batches of 32. */
void small_model(uint32_t n_epochs, tcs_model *out);
/* The same with one of the two outputs, and its stage, taken away. */
void small_model_without(tcs_target target, uint32_t n_epochs, tcs_model *out);

/* A result's bytes; the caller clears the buffer. */
tcs_buffer result_bytes(const tcs_result *result);
/* Whether two results are the same, bit for bit. */
bool same_results(const tcs_result *a, const tcs_result *b);

#endif
