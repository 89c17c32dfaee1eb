/* What is averaged, in which order configurations stand, and what is refused. */
#include "sample.h"
#include "summary.h"

static report_summary summarize(const tcs_results *r, tcs_metric metric) {
    report_summary summary;
    CU_ASSERT_EQUAL_FATAL(report_summary_create(r, metric, &summary, NULL), TCS_OK);
    return summary;
}

static void better_is_first(void) {
    tcs_results r = sample_empty(3, 1);
    sample_finish(&r, 0, 0, 0.5, 3);
    sample_finish(&r, 1, 0, 0.75, 5);
    sample_finish(&r, 2, 0, 0.25, 1);
    report_summary summary = summarize(&r, TCS_METRIC_ACCURACY); /* larger is better */
    const size_t by_accuracy[] = {1, 0, 2}, by_difference[] = {2, 0, 1};
    CU_ASSERT_EQUAL(memcmp(summary.order, by_accuracy, sizeof by_accuracy), 0);
    CU_ASSERT_EQUAL(summary.rank[0], 2);
    report_summary_free(&summary);
    summary = summarize(&r, TCS_METRIC_PAPER_DIFF); /* smaller is better */
    CU_ASSERT_EQUAL(memcmp(summary.order, by_difference, sizeof by_difference), 0);
    CU_ASSERT_EQUAL(summary.rank[1], 3);
    report_summary_free(&summary);
    sample_free(&r);
}

static void equal_ones_share_a_rank_and_nan_is_last(void) {
    tcs_results r = sample_empty(5, 1);
    sample_finish(&r, 1, 0, 0.5, 3);
    sample_finish(&r, 2, 0, 0.75, 3);
    sample_finish(&r, 3, 0, NAN, 3);
    sample_finish(&r, 4, 0, 0.75, 3);
    report_summary summary = summarize(&r, TCS_METRIC_ACCURACY);
    const size_t order[] = {2, 4, 1, 0, 3}, rank[] = {0, 3, 1, 0, 1};
    CU_ASSERT_EQUAL(memcmp(summary.order, order, sizeof order), 0);
    CU_ASSERT_EQUAL(memcmp(summary.rank, rank, sizeof rank), 0);
    report_summary_free(&summary);
    summary = summarize(&r, TCS_METRIC_MAE); /* NaN is last where smaller is better, too */
    CU_ASSERT_EQUAL(summary.order[4], 0);
    report_summary_free(&summary);
    sample_free(&r);
}

/* A job that was cut off between its data and its status, or queued again, has numbers in the file that count for nothing. */
static void only_done_jobs_are_averaged(void) {
    tcs_results r = sample_empty(1, 4);
    for (size_t s = 0; s < 4; s++)
        sample_finish(&r, 0, s, s < 2 ? 0.5 + 0.25 * (double)s : 99, 1);
    r.outcomes[2] = TCS_JOB_RUNNING;
    r.outcomes[3] = TCS_JOB_DIVERGED;
    report_summary summary = summarize(&r, TCS_METRIC_ACCURACY);
    tcs_aggregate aggregate = report_aggregate(&summary, 0, TCS_SET_TEST, TCS_METRIC_ACCURACY);
    CU_ASSERT_EQUAL(aggregate.n, 2);
    CU_ASSERT_EQUAL(aggregate.mean, 0.625);
    CU_ASSERT_DOUBLE_EQUAL(aggregate.std, 0.17677669529663687, 1e-15);
    CU_ASSERT_EQUAL(summary.score[0], 0.625);
    CU_ASSERT_EQUAL(summary.n_done[0], 2);
    CU_ASSERT_EQUAL(summary.n_planned[0], 4);
    report_summary_free(&summary);
    sample_free(&r);
}

static void unplanned_configurations_are_left_out(void) {
    tcs_results r = sample_empty(3, 2);
    for (size_t job = 0; job < 4; job++)
        r.outcomes[job] = TCS_JOB_UNPLANNED;
    r.outcomes[1] = (tcs_outcome)77; /* cannot be, and counts as unplanned */
    sample_finish(&r, 2, 0, 0.5, 1);
    sample_finish(&r, 2, 1, 0.5, 1);
    report_summary summary = summarize(&r, TCS_METRIC_ACCURACY);
    CU_ASSERT_EQUAL(summary.n_ranked, 1);
    CU_ASSERT_EQUAL(summary.n_jobs, 2);
    CU_ASSERT_EQUAL(summary.n_of[TCS_JOB_UNPLANNED], 4);
    report_summary_free(&summary);
    tcs_buffer out = {0};
    for (unsigned format = 0; format < TCS_N_REPORT_FORMATS; format++) {
        const char *text = sample_report(&r, (tcs_report_format)format, TCS_METRIC_ACCURACY, &out);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "net k=2"));
        CU_ASSERT_PTR_NULL(strstr(text, "net k=0"));
        tcs_buffer_clear(&out);
    }
    sample_free(&r);
}

