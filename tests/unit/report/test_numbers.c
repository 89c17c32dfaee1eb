/* Numbers and texts as people read them. */
#include <locale.h>

#include "format.h"
#include "paper.h"
#include "sample.h"
#include "utf8.h"

static void fixed_decimals(void) {
    static const struct {
        double value;
        int decimals;
        const char *expected;
    } cases[] = {{4.4966, 3, "4.497"},
                 {-0.12, 3, "-0.120"},
                 {-0.0001, 3, "0.000"},
                 {0, 0, "0"},
                 {2.5, 0, "2"},
                 {NAN, 3, "–"},
                 {INFINITY, 3, "inf"},
                 {-INFINITY, 2, "-inf"},
                 {999999999, 2, "999999999.00"},
                 {1.2349e12, 3, "1.235e+12"},
                 {-1e300, 2, "-1.000e+300"},
                 {17.9195, 4, "17.9195"},
                 {99.999, 2, "100.00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[REPORT_NUMBER_BYTES];
        report_fixed_text(cases[i].value, cases[i].decimals, text);
        CU_ASSERT_STRING_EQUAL(text, cases[i].expected);
    }
}

static void means(void) {
    char text[REPORT_MEAN_STD_BYTES];
    report_mean_std_text(TCS_METRIC_ACCURACY, (tcs_aggregate){0.8304, 0.006, 0.002, 6}, text);
    CU_ASSERT_STRING_EQUAL(text, "83.04 ± 0.60");
    report_mean_std_text(TCS_METRIC_PAPER_DIFF, (tcs_aggregate){4.4971, 0.3279, 0.1, 6}, text);
    CU_ASSERT_STRING_EQUAL(text, "4.497 ± 0.328");
    report_mean_std_text(TCS_METRIC_PAPER_DIFF, (tcs_aggregate){4.4971, NAN, NAN, 1}, text);
    CU_ASSERT_STRING_EQUAL(text, "4.497 ± –");
    report_mean_std_text(TCS_METRIC_R2, (tcs_aggregate){NAN, NAN, NAN, 0}, text);
    CU_ASSERT_STRING_EQUAL(text, "–");
}

static void counts_and_durations(void) {
    static const struct {
        double seconds;
        const char *expected;
    } durations[] = {{0, "0.00 s"},           {-3, "0.00 s"},  {0.424, "0.42 s"},   {9.994, "9.99 s"},
                     {9.999, "10 s"},         {59.4, "59 s"},  {59.9, "1 min"},     {200, "3 min 20 s"},
                     {3599.4, "59 min 59 s"}, {3599.9, "1 h"}, {7500, "2 h 5 min"}, {86399, "1 d"},
                     {273600, "3 d 4 h"},     {NAN, "–"},      {INFINITY, "–"}};
    char text[REPORT_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        report_duration_text(durations[i].seconds, text);
        CU_ASSERT_STRING_EQUAL(text, durations[i].expected);
    }
    report_count_text(999, text);
    CU_ASSERT_STRING_EQUAL(text, "999");
    report_count_text(1000, text);
    CU_ASSERT_STRING_EQUAL(text, "1,000");
    report_count_text(SIZE_MAX, text);
    CU_ASSERT_STRING_EQUAL(text, "18,446,744,073,709,551,615");
}

static void locale_changes_nothing(void) {
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "de_DE", "fr_FR"};
    bool has_locale = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !has_locale; i++)
        has_locale = setlocale(LC_NUMERIC, names[i]) != NULL;
    if (!has_locale)
        printf("skipped: no locale with a decimal comma is installed ");
    fixed_decimals();
    means();
    setlocale(LC_NUMERIC, "C");
}

static const char *shortened(const char *text, size_t width, tcs_buffer *out) {
    tcs_buffer_clear(out);
    report_add_shortened(out, text, width);
    return tcs_buffer_text(out);
}

static void texts_are_shortened_in_the_middle(void) {
    tcs_buffer out = {0};
    CU_ASSERT_STRING_EQUAL(shortened("abcdefghij", 10, &out), "abcdefghij");
    CU_ASSERT_STRING_EQUAL(shortened("abcdefghij", 9, &out), "abcd…ghij");
    CU_ASSERT_STRING_EQUAL(shortened("abcdefghij", 6, &out), "abc…ij");
    CU_ASSERT_STRING_EQUAL(shortened("abcdefghij", 3, &out), "a…j");
    CU_ASSERT_STRING_EQUAL(shortened("äöüß€", 4, &out), "äö…€");
    CU_ASSERT_STRING_EQUAL(shortened("", 3, &out), "");
    CU_ASSERT_EQUAL(report_width("a±€𝄞"), 4);
    tcs_buffer_clear(&out);
}

/* Texts and numbers of the paper's figures are written twice: they must agree. */
static void paper_figures_agree_with_their_texts(void) {
    for (size_t i = 0; i < report_n_paper_figures; i++) {
        const report_paper_figure *figure = &report_paper_figures[i];
        const char *start = figure->text + strcspn(figure->text, "0123456789"), *deviation = strstr(figure->text, "± ");
        double scale = report_metric_style_of(figure->metric)->scale;
        CU_ASSERT_DOUBLE_EQUAL(strtod(start, NULL), scale * figure->mean, 1e-9);
        CU_ASSERT_EQUAL(deviation == NULL, isnan(figure->std));
        if (deviation)
            CU_ASSERT_DOUBLE_EQUAL(strtod(deviation + strlen("± "), NULL), scale * figure->std, 1e-9);
    }
    CU_ASSERT_EQUAL(report_paper_model_of("fcnn"), REPORT_PAPER_FCNN);
    CU_ASSERT_EQUAL(report_paper_model_of("cnn"), REPORT_PAPER_CNN);
    CU_ASSERT_EQUAL(report_paper_model_of("cnn-2"), REPORT_N_PAPER_MODELS);
    CU_ASSERT_STRING_EQUAL(report_paper_text(REPORT_PAPER_CNN, TCS_SET_TRAIN, TCS_METRIC_ACCURACY), "97.97 ± 0.1");
    CU_ASSERT_STRING_EQUAL(report_paper_text(REPORT_PAPER_MAJORITY, TCS_SET_TEST, TCS_METRIC_F1), "");
}

TCS_TESTS("numbers and texts of reports", {"fixed decimals", fixed_decimals}, {"means", means},
          {"counts and durations", counts_and_durations}, {"locale changes nothing", locale_changes_nothing},
          {"texts are shortened in the middle", texts_are_shortened_in_the_middle},
          {"paper figures agree with their texts", paper_figures_agree_with_their_texts})
