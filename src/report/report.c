/* The two public functions: content first, then the format. */
#include "tcsweep/report.h"

#include <stdint.h>
#include <string.h>

#include "content.h"
#include "writers.h"

/* Configurations in a table: what fits a screen or a page. Markdown, for files, holds all. */
#define N_SHOWN 20

const char *const tcs_report_format_names[] = {
    [TCS_REPORT_TEXT] = "text", [TCS_REPORT_MARKDOWN] = "markdown", [TCS_REPORT_CSV] = "csv",
    [TCS_REPORT_JSON] = "json", [TCS_REPORT_LATEX] = "latex",       [TCS_N_REPORT_FORMATS] = NULL};

static void write_document(const report_summary *summary, const report_failures *failures, tcs_report_format format,
                           tcs_buffer *out) {
    report_document document = {0};
    size_t n_shown = format == TCS_REPORT_MARKDOWN ? SIZE_MAX : N_SHOWN;
    report_add_overview(summary, &document);
    report_add_training_and_testing(summary, n_shown, &document);
    report_add_test_scores(summary, n_shown, &document);
    report_add_ranking(summary, n_shown, &document);
    report_add_missing(summary, failures, n_shown, &document);
    if (report_document_has_failed(&document))
        out->failed = true;
    else if (format == TCS_REPORT_TEXT)
        report_write_text(&document, out);
    else if (format == TCS_REPORT_MARKDOWN)
        report_write_markdown(&document, out);
    else
        report_write_latex(&document, out);
    report_document_free(&document);
}

static tcs_status check_options(const tcs_report_options *options, tcs_error *error) {
    if ((unsigned)options->format >= TCS_N_REPORT_FORMATS)
        return tcs_error_add(error, TCS_BAD_USAGE, "there is no report format number %d", (int)options->format);
    if ((unsigned)options->rank_by >= TCS_N_METRICS)
        return tcs_error_add(error, TCS_BAD_USAGE, "there is no metric number %d", (int)options->rank_by);
    if (tcs_metric_direction(options->rank_by) != 0)
        return TCS_OK;
    tcs_buffer names = {0};
    for (unsigned metric = 0; metric < TCS_N_METRICS; metric++)
        if (tcs_metric_direction((tcs_metric)metric) != 0)
            tcs_buffer_print(&names, "%s%s", names.length > 0 ? ", " : "", tcs_metric_name((tcs_metric)metric));
    tcs_status status =
        tcs_error_add(error, TCS_BAD_USAGE, "configurations cannot be ranked by %s: it has no better side; choose one of %s",
                      tcs_metric_name(options->rank_by), tcs_buffer_text(&names));
    tcs_buffer_clear(&names);
    return status;
}

tcs_status tcs_report_write(const tcs_results *results, const tcs_report_options *options, tcs_buffer *out, tcs_error *error) {
    report_summary summary;
    report_failures failures;
    tcs_status status = check_options(options, error);
    if (status == TCS_OK)
        status = report_summary_create(results, options->rank_by, &summary, error);
    if (status != TCS_OK)
        return status;
    status = report_failures_create(results, &failures, error);
    if (status == TCS_OK) {
        if (options->format == TCS_REPORT_CSV)
            report_write_csv(&summary, out);
        else if (options->format == TCS_REPORT_JSON)
            report_write_json(&summary, &failures, out);
        else
            write_document(&summary, &failures, options->format, out);
        report_failures_free(&failures);
    }
    report_summary_free(&summary);
    if (status == TCS_OK && out->failed)
        status = tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while writing the report");
    return status;
}
