/* The tables: the form of the paper's Tables 2 and 3, that of Table 4, and the ranking. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "format.h"
#include "paper.h"

#define CELL_BYTES (REPORT_MEAN_STD_BYTES + 2 * REPORT_NUMBER_BYTES)

/* "4.497 ± 0.328". A figure that only k of the splits done have says so: "… [k]". */
static void mean_std(const report_summary *summary, size_t configuration, tcs_set set, tcs_metric metric, bool *has_gap,
                     char text[CELL_BYTES]) {
    tcs_aggregate aggregate = report_aggregate(summary, configuration, set, metric);
    report_mean_std_text(metric, aggregate, text);
    if (aggregate.n > 0 && aggregate.n < summary->n_done[configuration]) {
        size_t n = strlen(text);
        snprintf(text + n, CELL_BYTES - n, " [%zu]", aggregate.n);
        *has_gap = true;
    }
}

/* "6/6", "4/6*" */
static void add_n_cell(const report_summary *summary, size_t c, report_document *document) {
    bool is_whole = summary->n_done[c] == summary->n_planned[c];
    report_add_cell(document, "%zu/%zu%s", summary->n_done[c], summary->n_planned[c], is_whole ? "" : "*");
}

static void add_gap_note(bool has_gap, report_document *document) {
    if (has_gap)
        report_add(document, REPORT_PARAGRAPH, "[k]: only k of the splits done have this figure; in the others it is undefined.");
}

static void add_selection_note(const report_summary *summary, size_t n_shown, report_document *document) {
    if (summary->n_ranked <= n_shown)
        return;
    char n[REPORT_NUMBER_BYTES];
    report_count_text(summary->n_ranked, n);
    report_add(document, REPORT_PARAGRAPH, "The best %zu of %s configurations by %s. All of them: tcsweep report --format csv.",
               n_shown, n, tcs_metric_name(summary->rank_by));
}

static int compare_groups(const void *a_in, const void *b_in, void *context) {
    const report_summary *summary = context;
    size_t a = *(const size_t *)a_in, b = *(const size_t *)b_in;
    size_t first_a = summary->architecture_first[a], first_b = summary->architecture_first[b];
    if (first_a != first_b)
        return first_a < first_b ? -1 : 1;
    return (a > b) - (a < b);
}

/* The best n configurations, grouped by architecture in the file's order; *n_out of them. The caller frees; NULL where memory ran out. */
static size_t *group_configurations(const report_summary *summary, size_t n, size_t *n_out) {
    *n_out = n < summary->n_ranked ? n : summary->n_ranked;
    size_t *configurations = tcs_allocate(*n_out, sizeof *configurations, NULL);
    if (!configurations)
        return NULL;
    if (*n_out > 0)
        memcpy(configurations, summary->order, *n_out * sizeof *configurations);
    qsort_r(configurations, *n_out, sizeof *configurations, compare_groups, (void *)(uintptr_t)summary);
    return configurations;
}

static void add_paper_n(report_paper_model model, report_document *document) {
    unsigned n = report_paper_n_splits(model);
    if (n > 0)
        report_add_cell(document, "%u/%u", n, n);
    else
        report_add_cell(document, "%s", "");
}

/* ---- Tables 2 and 3 ------------------------------------------------------------------------------------------------------- */

static const char *const row_names[TCS_N_SETS] = {[TCS_SET_TRAIN] = "training", [TCS_SET_TEST] = "testing"};

