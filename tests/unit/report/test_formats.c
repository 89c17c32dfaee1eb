/* Markdown, LaTeX and CSV: whole reports as expected, and hostile texts. */
#include "sample.h"

static void usual_reports_are_as_expected(void) {
    static const struct {
        tcs_report_format format;
        const char *name;
    } cases[] = {{TCS_REPORT_MARKDOWN, "usual.md"}, {TCS_REPORT_LATEX, "usual.tex"}, {TCS_REPORT_CSV, "usual.csv"}};
    tcs_results r = sample_usual();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tcs_buffer out = {0};
        sample_assert_expected(sample_report(&r, cases[i].format, TCS_METRIC_ACCURACY, &out), cases[i].name);
        tcs_buffer_clear(&out);
    }
    sample_free(&r);
}

static void markdown_shows_texts_as_they_are(void) {
    tcs_results r = sample_usual();
    sample_set(&r.labels[0], "a|b *c* _d_ e_f <g> `h` [i](j) \\ ~k~ &amp;");
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_MARKDOWN, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text, "| a\\|b \\*c\\* \\_d\\_ e_f \\<g\\> \\`h\\` \\[i\\](j) \\\\ \\~k\\~ \\&amp; |");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void latex_shows_texts_as_they_are(void) {
    tcs_results r = sample_usual();
    sample_set(&r.labels[0], "[x]* a_b{c} 5 % $ & # ~ ^ \\ --- é \xff <|>");
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_LATEX, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text,
                        "\n{[}x{]}$^*$ a\\_b\\{c\\} 5 \\% \\$ \\& \\# \\textasciitilde{} \\textasciicircum{} \\textbackslash{} "
                        "-{}-{}- é ? \\textless{}\\textbar{}\\textgreater{} & training");
    int depth = 0, n_begin = 0;
    for (const char *c = text; *c; c++) {
        bool is_escaped = c > text && c[-1] == '\\';
        depth += !is_escaped && *c == '{' ? 1 : !is_escaped && *c == '}' ? -1 : 0;
        CU_ASSERT(depth >= 0);
        n_begin += strncmp(c, "\\begin{", 7) == 0 ? 1 : strncmp(c, "\\end{", 5) == 0 ? -1 : 0;
    }
    CU_ASSERT_EQUAL(depth, 0);
    CU_ASSERT_EQUAL(n_begin, 0);
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void csv_is_exact(void) {
    tcs_results r = sample_empty(1, 2);
    sample_finish(&r, 0, 0, 0.1, 1.0 / 3);
    sample_finish(&r, 0, 1, 0.1, 1.0 / 3);
    sample_set(&r.labels[0], "a \"b\", c");
    sample_set(&r.hyperparameter_paths[1], "mean"); /* a column has that name already */
    r.hyperparameter_numbers[1][0] = 1e-7;
    tcs_buffer out = {0};
    const char *text = sample_report(&r, TCS_REPORT_CSV, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text, "configuration,architecture,hyperparameter.mean,set,metric,units,mean,std,sem,n,n_done,n_splits\n");
    TCS_ASSERT_CONTAINS(text, "\n\"a \"\"b\"\", c\",net,1e-07,test,paper_diff,K,0.3333333333333333,0,0,2,2,2\n");
    TCS_ASSERT_CONTAINS(text, "\n\"a \"\"b\"\", c\",net,1e-07,test,accuracy,1,0.1,0,0,2,2,2\n");
    tcs_buffer_clear(&out);

    r.outcomes[0] = r.outcomes[1] = TCS_JOB_QUEUED;
    text = sample_report(&r, TCS_REPORT_CSV, TCS_METRIC_ACCURACY, &out);
    TCS_ASSERT_CONTAINS(text, ",net,1e-07,test,accuracy,1,,,,0,0,2\n");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

TCS_TESTS("report as Markdown, LaTeX, CSV", {"usual reports are as expected", usual_reports_are_as_expected},
          {"Markdown shows texts as they are", markdown_shows_texts_as_they_are},
          {"LaTeX shows texts as they are", latex_shows_texts_as_they_are}, {"CSV is exact", csv_is_exact})
