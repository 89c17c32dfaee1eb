/* sweep_text.h: sweeps from texts in memory, through a file in a directory of their own. */
#ifndef TCS_TESTS_SWEEP_TEXT_H
#define TCS_TESTS_SWEEP_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "tcsweep/sweep.h"

#define SMALL_ARCHITECTURE                                                                                                         \
    "    input: composition\n"                                                                                                     \
    "    branches:\n"                                                                                                              \
    "      trunk: {from: input, layers: [{linear: 8}, relu]}\n"                                                                    \
    "      tc: {from: trunk, layers: [{linear: 4}, relu, {dropout: 0.25}, {linear: 1}]}\n"                                         \
    "      class: {from: trunk, layers: [{linear: 2}, softmax]}\n"                                                                 \
    "    outputs: {tc: tc, class: class}\n"

/* A whole sweep but for what differs from test to test. */
#define DATA "data: {file: table.csv, formula: name, tc: Tc}\n"
#define SPLITS "splits: {kind: k_fold, n: 5}\n"
#define ARCHITECTURES "architectures:\n  small:\n" SMALL_ARCHITECTURE
#define STAGES                                                                                                                     \
    "  stages:\n"                                                                                                                  \
    "    - {name: regression, output: tc, train: [trunk, tc]}\n"                                                                   \
    "    - {name: classification, output: class, train: [class]}\n"
#define TRAIN "train:\n  learning_rate: 1e-3\n  batch: 16\n  epochs: 10\n" STAGES

/* Reads a text as the file `name` of a new directory, which is removed again. */
static inline tcs_status read_named_text(const char *name, const char *text, tcs_sweep *out, tcs_error *error) {
    char directory[] = "/tmp/tcsweep-test-XXXXXX", path[128];
    *out = (tcs_sweep){0};
    if (!mkdtemp(directory))
        return TCS_SYSTEM_ERROR;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        return TCS_SYSTEM_ERROR;
    tcs_status status = tcs_sweep_read(path, out, error);
    unlink(path);
    rmdir(directory);
    return status;
}

/* Reads a text that must be right. */
static inline tcs_sweep read_right(const char *text) {
    tcs_sweep sweep;
    tcs_error error = {0};
    tcs_status status = read_named_text("test.yaml", text, &sweep, &error);
    if (status != TCS_OK)
        printf("\n    %s\n", tcs_error_text(&error));
    CU_ASSERT_EQUAL_FATAL(status, TCS_OK);
    CU_ASSERT_EQUAL(error.n_messages, 0);
    tcs_error_clear(&error);
    return sweep;
}

/* Reads a text that must be refused with a message that contains `part`. */
static inline void refuse(const char *text, const char *part) {
    tcs_sweep sweep;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(read_named_text("test.yaml", text, &sweep, &error), TCS_BAD_SWEEP);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), part);
    CU_ASSERT_PTR_NULL(sweep.configurations);
    CU_ASSERT_PTR_NULL(sweep.name);
    tcs_error_clear(&error);
    tcs_sweep_free(&sweep);
}

static inline void assert_text(const char *text, const char *expected) {
    if (strcmp(text, expected) != 0)
        printf("\n    \"%s\"\n    is not \"%s\"\n", text, expected);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

static inline int is_same(const uint8_t *a, const uint8_t *b) {
    return memcmp(a, b, TCS_DIGEST_BYTES) == 0;
}

#endif
