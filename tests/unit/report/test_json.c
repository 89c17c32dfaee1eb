/* JSON, held against a checker of its own. */
#include "json_check.h"
#include "sample.h"

static void checker_knows_json(void) {
    static const char *const good[] = {"{}", "[]", " [1, -0.5e+3, \"a\\u00e9\\n\", null, true, {\"a\": []}] ", "0", "\"±\""};
    static const char *const bad[] = {"",        "{",     "[1,]",    "{\"a\" 1}", "{a: 1}", "[01]",      "[1.]", "[nan]",
                                      "\"\\x\"", "[1 2]", "\"a\n\"", "\"\xff\"",  "[1]]",   "\"\\u12\"", "[.5]", "[-]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CU_ASSERT(json_check(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT(!json_check(bad[i]));
}

static void usual_report_is_as_expected(void) {
    tcs_results r = sample_usual();
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_JSON, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT(json_check(text));
    sample_assert_expected(text, "usual.json");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void hostile_texts_stay_inside_their_quotes(void) {
    tcs_results r = sample_usual();
    sample_set(&r.labels[0], "\", \"x\": [\\ \n\t\x01 \xc3\xa9 \xff \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82");
    sample_set(&r.hyperparameter_paths[1], "a\"b\\");
    sample_set(&r.errors[4], "}\r\x7f");
    sample_set(&r.hyperparameter_texts[0][0], "\"");
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_JSON, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT(json_check(text));
    TCS_ASSERT_CONTAINS(text, "\"label\": \"\\\", \\\"x\\\": [\\\\ \\u000a\\u0009\\u0001 é � �� ��� ���� ��\"");
    TCS_ASSERT_CONTAINS(text, "\"a\\\"b\\\\\": 0");
    TCS_ASSERT_CONTAINS(text, "\"reason\": \"}\\u000d\\u007f\"");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void numbers_that_are_none_are_null(void) {
    tcs_results r = sample_empty(1, 2);
    sample_finish(&r, 0, 0, INFINITY, -INFINITY);
    r.updated = NAN;
    r.hyperparameter_numbers[1][0] = NAN;
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_JSON, TCS_METRIC_ACCURACY, &out);
    CU_ASSERT(json_check(text));
    TCS_ASSERT_CONTAINS(text, "\"updated\": null");
    TCS_ASSERT_CONTAINS(text, "\"k\": null");
    TCS_ASSERT_CONTAINS(text, "\"r2\": {\"mean\": 0.5, \"std\": null, \"sem\": null, \"n\": 1, \"values\": [0.5, null]}");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

/* Empty lists are where commas go wrong. */
static void any_size_is_valid(void) {
    for (size_t n_configurations = 0; n_configurations < 3; n_configurations++)
        for (size_t n_splits = 0; n_splits < 3; n_splits++) {
            tcs_results r = sample_empty(n_configurations, n_splits);
            tcs_buffer out = {0};
            CU_ASSERT(json_check(sample_report(&r, TCS_REPORT_JSON, TCS_METRIC_ACCURACY, &out)));
            tcs_buffer_clear(&out);
            sample_free(&r);
        }
}

TCS_TESTS("report as JSON", {"checker knows JSON", checker_knows_json},
          {"usual report is as expected", usual_report_is_as_expected},
          {"hostile texts stay inside their quotes", hostile_texts_stay_inside_their_quotes},
          {"numbers that are none are null", numbers_that_are_none_are_null}, {"any size is valid", any_size_is_valid})
