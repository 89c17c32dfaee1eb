/* writers.h: the five formats. Each adds to `out`; memory that ran out shows in out->failed. */
#ifndef TCS_REPORT_WRITERS_H
#define TCS_REPORT_WRITERS_H

#include "document.h"
#include "failures.h"
#include "summary.h"

#define REPORT_TEXT_WIDTH 100 /* columns of text that no line exceeds */

/* For people: the same document. */
void report_write_text(const report_document *document, tcs_buffer *out);
void report_write_markdown(const report_document *document, tcs_buffer *out);
/* A fragment for \input, with \usepackage{booktabs}. */
void report_write_latex(const report_document *document, tcs_buffer *out);

/* For programs: every number in full precision, in the units of the results file (fractions, K), of every configuration.
 * CSV is long: one line for each configuration × set × metric; NaN is an empty field. JSON has null for NaN. */
void report_write_csv(const report_summary *summary, tcs_buffer *out);
void report_write_json(const report_summary *summary, const report_failures *failures, tcs_buffer *out);

#endif
