/* Splits. Rows belong to one group, or to one a class where the split is stratified. Each group is put in a random order of its
 * own; then its first rows test (repeated random), or it is dealt out like cards (k-fold).
 */
#include "tcsweep/splits.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"
#include "tcsweep/random.h"

#define MAX_GROUPS 2
#define TRAINS UINT32_MAX /* the fold of a row that never tests */

typedef struct dealer {
    tcs_random_key key;
    size_t n_groups;
    size_t group_start[MAX_GROUPS + 1];
    uint32_t *rows;  /* of group 0 ascending, then of group 1 */
    uint32_t *order; /* the same, each group in random order */
    uint32_t *fold;  /* [n_rows] */
} dealer;

/* floor(fraction × n), where a product that rounding put just below a whole number counts as that number: 0.29 × 100 is 29. */
static size_t share_of(double fraction, size_t n) {
    double share = fraction * (double)n, nearest = round(share);
    if (nearest > share && nearest - share <= 4 * DBL_EPSILON * share)
        share = nearest;
    return (size_t)share;
}

/* The parts of n_test that each group gives: its exact share rounded, so that they add up. */
static void share_among_groups(const dealer *d, size_t n_rows, size_t n_test, size_t n_test_of[MAX_GROUPS]) {
    if (d->n_groups == 1) {
        n_test_of[0] = n_test;
        return;
    }
    uint64_t exact_by_rows = (uint64_t)d->group_start[1] * n_test; /* of group 0, times n_rows */
    n_test_of[0] = (size_t)(exact_by_rows / n_rows);
    n_test_of[0] += 2 * (exact_by_rows % n_rows) > n_rows;
    n_test_of[1] = n_test - n_test_of[0];
}

static void shuffle_group(dealer *d, size_t group, uint32_t split) {
    size_t start = d->group_start[group], n = d->group_start[group + 1] - start;
    memcpy(d->order + start, d->rows + start, n * sizeof *d->order);
    tcs_random_stream stream = tcs_random_stream_start(d->key, TCS_RANDOM_SPLIT, split, (uint32_t)group);
    tcs_random_permute(&stream, d->order + start, n);
}

/* fold[row] = split where the row tests in this split. */
static void draw_test_rows(dealer *d, size_t n_rows, const size_t n_test_of[MAX_GROUPS], uint32_t split) {
    for (size_t i = 0; i < n_rows; i++)
        d->fold[i] = TRAINS;
    for (size_t group = 0; group < d->n_groups; group++) {
        shuffle_group(d, group, split);
        for (size_t i = 0; i < n_test_of[group]; i++)
            d->fold[d->order[d->group_start[group] + i]] = split;
    }
}

/* fold[row] = the fold that the row is in. The second group goes on where the first ended: folds differ by one row at most. */
static void deal_folds(dealer *d, size_t n_rows, size_t n_folds) {
    for (size_t group = 0; group < d->n_groups; group++)
        shuffle_group(d, group, 0);
    for (size_t i = 0; i < n_rows; i++)
        d->fold[d->order[i]] = (uint32_t)(i % n_folds);
}

/* Writes the rows of split s, ascending. */
static tcs_status collect(const dealer *d, size_t n_rows, size_t s, tcs_splits *out, tcs_error *error) {
    size_t n_test = 0;
    for (size_t i = 0; i < n_rows; i++)
        n_test += d->fold[i] == s;
    out->n_test[s] = n_test;
    out->n_train[s] = n_rows - n_test;
    out->test_rows[s] = tcs_allocate(n_test, sizeof **out->test_rows, error);
    out->train_rows[s] = tcs_allocate(n_rows - n_test, sizeof **out->train_rows, error);
    if (!out->test_rows[s] || !out->train_rows[s])
        return TCS_OUT_OF_MEMORY;
    uint32_t *test = out->test_rows[s], *train = out->train_rows[s];
    for (size_t i = 0; i < n_rows; i++) {
        if (d->fold[i] == s)
            *test++ = (uint32_t)i;
        else
            *train++ = (uint32_t)i;
    }
    return TCS_OK;
}

static tcs_status make_repeated(const tcs_splits_spec *spec, dealer *d, size_t n_rows, tcs_splits *out, tcs_error *error) {
    size_t n_test = share_of(spec->test_fraction, n_rows), n_test_of[MAX_GROUPS];
    share_among_groups(d, n_rows, n_test, n_test_of);
    tcs_status status = TCS_OK;
    for (size_t s = 0; s < spec->n_splits && status == TCS_OK; s++) {
        draw_test_rows(d, n_rows, n_test_of, (uint32_t)s);
        status = collect(d, n_rows, s, out, error);
    }
    return status;
}

static tcs_status make_folds(const tcs_splits_spec *spec, dealer *d, size_t n_rows, tcs_splits *out, tcs_error *error) {
    deal_folds(d, n_rows, spec->n_splits);
    tcs_status status = TCS_OK;
    for (size_t s = 0; s < spec->n_splits && status == TCS_OK; s++)
        status = collect(d, n_rows, s, out, error);
    return status;
}

