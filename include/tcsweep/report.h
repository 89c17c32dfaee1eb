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
 * beside the configurations that are the paper's; a ranking; what is missing. Splits that have not ended, or failed, are named and n says how many
 * were averaged: nothing is averaged in silence. */
tcs_status tcs_report_write(const tcs_results *results, const tcs_report_options *options, tcs_buffer *out, tcs_error *error);

/* How far a sweep is: counts by status, failures with their reasons, time spent and left. Text only. `now`: seconds since 1970. */
tcs_status tcs_report_status(const tcs_results *results, double now, tcs_buffer *out, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
