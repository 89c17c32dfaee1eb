/* summary.h: what all formats tell: counts, averages over the splits that are done, the ranking.
 *
 * A number of a job that is not done is never used, whatever its place in the file holds: a job that was cut off may have left some.
 */
#ifndef TCS_REPORT_SUMMARY_H
#define TCS_REPORT_SUMMARY_H

#include <stddef.h>

#include "tcsweep/bytes.h"
#include "tcsweep/metrics.h"
#include "tcsweep/store.h"

typedef struct report_summary {
    const tcs_results *results; /* not owned */
    tcs_metric rank_by;
    size_t n_of[TCS_N_OUTCOMES];
    size_t n_jobs; /* planned ones */
    size_t n_ended, n_failed;
    double wall_s; /* Σ over the jobs that have ended */

    size_t *n_planned, *n_done; /* [C] splits */
    size_t n_ranked;            /* configurations with a planned split */
    size_t *order; /* [n_ranked]: configurations, best first; equal ones in the file's order, those without a score last */
    size_t *rank;  /* [C]: from 1; equal scores share one; 0 without a score */
    double *score; /* [C]: the mean that is ranked by; NaN where no split is done */
    size_t *architecture_first; /* [C]: the first configuration of the same architecture */
    double *scratch;            /* [S] */
} report_summary;

/* On failure *out is all zero. */
tcs_status report_summary_create(const tcs_results *results, tcs_metric rank_by, report_summary *out, tcs_error *error);
void report_summary_free(report_summary *summary);

/* What stands in the file; what cannot stand there counts as unplanned. */
tcs_outcome report_outcome(const tcs_results *results, size_t job);
/* Over the splits that are done. */
tcs_aggregate report_aggregate(const report_summary *summary, size_t configuration, tcs_set set, tcs_metric metric);
/* Adds "diverged 2; queued 3–5": the planned splits of a configuration that are not done, counted from 0. */
void report_add_missing_splits(const report_summary *summary, size_t configuration, tcs_buffer *out);

#endif
