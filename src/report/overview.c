/* What was run, and what of it is missing. */
#include <string.h>

#include "content.h"
#include "format.h"
#include "paper.h"

#define SHORT_DIGEST 12 /* hexadecimal digits: enough to tell files apart by eye */

static const char *known(const char *text) {
    return text && *text ? text : "unknown";
}

void report_add_outcomes(const report_summary *summary, tcs_buffer *out) {
    /* What is finished first, then what went wrong, then what is still to come. */
    static const tcs_outcome order[] = {TCS_JOB_DONE,      TCS_JOB_DIVERGED,      TCS_JOB_TIMED_OUT,
                                        TCS_JOB_CRASHED,   TCS_JOB_OUT_OF_MEMORY, TCS_JOB_FAILED,
                                        TCS_JOB_CANCELLED, TCS_JOB_RUNNING,       TCS_JOB_QUEUED};
    size_t n_added = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t n = summary->n_of[order[i]];
        if (n == 0 && order[i] != TCS_JOB_DONE)
            continue;
        char count[REPORT_NUMBER_BYTES];
        report_count_text(n, count);
        tcs_buffer_print(out, "%s%s %s", n_added++ > 0 ? ", " : "", count, tcs_outcome_name(order[i]));
    }
}

/* "3,282" or, where the splits differ, "3,281–3,282". */
static void add_range(const size_t *counts, size_t n, tcs_buffer *out) {
    size_t least = counts[0], most = counts[0];
    for (size_t i = 1; i < n; i++) {
        least = counts[i] < least ? counts[i] : least;
        most = counts[i] > most ? counts[i] : most;
    }
    char text[REPORT_NUMBER_BYTES];
    report_count_text(least, text);
    tcs_buffer_print(out, "%s", text);
    report_count_text(most, text);
    if (most > least)
        tcs_buffer_print(out, "–%s", text);
}

static void add_jobs(const report_summary *summary, report_document *document) {
    char n_jobs[REPORT_NUMBER_BYTES], n_configurations[REPORT_NUMBER_BYTES], n_done[REPORT_NUMBER_BYTES];
    report_count_text(summary->n_jobs, n_jobs);
    report_count_text(summary->n_ranked, n_configurations);
    report_count_text(summary->n_of[TCS_JOB_DONE], n_done);
    tcs_buffer outcomes = {0};
    report_add_outcomes(summary, &outcomes);
    report_add_field(document, "jobs", "%s (%s configuration%s × %zu split%s): %s", n_jobs, n_configurations,
                     summary->n_ranked == 1 ? "" : "s", summary->results->n_splits, summary->results->n_splits == 1 ? "" : "s",
                     report_text_of(document, &outcomes));
    tcs_buffer_clear(&outcomes);

    bool is_complete = summary->results->is_complete && summary->n_ended == summary->n_jobs;
    if (is_complete && summary->n_failed == 0)
        report_add_field(document, "state", "complete");
    else
        report_add_field(document, "state", "%s: %s of %s jobs done%s", is_complete ? "complete, with failures" : "unfinished",
                         n_done, n_jobs, is_complete ? "" : "; the figures below will change");
}

static void add_paper_note(const report_summary *summary, report_document *document) {
    char n_paper[REPORT_NUMBER_BYTES], n_rows[REPORT_NUMBER_BYTES];
    report_count_text(REPORT_PAPER_N_ROWS, n_paper);
    report_count_text(summary->results->n_rows, n_rows);
    bool is_same = summary->results->n_rows == REPORT_PAPER_N_ROWS;
    report_add(document, REPORT_PARAGRAPH,
               "Rows named \"paper\" are figures published by Kaplan et al.: trained for " REPORT_PAPER_TRAINING
               " (1e-5 from epoch 3,000 of each stage on), on "
               "six random 80/20 splits of %s rows%s%s%s.",
               n_paper, is_same ? "" : "; these results are of ", is_same ? "" : n_rows, is_same ? "" : " rows: not the same data");
}

