/* Plain text: a whole report as expected, and what keeps it readable. */
#include "sample.h"

static void usual_report_is_as_expected(void) {
    tcs_results r = sample_usual();
    tcs_buffer out = {0};
    sample_assert_expected(sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out), "usual.txt");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void complete_sweep_says_so(void) {
    tcs_results r = sample_empty(2, 2);
    for (size_t job = 0; job < 4; job++)
        sample_finish(&r, job / 2, job % 2, 0.5, 1);
    r.is_complete = true;
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_MAE, &out);
    TCS_ASSERT_CONTAINS(text, "state             complete\n");
    TCS_ASSERT_CONTAINS(text, "Nothing: every job is done.");
    TCS_ASSERT_CONTAINS(text, "2/2\n");
    CU_ASSERT_PTR_NULL(strstr(text, "provisional"));
    CU_ASSERT_PTR_NULL(strstr(text, "paper FCNN")); /* no architecture of that name here */
    TCS_ASSERT_CONTAINS(text, "paper: FCNN");       /* but Table 4 always has the paper's rows */
    tcs_buffer_clear(&out);

    sample_fail(&r, 1, 1, TCS_JOB_TIMED_OUT, "");
    text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_MAE, &out);
    TCS_ASSERT_CONTAINS(text, "complete, with failures: 3 of 4 jobs done\n");
    TCS_ASSERT_CONTAINS(text, "1 × timed_out: no reason was recorded (job: net k=1, split 1)");
    TCS_ASSERT_CONTAINS(text, "net k=1: timed_out 1");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void other_data_are_told_apart(void) {
    tcs_results r = sample_usual();
    r.n_rows = 500;
    r.n_test[1] = 99;
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text, "of 500 rows: not the same data");
    TCS_ASSERT_CONTAINS(text, "13,132 training, 99–3,282 test");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void long_labels_fit(void) {
    tcs_results r = sample_usual();
    char label[400] = "début ";
    for (size_t i = strlen(label); i < 351; i++)
        label[i] = "é"[(i + 1) % 2];
    strcat(label, " end=0.0001");
    sample_set(&r.labels[0], label);
    sample_set(&r.errors[4], label);
    sample_set(&r.path, label);
    sample_set(&r.sweep_name, label);
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT_EQUAL(sample_widest_line(text), 100);
    TCS_ASSERT_CONTAINS(text, "début é");
    TCS_ASSERT_CONTAINS(text, "é…é");
    TCS_ASSERT_CONTAINS(text, "é end=0.0001  ");
    tcs_buffer_clear(&out);
    text = sample_status(&r, 1000001, &out);
    CU_ASSERT(sample_widest_line(text) <= 100);
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void huge_numbers_fit(void) {
    tcs_results r = sample_empty(2, 2);
    for (size_t job = 0; job < 4; job++)
        sample_finish(&r, job / 2, job % 2, -123456.5 * (double)(job + 1), 999999999.25 * (double)(job % 2));
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT(sample_widest_line(text) <= 100);
    TCS_ASSERT_CONTAINS(text, "-18518475.00 ± 8729692.83");
    for (size_t job = 0; job < 4; job++)
        sample_finish(&r, job / 2, job % 2, 1e200, job % 2 ? 1e300 : -INFINITY);
    tcs_buffer_clear(&out);
    text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT(sample_widest_line(text) <= 100);
    TCS_ASSERT_CONTAINS(text, "1.000e+202 ± 0.00");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void control_characters_never_reach_a_terminal(void) {
    tcs_results r = sample_usual();
    sample_set(&r.labels[1], "cnn\x1b[31m\nred\x7f\xc2\x9b");
    sample_set(&r.errors[4], "bad \xff\xfe bytes \xe2\x82 and \xed\xa0\x80");
    tcs_buffer out = {0};
    for (int i = 0; i < 2; i++) {
        const char *text =
            i == 0 ? sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out) : sample_status(&r, 1000001, &out);
        TCS_ASSERT_CONTAINS(text, "cnn�[31m�red��");
        TCS_ASSERT_CONTAINS(text, "bad �� bytes �� and ���");
        CU_ASSERT_PTR_NULL(strchr(text, 0x1b));
        CU_ASSERT_PTR_NULL(strchr(text, 0x7f));
        tcs_buffer_clear(&out);
    }
    sample_free(&r);
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (const char *c = strstr(text, part); c; c = strstr(c + 1, part))
        n++;
    return n;
}

static void only_the_best_twenty_are_shown(void) {
    tcs_results r = sample_empty(1000, 2);
    for (size_t c = 0; c < 1000; c++) {
        sample_finish(&r, c, 0, 0.25 + (double)c / 2048, 5);
        sample_fail(&r, c, 1, TCS_JOB_CRASHED, r.labels[c]); /* a reason of its own each */
    }
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_TEXT, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT_EQUAL(count(text, "The best 20 of 1,000 configurations by accuracy. All of them: tcsweep report --format csv.\n"), 3);
    CU_ASSERT_EQUAL(count(text, "\nnet k=999 "), 1); /* in one table, above its row in the other */
    CU_ASSERT_EQUAL(count(text, "\nnet k=999\n"), 1);
    CU_ASSERT_EQUAL(count(text, "\n  1*  net k=999 "), 1);
    CU_ASSERT_EQUAL(count(text, "net k=979"), 0);
    TCS_ASSERT_CONTAINS(text, "… and 980 more configurations");
    TCS_ASSERT_CONTAINS(text, "… and 980 more reasons");
    tcs_buffer_clear(&out);

    text = sample_report(&r, TCS_REPORT_MARKDOWN, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text, "| net k=0 | training |");
    TCS_ASSERT_CONTAINS(text, "| 1000\\* | net k=0 |");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void results_of_nothing_are_reported(void) {
    tcs_buffer out = {0};
    for (size_t n_splits = 0; n_splits < 2; n_splits++)
        for (unsigned format = 0; format < TCS_N_REPORT_FORMATS; format++) {
            tcs_results r = sample_empty(0, n_splits);
            CU_ASSERT(strlen(sample_report(&r, (tcs_report_format)format, TCS_METRIC_F1, &out)) > 0);
            tcs_buffer_clear(&out);
            TCS_ASSERT_CONTAINS(sample_status(&r, 0, &out), "0 of 0");
            tcs_buffer_clear(&out);
            sample_free(&r);
        }
}

TCS_TESTS("report as text", {"usual report is as expected", usual_report_is_as_expected},
          {"complete sweep says so", complete_sweep_says_so}, {"other data are told apart", other_data_are_told_apart},
          {"long labels fit", long_labels_fit}, {"huge numbers fit", huge_numbers_fit},
          {"control characters never reach a terminal", control_characters_never_reach_a_terminal},
          {"only the best twenty are shown", only_the_best_twenty_are_shown},
          {"results of nothing are reported", results_of_nothing_are_reported})
