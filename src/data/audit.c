#include "tcsweep/audit.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FRACTION_STEPS 1e6

/* A row's composition, made comparable: a digest of its elements in order with their rounded atomic fractions. */
typedef struct composition_key {
    uint8_t digest[TCS_DIGEST_BYTES];
    size_t row;
} composition_key;

static void make_key(const tcs_table *table, size_t row, composition_key *out) {
    double amount[TCS_N_ELEMENTS + 1] = {0}, sum = 0;
    for (size_t i = table->part_start[row]; i < table->part_start[row + 1]; i++) {
        amount[table->element[i]] += table->amount[i];
        sum += table->amount[i];
    }
    int64_t rounded[TCS_N_ELEMENTS + 1];
    for (size_t z = 0; z <= TCS_N_ELEMENTS; z++)
        rounded[z] = llround(amount[z] / sum * FRACTION_STEPS);
    tcs_sha256(rounded, sizeof rounded, out->digest);
    out->row = row;
}

static int compare_keys(const void *left, const void *right) {
    const composition_key *a = left, *b = right;
    int order = memcmp(a->digest, b->digest, sizeof a->digest);
    return order ? order : a->row < b->row ? -1 : a->row > b->row;
}

/* Numbers the compositions; group[row] is the row's. Counts those that occur more than once. */
static size_t group_rows(const tcs_table *table, composition_key *keys, size_t *group, tcs_audit *out) {
    for (size_t row = 0; row < table->n_rows; row++)
        make_key(table, row, &keys[row]);
    qsort(keys, table->n_rows, sizeof *keys, compare_keys);
    size_t n_groups = 0;
    for (size_t start = 0, end; start < table->n_rows; start = end, n_groups++) {
        bool has_zero = false, has_positive = false;
        for (end = start; end < table->n_rows && memcmp(keys[end].digest, keys[start].digest, TCS_DIGEST_BYTES) == 0; end++) {
            group[keys[end].row] = n_groups;
            has_zero |= table->tc_kelvin[keys[end].row] <= 0;
            has_positive |= table->tc_kelvin[keys[end].row] > 0;
        }
        if (end - start > 1) {
            out->n_duplicate_groups++;
            out->n_duplicate_rows += end - start;
            out->n_contradictory_groups += has_zero && has_positive;
        }
    }
    return n_groups;
}

static void count_leaks(const tcs_splits *splits, const size_t *group, size_t n_groups, bool *is_trained_on, tcs_audit *out) {
    for (size_t s = 0; s < splits->n_splits; s++) {
        memset(is_trained_on, 0, n_groups * sizeof *is_trained_on);
        for (size_t i = 0; i < splits->n_train[s]; i++)
            is_trained_on[group[splits->train_rows[s][i]]] = true;
        for (size_t i = 0; i < splits->n_test[s]; i++)
            out->n_leaked_test_rows += is_trained_on[group[splits->test_rows[s][i]]];
        out->n_test_rows += splits->n_test[s];
    }
}

static void count_rows(const tcs_table *table, tcs_audit *out) {
    bool has_element[TCS_N_ELEMENTS + 1] = {false};
    double sum = 0;
    out->n_rows = table->n_rows;
    for (size_t row = 0; row < table->n_rows; row++) {
        double tc = table->tc_kelvin[row];
        sum += tc;
        out->n_superconductors += tc > 0;
        if (row == 0 || tc > out->max_tc_kelvin) {
            out->max_tc_kelvin = tc;
            out->max_tc_row = row;
        }
        size_t n = table->part_start[row + 1] - table->part_start[row];
        out->most_elements = n > out->most_elements ? n : out->most_elements;
    }
    for (size_t i = 0; i < table->part_start[table->n_rows]; i++)
        has_element[table->element[i]] = true;
    for (size_t z = 1; z <= TCS_N_ELEMENTS; z++)
        out->n_elements += has_element[z];
    out->mean_tc_kelvin = sum / (double)table->n_rows;
}

tcs_status tcs_audit_compute(const tcs_table *table, const tcs_splits *splits, tcs_audit *out, tcs_error *error) {
    *out = (tcs_audit){0};
    composition_key *keys = tcs_allocate(table->n_rows, sizeof *keys, error);
    size_t *group = tcs_allocate(table->n_rows, sizeof *group, error);
    bool *is_trained_on = tcs_allocate(table->n_rows, sizeof *is_trained_on, error);
    tcs_status status = keys && group && is_trained_on ? TCS_OK : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK) {
        count_rows(table, out);
        size_t n_groups = group_rows(table, keys, group, out);
        if (splits)
            count_leaks(splits, group, n_groups, is_trained_on, out);
    }
    free(keys);
    free(group);
    free(is_trained_on);
    return status;
}