static void add_set_rows(const report_summary *summary, size_t c, bool *has_gap, report_document *document) {
    for (unsigned i = 0; i < TCS_N_SETS; i++) {
        tcs_set set = (tcs_set)i;
        char difference[CELL_BYTES], accuracy[CELL_BYTES], mean_tc[REPORT_NUMBER_BYTES];
        mean_std(summary, c, set, TCS_METRIC_PAPER_DIFF, has_gap, difference);
        mean_std(summary, c, set, TCS_METRIC_ACCURACY, has_gap, accuracy);
        report_fixed_text(report_aggregate(summary, c, set, TCS_METRIC_MEAN_TC).mean,
                          report_metric_style_of(TCS_METRIC_MEAN_TC)->decimals, mean_tc);
        report_add_cell(document, "%s", i == 0 ? summary->results->labels[c] : "");
        report_add_cell(document, "%s", row_names[set]);
        report_add_cell(document, "%s / %s", difference, mean_tc);
        report_add_cell(document, "%s%s", accuracy, summary->n_done[c] > 0 ? " %" : "");
        add_n_cell(summary, c, document);
    }
}

static void add_paper_set_rows(report_paper_model model, report_document *document) {
    for (unsigned i = 0; i < TCS_N_SETS; i++) {
        tcs_set set = (tcs_set)i;
        if (i == 0)
            report_add_cell(document, "paper %s (" REPORT_PAPER_TRAINING ")", report_paper_model_name(model));
        else
            report_add_cell(document, "%s", "");
        report_add_cell(document, "%s", row_names[set]);
        report_add_cell(document, "%s / %s", report_paper_text(model, set, TCS_METRIC_PAPER_DIFF),
                        report_paper_text(model, set, TCS_METRIC_MEAN_TC));
        report_add_cell(document, "%s %%", report_paper_text(model, set, TCS_METRIC_ACCURACY));
        add_paper_n(model, document);
    }
}

