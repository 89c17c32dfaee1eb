/* status, report and verify: what is read from a results file. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "tcsweep/report.h"
#include "tcsweep/store.h"

/* Reads the options of a command that takes one results file, and the file. False: *code says how to end. */
static bool start(int argc, char **argv, const option_spec *options, const char **path, tcs_results *results, int *code) {
    tcs_error error = {0};
    bool wants_help;
    tcs_status status = options_read(argc, argv, options, 1, path, &wants_help, &error);
    *code = exit_code_of(status);
    if (wants_help) {
        *code = command_print_help(argv[0]);
        return false;
    }
    if (status == TCS_OK && results) {
        status = tcs_results_read(*path, results, &error);
        *code = exit_code_of(status);
    }
    print_error(&error);
    return status == TCS_OK;
}

/* Prints a text that was made, or the error. */
static int print_made(tcs_status status, tcs_buffer *text, tcs_error *error) {
    if (status == TCS_OK && text->failed)
        status = tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the text");
    if (status == TCS_OK && (fputs(tcs_buffer_text(text), stdout) < 0 || fflush(stdout) != 0))
        status = tcs_error_add(error, TCS_SYSTEM_ERROR, "standard output cannot be written");
    tcs_buffer_clear(text);
    print_error(error);
    return exit_code_of(status);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int command_status(int argc, char **argv) {
    const option_spec options[] = {{0}};
    const char *path;
    tcs_results results;
    int code;
    if (!start(argc, argv, options, &path, &results, &code))
        return code;
    tcs_buffer text = {0};
    tcs_error error = {0};
    code = print_made(tcs_report_status(&results, now(), &text, &error), &text, &error);
    size_t n_failed = 0;
    for (size_t job = 0; job < results.n_configurations * results.n_splits; job++)
        n_failed += tcs_outcome_is_failure(results.outcomes[job]);
    if (code == EXIT_COMPLETE)
        code = !results.is_complete ? EXIT_UNFINISHED : n_failed > 0 ? EXIT_JOBS_FAILED : EXIT_COMPLETE;
    tcs_results_free(&results);
    return code;
}

static tcs_status read_report_options(const char *format, const char *rank_by, tcs_report_options *out, tcs_error *error) {
    tcs_status status = TCS_OK;
    int at = 0;
    while (tcs_report_format_names[at] && strcmp(tcs_report_format_names[at], format) != 0)
        at++;
    out->format = (tcs_report_format)at;
    if (!tcs_report_format_names[at])
        status = tcs_error_add(error, TCS_BAD_USAGE, "--format: \"%s\" is none of text, markdown, csv, json, latex", format);
    out->rank_by = tcs_metric_find(rank_by);
    if (out->rank_by != TCS_N_METRICS && tcs_metric_direction(out->rank_by) != 0)
        return status;
    tcs_buffer names = {0};
    for (tcs_metric m = 0; m < TCS_N_METRICS; m++)
        if (tcs_metric_direction(m) != 0)
            tcs_buffer_print(&names, "%s%s", m ? ", " : "", tcs_metric_name(m));
    status = tcs_error_add(error, TCS_BAD_USAGE, "--rank-by: \"%s\" is none of %s", rank_by, tcs_buffer_text(&names));
    tcs_buffer_clear(&names);
    return status;
}

int command_report(int argc, char **argv) {
    const char *format = "text", *rank_by = "paper_diff", *path;
    const option_spec options[] = {{"--format", OPTION_TEXT, &format}, {"--rank-by", OPTION_TEXT, &rank_by}, {0}};
    tcs_results results;
    int code;
    if (!start(argc, argv, options, &path, &results, &code))
        return code;
    tcs_report_options report = {0};
    tcs_buffer text = {0};
    tcs_error error = {0};
    tcs_status status = read_report_options(format, rank_by, &report, &error);
    if (status == TCS_OK)
        status = tcs_report_write(&results, &report, &text, &error);
    tcs_results_free(&results);
    return print_made(status, &text, &error);
}

int command_verify(int argc, char **argv) {
    const option_spec options[] = {{0}};
    const char *path;
    int code;
    if (!start(argc, argv, options, &path, NULL, &code))
        return code;
    size_t n_checked = 0, n_damaged = 0;
    tcs_error findings = {0}, error = {0};
    tcs_status status = tcs_store_verify(path, &n_checked, &n_damaged, &findings, &error);
    if (status == TCS_OK)
        printf("%s: %zu finished jobs checked, all sound\n", path, n_checked);
    else if (n_damaged > 0)
        printf("%s: %zu finished jobs checked, %zu damaged\n", path, n_checked, n_damaged);
    print_error(&findings);
    print_error(&error);
    return exit_code_of(status);
}
