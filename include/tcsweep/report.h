/* report.h: results as tables: mean ± std over the splits, in the paper's forms, as text, Markdown, CSV, JSON or LaTeX.
 *
 * Pure but for reading the results given: knows nothing of HDF5, processes or terminals.
 */
#ifndef TCSWEEP_REPORT_H
#define TCSWEEP_REPORT_H

#include <stdbool.h>

#include "tcsweep/bytes.h"
#include "tcsweep/metrics.h"
#include "tcsweep/status.h"
#include "tcsweep/store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_report_format {
    TCS_REPORT_TEXT, /* fits 100 columns */
    TCS_REPORT_MARKDOWN,
    TCS_REPORT_CSV,
    TCS_REPORT_JSON,
    TCS_REPORT_LATEX,
    TCS_N_REPORT_FORMATS
} tcs_report_format;
extern const char *const tcs_report_format_names[]; /* "text", …, NULL */

typedef struct tcs_report_options {
    tcs_report_format format;
    tcs_metric rank_by; /* the ranking's metric, on the test rows */
} tcs_report_options;

/* The whole report: what was run; for each configuration the form of the paper's Tables 2 and 3 and that of Table 4, with the paper's own figures
 * beside the configurations that are the paper's (architectures named fcnn and cnn); a ranking; what is missing. Only jobs that are done are
 * averaged; splits that have not ended, or failed, are named and n says how many were averaged: nothing is averaged in silence.
 *
 * Text and LaTeX show the best 20 configurations by rank_by, Markdown all; percent and K, rounded. CSV (one line for each configuration × set ×
 * metric; NaN is an empty field) and JSON (NaN is null; the splits' values too) hold all configurations in full precision, in the units of the
 * results file: fractions and K. Texts of the results are untrusted: control characters and broken UTF-8 are replaced.
 * Adds to `out`. A metric without a better side (mean_tc) is TCS_BAD_USAGE. */
tcs_status tcs_report_write(const tcs_results *results, const tcs_report_options *options, tcs_buffer *out, tcs_error *error);

/* How far a sweep is: counts by status, failures with their reasons, time spent and left, whether a run seems to be writing. Text only.
 * `now`: seconds since 1970. Time left: each job that has not ended takes the mean time of its configuration's done jobs, or else of its architecture's,
 * or else of all; a running one half of it; as many run at once as run now, or else as ran at most. */
tcs_status tcs_report_status(const tcs_results *results, double now, tcs_buffer *out, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
