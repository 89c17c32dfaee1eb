/* summary.h: what /summary must say, from /metrics. Private to this room. */
#ifndef TCS_STORE_SUMMARY_H
#define TCS_STORE_SUMMARY_H

#include "file.h"
#include "tcsweep/metrics.h"

/* Of one configuration's values [S], over the splits that are done. `row`: room for S numbers; may be `values`. */
tcs_aggregate store_summary_of(const tcs_outcome *outcomes, const double *values, size_t n_splits, double *row);

/* Called for each summary that is not what it must be. */
typedef tcs_status store_summary_wrong(void *context, tcs_set set, size_t metric, size_t configuration,
                                       const tcs_aggregate *must_be, tcs_error *error);
/* Compares all of /summary with what follows from /metrics and the states [C × S]. */
tcs_status store_summary_compare(const store_file *file, const tcs_outcome *outcomes, store_summary_wrong *found, void *context,
                                 tcs_error *error);

#endif