void report_add_training_and_testing(const report_summary *summary, size_t n_shown, report_document *document) {
    report_add(document, REPORT_HEADING, "Training and testing, in the form of the paper's Tables 2 and 3");
    add_selection_note(summary, n_shown, document);
    report_add_table(document, "clrrr");
    static const char *const headers[] = {"configuration", "rows", "avg pred. diff (K) / avg Tc (K)", "classification", "n"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        report_add_cell(document, "%s", headers[i]);

    size_t n, *configurations = group_configurations(summary, n_shown, &n);
    if (!configurations) {
        document->texts.failed = true;
        return;
    }
    bool has_gap = false;
    for (size_t i = 0; i < n; i++) {
        size_t c = configurations[i];
        add_set_rows(summary, c, &has_gap, document);
        bool ends_group = i + 1 == n || summary->architecture_first[configurations[i + 1]] != summary->architecture_first[c];
        report_paper_model model = report_paper_model_of(summary->results->architectures[c]);
        if (ends_group && model != REPORT_N_PAPER_MODELS)
            add_paper_set_rows(model, document);
    }
    free(configurations);
    report_add(
        document, REPORT_PARAGRAPH,
        "avg pred. diff: the sum of |predicted Tc − Tc| over the true positives, divided by the number of all rows of the set. "
        "avg Tc: the mean of their true Tc. classification: accuracy.");
    add_gap_note(has_gap, document);
}

/* ---- Table 4 -------------------------------------------------------------------------------------------------------------- */

static const tcs_metric test_metrics[] = {TCS_METRIC_ACCURACY,   TCS_METRIC_PRECISION, TCS_METRIC_RECALL, TCS_METRIC_F1,
                                          TCS_METRIC_PAPER_DIFF, TCS_METRIC_MAE,       TCS_METRIC_ROC_AUC};
#define N_TEST_METRICS (sizeof test_metrics / sizeof *test_metrics)
static const char test_columns[] = "crrrrrror"; /* ROC AUC may be left out */
_Static_assert(sizeof test_columns - 1 == N_TEST_METRICS + 2, "a column for the label, each metric and n");

static void add_test_row(const report_summary *summary, size_t c, bool *has_gap, report_document *document) {
    report_add_cell(document, "%s", summary->results->labels[c]);
    for (size_t i = 0; i < N_TEST_METRICS; i++) {
        char text[CELL_BYTES];
        mean_std(summary, c, TCS_SET_TEST, test_metrics[i], has_gap, text);
        report_add_cell(document, "%s", text);
    }
    add_n_cell(summary, c, document);
}

static void add_paper_test_rows(report_document *document) {
    for (unsigned i = 0; i < REPORT_N_PAPER_MODELS; i++) {
        report_paper_model model = (report_paper_model)i;
        report_add_cell(document, "paper: %s", report_paper_model_name(model));
        for (size_t k = 0; k < N_TEST_METRICS; k++)
            report_add_cell(document, "%s", report_paper_text(model, TCS_SET_TEST, test_metrics[k]));
        add_paper_n(model, document);
    }
}

void report_add_test_scores(const report_summary *summary, size_t n_shown, report_document *document) {
    report_add(document, REPORT_HEADING, "Test rows, in the form of the paper's Table 4");
    add_selection_note(summary, n_shown, document);
    report_add_table(document, test_columns);
    report_add_cell(document, "configuration");
    for (size_t i = 0; i < N_TEST_METRICS; i++)
        report_add_cell(document, "%s",
                        test_metrics[i] == TCS_METRIC_PAPER_DIFF ? "regression (K)"
                                                                 : report_metric_style_of(test_metrics[i])->header);
    report_add_cell(document, "n");

    size_t n, *configurations = group_configurations(summary, n_shown, &n);
    if (!configurations) {
        document->texts.failed = true;
        return;
    }
    bool has_gap = false;
    for (size_t i = 0; i < n; i++)
        add_test_row(summary, configurations[i], &has_gap, document);
    free(configurations);
    add_paper_test_rows(document);
    report_add(document, REPORT_PARAGRAPH,
               "regression: avg pred. diff as above. MAE: the mean of |predicted Tc − Tc| over all test rows, which is never "
               "smaller. Positive: "
               "a superconductor (Tc > 0).");
    add_gap_note(has_gap, document);
}

/* ---- ranking -------------------------------------------------------------------------------------------------------------- */

static void add_rank_row(const report_summary *summary, size_t c, bool *has_gap, report_document *document) {
    char score[CELL_BYTES];
    mean_std(summary, c, TCS_SET_TEST, summary->rank_by, has_gap, score);
    bool is_whole = summary->n_done[c] == summary->n_planned[c];
    if (summary->rank[c] > 0)
        report_add_cell(document, "%zu%s", summary->rank[c], is_whole ? "" : "*");
    else
        report_add_cell(document, "–%s", is_whole ? "" : "*");
    report_add_cell(document, "%s", summary->results->labels[c]);
    report_add_cell(document, "%s", score);
    add_n_cell(summary, c, document);
}

void report_add_ranking(const report_summary *summary, size_t n_shown, report_document *document) {
    bool is_larger_better = tcs_metric_direction(summary->rank_by) > 0;
    report_add(document, REPORT_HEADING, "Ranking by %s on the test rows (%s is better)", tcs_metric_name(summary->rank_by),
               is_larger_better ? "larger" : "smaller");
    add_selection_note(summary, n_shown, document);
    report_add_table(document, "rcrr");
    report_add_cell(document, "rank");
    report_add_cell(document, "configuration");
    report_add_cell(document, "%s", report_metric_style_of(summary->rank_by)->header);
    report_add_cell(document, "n");
    bool has_gap = false, has_mark = false;
    for (size_t i = 0; i < summary->n_ranked && i < n_shown; i++) {
        size_t c = summary->order[i];
        add_rank_row(summary, c, &has_gap, document);
        has_mark = has_mark || summary->n_done[c] != summary->n_planned[c];
    }
    report_add(
        document, REPORT_PARAGRAPH,
        "A ranking by test scores is optimistic as a choice of model: the best score is partly luck of these test rows. Judge the "
        "chosen model on rows that had no say in the choice.");
    if (has_mark)
        report_add(document, REPORT_PARAGRAPH,
                   "* not all planned splits are done: the place is provisional. \"What is missing\" names the splits.");
    add_gap_note(has_gap, document);
}
