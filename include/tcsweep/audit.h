/* audit.h: what a data table holds that its user should know before training on it. Changes nothing. */
#ifndef TCSWEEP_AUDIT_H
#define TCSWEEP_AUDIT_H

#include <stddef.h>

#include "tcsweep/splits.h"
#include "tcsweep/status.h"
#include "tcsweep/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tcs_audit {
    size_t n_rows, n_superconductors; /* Tc > 0 */
    double mean_tc_kelvin, max_tc_kelvin;
    size_t max_tc_row;
    size_t n_elements;    /* different ones in the table */
    size_t most_elements; /* in one compound */
    /* Rows are the same composition where their atomic fractions agree to 1e-6. */
    size_t n_duplicate_groups;     /* compositions that stand in more than one row */
    size_t n_duplicate_rows;       /* rows of these */
    size_t n_contradictory_groups; /* of these, with both Tc = 0 and Tc > 0 */
    /* Test rows whose composition also stands in the training rows of the same split, over all splits: a leak. */
    size_t n_test_rows, n_leaked_test_rows;
} tcs_audit;

/* splits may be NULL: then nothing is said of leaks. */
tcs_status tcs_audit_compute(const tcs_table *table, const tcs_splits *splits, tcs_audit *out, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
