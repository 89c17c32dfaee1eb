/* splits.h: which rows train and which test.
 *
 * A split depends on (seed, split index) and the data alone, so every configuration of a sweep sees the same splits.
 * Knows nothing of networks or files.
 */
#ifndef TCSWEEP_SPLITS_H
#define TCSWEEP_SPLITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_split_kind {
    TCS_SPLIT_REPEATED_RANDOM, /* each split draws its test rows anew: n_test = floor(test_fraction × n_rows) */
    TCS_SPLIT_K_FOLD           /* the rows are dealt once into n_splits folds; split s tests on fold s */
} tcs_split_kind;

typedef struct tcs_splits_spec {
    tcs_split_kind kind;
    size_t n_splits;
    double test_fraction; /* repeated random only, in (0, 1) */
    bool is_stratified;   /* each class (Tc = 0, Tc > 0) has its share of n_test in every test set, to within one row */
} tcs_splits_spec;

/* Rows are in ascending order. Owned by the caller; freed by tcs_splits_free. */
typedef struct tcs_splits {
    size_t n_splits;
    size_t *n_train;       /* [n_splits] */
    size_t *n_test;        /* [n_splits] */
    uint32_t **train_rows; /* [n_splits][n_train] */
    uint32_t **test_rows;  /* [n_splits][n_test] */
    uint64_t *seed;        /* [n_splits]: the key of each split's random numbers, as one number: the seed given, since the split's
                              index is part of the counter */
} tcs_splits;

/* tc_kelvin [n_rows] gives the classes; it may be NULL where not stratified. Growing n_splits of a repeated random split does not
 * change the first ones. A test_fraction × n_rows that rounding put just below a whole number counts as that number.
 *
 * No split, fewer than two folds, or a test_fraction outside (0, 1) is TCS_BAD_SWEEP. An empty training or test set, or more folds
 * than rows (of a class that has any, where stratified), is TCS_BAD_DATA. */
tcs_status tcs_splits_make(const tcs_splits_spec *spec, size_t n_rows, const double *tc_kelvin, uint64_t seed, tcs_splits *out,
                           tcs_error *error);
void tcs_splits_free(tcs_splits *splits);

#ifdef __cplusplus
}
#endif
#endif