static void missing_splits_are_named(void) {
    tcs_results r = sample_empty(1, 10);
    sample_finish(&r, 0, 3, 0.5, 1);
    sample_fail(&r, 0, 5, TCS_JOB_DIVERGED, "");
    sample_fail(&r, 0, 9, TCS_JOB_DIVERGED, "");
    r.outcomes[4] = TCS_JOB_RUNNING;
    r.outcomes[6] = TCS_JOB_UNPLANNED;
    report_summary summary = summarize(&r, TCS_METRIC_ACCURACY);
    tcs_buffer out = {0};
    report_add_missing_splits(&summary, 0, &out);
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&out), "queued 0–2, 7, 8; running 4; diverged 5, 9");
    tcs_buffer_clear(&out);
    report_summary_free(&summary);
    sample_free(&r);
}

static void undefined_figures_show_how_many_count(void) {
    tcs_results r = sample_empty(1, 3);
    for (size_t s = 0; s < 3; s++)
        sample_finish(&r, 0, s, 0.5, 1);
    r.metrics[TCS_SET_TEST][TCS_METRIC_PRECISION][1] = NAN;
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_MARKDOWN, TCS_METRIC_PRECISION, &out);
    TCS_ASSERT_CONTAINS(text, "| 51.56 ± 0.00 \\[2\\] |");
    TCS_ASSERT_CONTAINS(text, "only k of the splits done have this figure");
    tcs_buffer_clear(&out);
    r.metrics[TCS_SET_TEST][TCS_METRIC_PRECISION][1] = 0.515625;
    text = sample_report(&r, TCS_REPORT_MARKDOWN, TCS_METRIC_PRECISION, &out);
    CU_ASSERT_PTR_NULL(strstr(text, "only k of the splits"));
    tcs_buffer_clear(&out);
    sample_free(&r);
}

/* Architectures stand together, in the file's order, with the paper's rows after them. */
static void paper_follows_its_architecture(void) {
    tcs_results r = sample_empty(4, 1);
    sample_name(&r, 0, "cnn", "first");
    sample_name(&r, 1, "fcnn", "second");
    sample_name(&r, 2, "cnn", "third");
    sample_name(&r, 3, "cnn2", "fourth");
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_MARKDOWN, TCS_METRIC_ACCURACY, &out);
    static const char *const order[] = {"| first |",    "| third |",  "| paper CNN", "| second |",
                                        "| paper FCNN", "| fourth |", "## Test"};
    for (size_t i = 0; i < sizeof order / sizeof *order && text; i++) {
        text = strstr(text, order[i]);
        CU_ASSERT_PTR_NOT_NULL(text);
    }
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void wrong_options_are_refused(void) {
    tcs_results r = sample_usual();
    tcs_buffer out = {0};
    tcs_error error = {0};
    tcs_report_options options = {.format = TCS_REPORT_TEXT, .rank_by = TCS_METRIC_MEAN_TC};
    CU_ASSERT_EQUAL(tcs_report_write(&r, &options, &out, &error), TCS_BAD_USAGE);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "cannot be ranked by mean_tc");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "accuracy, precision, ");
    options.rank_by = TCS_N_METRICS;
    CU_ASSERT_EQUAL(tcs_report_write(&r, &options, &out, &error), TCS_BAD_USAGE);
    options = (tcs_report_options){.format = TCS_N_REPORT_FORMATS, .rank_by = TCS_METRIC_F1};
    CU_ASSERT_EQUAL(tcs_report_write(&r, &options, &out, &error), TCS_BAD_USAGE);
    CU_ASSERT_EQUAL(error.n_messages, 3);
    CU_ASSERT_EQUAL(out.length, 0);
    CU_ASSERT_PTR_NULL(tcs_report_format_names[TCS_N_REPORT_FORMATS]);
    CU_ASSERT_STRING_EQUAL(tcs_report_format_names[TCS_REPORT_LATEX], "latex");
    tcs_error_clear(&error);
    sample_free(&r);
}

TCS_TESTS("report: what is averaged and ranked", {"better is first", better_is_first},
          {"equal ones share a rank and NaN is last", equal_ones_share_a_rank_and_nan_is_last},
          {"only done jobs are averaged", only_done_jobs_are_averaged},
          {"unplanned configurations are left out", unplanned_configurations_are_left_out},
          {"missing splits are named", missing_splits_are_named},
          {"undefined figures show how many count", undefined_figures_show_how_many_count},
          {"paper follows its architecture", paper_follows_its_architecture},
          {"wrong options are refused", wrong_options_are_refused})
