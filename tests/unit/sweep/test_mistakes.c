/* Broken sweep files: tests/cli/bad-sweeps/NAME.yaml is refused with the messages in NAME.expected. */
#include <dirent.h>
#include <errno.h>

#include "sweep_text.h"

#define BAD_SWEEPS TCS_SOURCE_DIR "/tests/cli/bad-sweeps/"

/* The text without its directory, wherever it stands. */
static void strip_directory(char *text) {
    const size_t length = strlen(BAD_SWEEPS);
    for (char *at; (at = strstr(text, BAD_SWEEPS));)
        memmove(at, at + length, strlen(at + length) + 1);
}

static void check_file(const char *name) {
    char path[512], *expected = NULL;
    tcs_sweep sweep;
    tcs_error error = {0};
    size_t n_bytes;
    snprintf(path, sizeof path, "%s%s", BAD_SWEEPS, name);
    CU_ASSERT_EQUAL(tcs_sweep_read(path, &sweep, &error), TCS_BAD_SWEEP);
    char *told = strdup(tcs_error_text(&error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(told);
    strip_directory(told);
    strcpy(strrchr(path, '.'), ".expected");
    CU_ASSERT_EQUAL_FATAL(tcs_file_read(path, 1 << 20, &expected, &n_bytes, &error), TCS_OK);
    if (n_bytes > 0 && expected[n_bytes - 1] == '\n')
        expected[n_bytes - 1] = 0;
    if (strcmp(told, expected) != 0)
        printf("\n--- %s told:\n%s\n--- expected:\n%s\n", name, told, expected);
    CU_ASSERT_STRING_EQUAL(told, expected);
    free(told);
    free(expected);
    tcs_error_clear(&error);
    tcs_sweep_free(&sweep);
}

static void every_bad_sweep_is_told(void) {
    DIR *directory = opendir(BAD_SWEEPS);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *point = strrchr(entry->d_name, '.');
        if (!point || strcmp(point, ".yaml") != 0)
            continue;
        check_file(entry->d_name);
        n++;
    }
    closedir(directory);
    CU_ASSERT(n >= 25);
}

static void missing_file_is_told(void) {
    tcs_sweep sweep;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_sweep_read("/nowhere/sweep.yaml", &sweep, &error), TCS_BAD_SWEEP);
    assert_text(tcs_error_text(&error), "cannot read /nowhere/sweep.yaml: No such file or directory");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(tcs_sweep_read("/tmp", &sweep, NULL), TCS_BAD_SWEEP);
    tcs_sweep_free(&sweep);
}

static void many_mistakes_are_counted(void) {
    char text[4096] = DATA SPLITS ARCHITECTURES TRAIN;
    for (int i = 0; i < 90; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "zz%d: 1\n", i);
    tcs_sweep sweep;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(read_named_text("test.yaml", text, &sweep, &error), TCS_BAD_SWEEP);
    CU_ASSERT_EQUAL(error.n_messages, 51);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "… and 40 more mistakes");
    tcs_error_clear(&error);
}

static void messages_are_in_the_files_order(void) {
    tcs_sweep sweep;
    tcs_error error = {0};
    read_named_text("test.yaml", "max_attempts: 0\n" DATA "splits: {kind: k_fold, n: 1}\n" ARCHITECTURES TRAIN "seed: -1\n", &sweep,
                    &error);
    const char *text = tcs_error_text(&error), *first = strstr(text, ":1:15: max_attempts"),
               *second = strstr(text, ":3:27: splits.n"), *third = strstr(text, ": seed: ");
    CU_ASSERT(first && second && third && first < second && second < third);
    CU_ASSERT_EQUAL(error.n_messages, 3);
    tcs_error_clear(&error);
}

/* The file's own name counts where there is no `name`. */
static void unusable_file_names_are_told(void) {
    tcs_sweep sweep;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(read_named_text("my sweep.yaml", DATA SPLITS ARCHITECTURES TRAIN, &sweep, &error), TCS_BAD_SWEEP);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "add a \"name\"");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(read_named_text("my sweep.yaml", "name: mine\n" DATA SPLITS ARCHITECTURES TRAIN, &sweep, &error), TCS_OK);
    assert_text(sweep.name, "mine");
    tcs_sweep_free(&sweep);
}

/* Time and memory are bounded on files made to take long. The bound is generous: tests run on busy machines. */
static void large_files_end_soon(void) {
    const size_t n = 4 << 20;
    static const char *const beginnings[] = {"- a\n", "[a,", "{a: ", "? ",  "- ",  "a: &a b\n",
                                             "*a ",   "\"",  "# ",   "&a ", "!x ", "a,"};
    char *text = malloc(n + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t length = strlen(beginnings[i]);
        for (size_t at = 0; at < n; at++)
            text[at] = beginnings[i][at % length];
        text[n] = 0;
        double start_s = tcs_clock_s();
        tcs_sweep sweep;
        CU_ASSERT_EQUAL(read_named_text("test.yaml", text, &sweep, NULL), TCS_BAD_SWEEP);
        double taken_s = tcs_clock_s() - start_s;
        if (taken_s > 5)
            printf("\n    \"%s…\" took %.1f s\n", beginnings[i], taken_s);
        CU_ASSERT(taken_s < 20);
    }
    free(text);
}

static void files_over_the_limit_are_refused(void) {
    const size_t n = (4 << 20) + 1;
    char *text = malloc(n + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, '#', n);
    text[n] = 0;
    refuse(text, "too large: more than 4194304 bytes");
    free(text);
}

TCS_TESTS("mistakes in sweep files", {"every bad sweep is told as expected", every_bad_sweep_is_told},
          {"a missing file is told", missing_file_is_told}, {"many mistakes are counted", many_mistakes_are_counted},
          {"messages are in the file's order", messages_are_in_the_files_order},
          {"unusable file names are told", unusable_file_names_are_told}, {"large files end soon", large_files_end_soon},
          {"files over the limit are refused", files_over_the_limit_are_refused})