void report_add_overview(const report_summary *summary, report_document *document) {
    const tcs_results *results = summary->results;
    report_add(document, REPORT_TITLE, "Results of the sweep %s", known(results->sweep_name));
    report_add_field(document, "results file", "%s", known(results->path));
    report_add_field(document, "sweep", "%s (sha256 %.*s)", known(results->sweep_name), SHORT_DIGEST, results->sweep_sha256);
    char count[REPORT_NUMBER_BYTES];
    report_count_text(results->n_rows, count);
    report_add_field(document, "data", "%s, %s rows (sha256 %.*s)", known(results->data_file), count, SHORT_DIGEST,
                     results->data_sha256);
    if (results->n_splits > 0) {
        tcs_buffer n_train = {0}, n_test = {0};
        add_range(results->n_train, results->n_splits, &n_train);
        add_range(results->n_test, results->n_splits, &n_test);
        report_add_field(document, "rows of a split", "%s training, %s test", report_text_of(document, &n_train),
                         report_text_of(document, &n_test));
        tcs_buffer_clear(&n_train);
        tcs_buffer_clear(&n_test);
    }
    add_jobs(summary, document);
    char duration[REPORT_NUMBER_BYTES];
    report_duration_text(summary->wall_s, duration);
    report_add_field(document, "time", "%s of training (the ended jobs' wall times added up)", duration);
    report_add_field(document, "made by", "tcsweep %s, created %s", known(results->tcsweep_version), known(results->created));
    report_add(
        document, REPORT_PARAGRAPH,
        "Figures are mean ± standard deviation over the splits that are done (sample standard deviation, ddof = 1). Column n: "
        "splits done / splits planned. One split has no deviation: ± –.");
    add_paper_note(summary, document);
}

void report_add_failures(const tcs_results *results, const report_failures *failures, size_t n_shown, report_document *document) {
    for (size_t i = 0; i < failures->n_groups && i < n_shown; i++) {
        const report_failure_group *group = &failures->groups[i];
        char count[REPORT_NUMBER_BYTES];
        report_count_text(group->n_jobs, count);
        report_add(document, REPORT_ITEM, "%s × %s: %s (%s %s, split %zu)", count, tcs_outcome_name(group->outcome),
                   *group->reason ? group->reason : "no reason was recorded",
                   group->n_jobs > 1 ? "first:" : "job:", results->labels[group->jobs[0] / results->n_splits],
                   group->jobs[0] % results->n_splits);
    }
    if (failures->n_groups > n_shown)
        report_add(document, REPORT_ITEM, "… and %zu more reasons; all of them: tcsweep report --format json",
                   failures->n_groups - n_shown);
}

/* One item a configuration, those first that stand first in the ranking. */
static void add_unfinished(const report_summary *summary, size_t n_shown, report_document *document) {
    size_t n_unfinished = 0;
    for (size_t i = 0; i < summary->n_ranked; i++) {
        size_t c = summary->order[i];
        if (summary->n_done[c] == summary->n_planned[c])
            continue;
        if (n_unfinished == 0)
            report_add(document, REPORT_PARAGRAPH,
                       "Splits that are not done, marked * above; they are left out of all averages. Splits count from 0.");
        if (n_unfinished++ >= n_shown)
            continue;
        tcs_buffer splits = {0};
        report_add_missing_splits(summary, c, &splits);
        report_add(document, REPORT_ITEM, "%s: %s", summary->results->labels[c], report_text_of(document, &splits));
        tcs_buffer_clear(&splits);
    }
    if (n_unfinished > n_shown)
        report_add(document, REPORT_ITEM, "… and %zu more configurations; all of them: tcsweep report --format csv",
                   n_unfinished - n_shown);
}

void report_add_missing(const report_summary *summary, const report_failures *failures, size_t n_shown, report_document *document) {
    report_add(document, REPORT_HEADING, "What is missing");
    if (summary->n_of[TCS_JOB_DONE] == summary->n_jobs) {
        report_add(document, REPORT_PARAGRAPH, "Nothing: every job is done.");
        return;
    }
    add_unfinished(summary, n_shown, document);
    if (failures->n_groups > 0) {
        report_add(document, REPORT_PARAGRAPH, "Jobs that failed, by reason:");
        report_add_failures(summary->results, failures, n_shown, document);
    }
}