static tcs_status check_spec(const tcs_splits_spec *spec, size_t n_rows, tcs_error *error) {
    bool is_repeated = spec->kind == TCS_SPLIT_REPEATED_RANDOM;
    size_t n_least = is_repeated ? 1 : 2;
    if (spec->n_splits < n_least || spec->n_splits >= TRAINS)
        return tcs_error_add(error, TCS_BAD_SWEEP, "%zu %s: there must be at least %zu", spec->n_splits,
                             is_repeated ? "splits" : "folds", n_least);
    if (is_repeated && !(spec->test_fraction > 0 && spec->test_fraction < 1))
        return tcs_error_add(error, TCS_BAD_SWEEP, "a test fraction of %g: it must be above 0 and below 1", spec->test_fraction);
    if (n_rows > UINT32_MAX)
        return tcs_error_add(error, TCS_BAD_DATA, "%zu rows cannot be split: at most %u can", n_rows, UINT32_MAX);
    if (!is_repeated && spec->n_splits > n_rows)
        return tcs_error_add(error, TCS_BAD_DATA, "%zu rows cannot be dealt into %zu folds", n_rows, spec->n_splits);
    size_t n_test = is_repeated ? share_of(spec->test_fraction, n_rows) : 1;
    if (n_test == 0 || n_test >= n_rows)
        return tcs_error_add(error, TCS_BAD_DATA, "a test fraction of %g of %zu rows leaves no row to %s", spec->test_fraction,
                             n_rows, n_test == 0 ? "test on" : "train on");
    return TCS_OK;
}

static tcs_status check_classes(const tcs_splits_spec *spec, const dealer *d, tcs_error *error) {
    static const char *const names[MAX_GROUPS] = {"Tc = 0", "Tc > 0"};
    if (spec->kind != TCS_SPLIT_K_FOLD || d->n_groups == 1)
        return TCS_OK;
    for (size_t group = 0; group < MAX_GROUPS; group++) {
        size_t n = d->group_start[group + 1] - d->group_start[group];
        if (n > 0 && n < spec->n_splits)
            return tcs_error_add(error, TCS_BAD_DATA, "the %zu rows with %s cannot be dealt into %zu folds", n, names[group],
                                 spec->n_splits);
    }
    return TCS_OK;
}

/* Lists the rows of each group. */
static tcs_status start_dealer(const tcs_splits_spec *spec, size_t n_rows, const double *tc_kelvin, uint64_t seed, dealer *d,
                               tcs_error *error) {
    *d = (dealer){.key = tcs_random_key_from_seed(seed), .n_groups = spec->is_stratified ? 2 : 1};
    d->rows = tcs_allocate(n_rows, sizeof *d->rows, error);
    d->order = tcs_allocate(n_rows, sizeof *d->order, error);
    d->fold = tcs_allocate(n_rows, sizeof *d->fold, error);
    if (!d->rows || !d->order || !d->fold)
        return TCS_OUT_OF_MEMORY;
    size_t n = 0;
    for (size_t group = 0; group < d->n_groups; group++) {
        d->group_start[group] = n;
        for (size_t i = 0; i < n_rows; i++)
            if (d->n_groups == 1 || (tc_kelvin[i] > 0) == (group == 1))
                d->rows[n++] = (uint32_t)i;
        d->group_start[group + 1] = n;
    }
    return check_classes(spec, d, error);
}

static void free_dealer(dealer *d) {
    free(d->rows);
    free(d->order);
    free(d->fold);
}

static tcs_status allocate_splits(size_t n_splits, uint64_t seed, tcs_splits *out, tcs_error *error) {
    out->n_splits = n_splits;
    out->n_train = tcs_allocate(n_splits, sizeof *out->n_train, error);
    out->n_test = tcs_allocate(n_splits, sizeof *out->n_test, error);
    out->train_rows = tcs_allocate(n_splits, sizeof *out->train_rows, error);
    out->test_rows = tcs_allocate(n_splits, sizeof *out->test_rows, error);
    out->seed = tcs_allocate(n_splits, sizeof *out->seed, error);
    if (!out->n_train || !out->n_test || !out->train_rows || !out->test_rows || !out->seed)
        return TCS_OUT_OF_MEMORY;
    for (size_t s = 0; s < n_splits; s++)
        out->seed[s] = seed;
    return TCS_OK;
}

tcs_status tcs_splits_make(const tcs_splits_spec *spec, size_t n_rows, const double *tc_kelvin, uint64_t seed, tcs_splits *out,
                           tcs_error *error) {
    *out = (tcs_splits){0};
    tcs_status status = check_spec(spec, n_rows, error);
    if (status != TCS_OK)
        return status;
    dealer d;
    status = start_dealer(spec, n_rows, tc_kelvin, seed, &d, error);
    if (status == TCS_OK)
        status = allocate_splits(spec->n_splits, seed, out, error);
    if (status == TCS_OK)
        status =
            spec->kind == TCS_SPLIT_K_FOLD ? make_folds(spec, &d, n_rows, out, error) : make_repeated(spec, &d, n_rows, out, error);
    free_dealer(&d);
    if (status != TCS_OK)
        tcs_splits_free(out);
    return status;
}

void tcs_splits_free(tcs_splits *splits) {
    for (size_t s = 0; s < splits->n_splits; s++) {
        if (splits->train_rows)
            free(splits->train_rows[s]);
        if (splits->test_rows)
            free(splits->test_rows[s]);
    }
    free(splits->train_rows);
    free(splits->test_rows);
    free(splits->n_train);
    free(splits->n_test);
    free(splits->seed);
    *splits = (tcs_splits){0};
}
