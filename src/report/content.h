/* content.h: what a report says, written once for all formats that people read (text, Markdown, LaTeX). */
#ifndef TCS_REPORT_CONTENT_H
#define TCS_REPORT_CONTENT_H

#include <stddef.h>

#include "document.h"
#include "failures.h"
#include "summary.h"

/* The four parts of a report. At most n_shown configurations stand in each table: the best ones. */
void report_add_overview(const report_summary *summary, report_document *document);
void report_add_training_and_testing(const report_summary *summary, size_t n_shown, report_document *document);
void report_add_test_scores(const report_summary *summary, size_t n_shown, report_document *document);
void report_add_ranking(const report_summary *summary, size_t n_shown, report_document *document);
void report_add_missing(const report_summary *summary, const report_failures *failures, size_t n_shown, report_document *document);

/* Parts of the above that the status shares. */
void report_add_failures(const tcs_results *results, const report_failures *failures, size_t n_shown, report_document *document);
/* Adds "117 done, 2 diverged, 3 queued". */
void report_add_outcomes(const report_summary *summary, tcs_buffer *out);

#endif
