/* Grouping by sorting: as many jobs as there are may have failed, each for a reason of its own. */
#include "failures.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "tcsweep/bytes.h"

static const char *reason_of(const tcs_results *results, size_t job) {
    return results->errors && results->errors[job] ? results->errors[job] : "";
}

/* By outcome and reason alone. */
static int compare_reasons(const tcs_results *results, size_t a, size_t b) {
    if (results->outcomes[a] != results->outcomes[b])
        return results->outcomes[a] < results->outcomes[b] ? -1 : 1;
    return strcmp(reason_of(results, a), reason_of(results, b));
}

static int compare_jobs(const void *a_in, const void *b_in, void *context) {
    size_t a = *(const size_t *)a_in, b = *(const size_t *)b_in;
    int order = compare_reasons(context, a, b);
    return order != 0 ? order : (a > b) - (a < b);
}

static int compare_groups(const void *a_in, const void *b_in) {
    const report_failure_group *a = a_in, *b = b_in;
    if (a->n_jobs != b->n_jobs)
        return a->n_jobs > b->n_jobs ? -1 : 1;
    return (a->jobs[0] > b->jobs[0]) - (a->jobs[0] < b->jobs[0]);
}

static size_t collect(const tcs_results *results, size_t *jobs) {
    size_t n = 0;
    for (size_t job = 0; job < results->n_configurations * results->n_splits; job++) {
        if (!tcs_outcome_is_failure(report_outcome(results, job)))
            continue;
        if (jobs)
            jobs[n] = job;
        n++;
    }
    return n;
}

tcs_status report_failures_create(const tcs_results *results, report_failures *out, tcs_error *error) {
    size_t n = collect(results, NULL);
    *out = (report_failures){.jobs = tcs_allocate(n, sizeof *out->jobs, error)};
    out->groups = tcs_allocate(n, sizeof *out->groups, error);
    if (!out->jobs || !out->groups) {
        report_failures_free(out);
        return TCS_OUT_OF_MEMORY;
    }
    collect(results, out->jobs);
    qsort_r(out->jobs, n, sizeof *out->jobs, compare_jobs, (void *)(uintptr_t)results);
    for (size_t i = 0; i < n; i++) {
        size_t job = out->jobs[i];
        if (i == 0 || compare_reasons(results, out->jobs[i - 1], job) != 0)
            out->groups[out->n_groups++] =
                (report_failure_group){.outcome = results->outcomes[job], .reason = reason_of(results, job), .jobs = &out->jobs[i]};
        out->groups[out->n_groups - 1].n_jobs++;
    }
    qsort(out->groups, out->n_groups, sizeof *out->groups, compare_groups);
    return TCS_OK;
}

void report_failures_free(report_failures *failures) {
    free(failures->groups);
    free(failures->jobs);
    *failures = (report_failures){0};
}
