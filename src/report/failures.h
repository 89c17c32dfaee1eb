/* failures.h: the jobs that failed, grouped by what their failure says. */
#ifndef TCS_REPORT_FAILURES_H
#define TCS_REPORT_FAILURES_H

#include <stddef.h>

#include "tcsweep/store.h"

typedef struct report_failure_group {
    tcs_outcome outcome;
    const char *reason; /* in the results; "" where none was given */
    size_t n_jobs;
    const size_t *jobs; /* [n_jobs], ascending: configuration × n_splits + split */
} report_failure_group;

typedef struct report_failures {
    size_t n_groups;
    report_failure_group *groups; /* the largest first; equal ones by their first job */
    size_t *jobs;                 /* what the groups point into */
} report_failures;

/* On failure *out is all zero. */
tcs_status report_failures_create(const tcs_results *results, report_failures *out, tcs_error *error);
void report_failures_free(report_failures *failures);

#endif
