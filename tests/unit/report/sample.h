/* sample.h: small results in memory, for the tests of the report room. */
#ifndef TCS_TESTS_REPORT_SAMPLE_H
#define TCS_TESTS_REPORT_SAMPLE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "tcsweep/bytes.h"
#include "tcsweep/report.h"

static inline void *sample_allocate(size_t n, size_t size) {
    void *memory = calloc(n > 0 ? n : 1, size);
    if (!memory)
        exit(1);
    return memory;
}

static inline char *sample_text(const char *text) {
    char *copy = strdup(text);
    if (!copy)
        exit(1);
    return copy;
}

static inline char **sample_texts(size_t n, const char *text) {
    char **texts = sample_allocate(n, sizeof *texts);
    for (size_t i = 0; i < n; i++)
        texts[i] = sample_text(text);
    return texts;
}

static inline double *sample_numbers(size_t n, double value) {
    double *numbers = sample_allocate(n, sizeof *numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = value;
    return numbers;
}

static inline void sample_set(char **text, const char *value) {
    free(*text);
    *text = sample_text(value);
}

/* C configurations "net k=<c>" of the architecture "net" with the number k = c; every job queued, every number NaN. */
static inline tcs_results sample_empty(size_t n_configurations, size_t n_splits) {
    size_t n_jobs = n_configurations * n_splits;
    tcs_results r = {.n_configurations = n_configurations, .n_splits = n_splits, .n_rows = 16414, .n_hyperparameters = 2};
    r.labels = sample_texts(n_configurations, "");
    r.architectures = sample_texts(n_configurations, "net");
    r.networks = sample_texts(n_configurations, "net");
    r.hyperparameter_paths = sample_texts(2, "architecture");
    sample_set(&r.hyperparameter_paths[1], "k");
    r.hyperparameter_numbers = sample_allocate(2, sizeof *r.hyperparameter_numbers);
    r.hyperparameter_texts = sample_allocate(2, sizeof *r.hyperparameter_texts);
    r.hyperparameter_texts[0] = sample_texts(n_configurations, "net");
    r.hyperparameter_numbers[1] = sample_numbers(n_configurations, NAN);
    for (size_t c = 0; c < n_configurations; c++) {
        char label[64];
        snprintf(label, sizeof label, "net k=%zu", c);
        sample_set(&r.labels[c], label);
        r.hyperparameter_numbers[1][c] = (double)c;
    }
    r.n_train = sample_allocate(n_splits, sizeof *r.n_train);
    r.n_test = sample_allocate(n_splits, sizeof *r.n_test);
    for (size_t s = 0; s < n_splits; s++)
        r.n_train[s] = 13132, r.n_test[s] = 3282;
    r.outcomes = sample_allocate(n_jobs, sizeof *r.outcomes);
    for (size_t job = 0; job < n_jobs; job++)
        r.outcomes[job] = TCS_JOB_QUEUED;
    r.attempts = sample_allocate(n_jobs, sizeof *r.attempts);
    r.wall_s = sample_numbers(n_jobs, NAN);
    r.cpu_s = sample_numbers(n_jobs, NAN);
    r.started = sample_numbers(n_jobs, NAN);
    r.finished = sample_numbers(n_jobs, NAN);
    r.errors = sample_texts(n_jobs, "");
    r.hosts = sample_texts(n_jobs, "");
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            r.metrics[set][metric] = sample_numbers(n_jobs, NAN);
    r.updated = 1000000;
    r.path = sample_text("results/paper.h5");
    r.tcsweep_version = sample_text("0.1.0");
    r.created = sample_text("2026-01-02T03:04:05Z");
    r.sweep_name = sample_text("paper");
    r.data_file = sample_text("supercon.csv");
    r.sweep_yaml = sample_text("");
    r.sweep_resolved = sample_text("");
    r.uuid = sample_text("8b2f2f9e-0000-4000-8000-000000000001");
    memset(r.sweep_sha256, 'a', 64);
    memset(r.data_sha256, 'b', 64);
    return r;
}

static inline void sample_free_texts(char **texts, size_t n) {
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
}

static inline void sample_free(tcs_results *r) {
    size_t n_jobs = r->n_configurations * r->n_splits;
    sample_free_texts(r->labels, r->n_configurations);
    sample_free_texts(r->architectures, r->n_configurations);
    sample_free_texts(r->networks, r->n_configurations);
    sample_free_texts(r->hyperparameter_paths, r->n_hyperparameters);
    for (size_t h = 0; h < r->n_hyperparameters; h++) {
        free(r->hyperparameter_numbers[h]);
        sample_free_texts(r->hyperparameter_texts[h], r->n_configurations);
    }
    free(r->hyperparameter_numbers);
    free(r->hyperparameter_texts);
    sample_free_texts(r->errors, n_jobs);
    sample_free_texts(r->hosts, n_jobs);
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            free(r->metrics[set][metric]);
    void *blocks[] = {r->n_train,        r->n_test, r->outcomes,        r->attempts, r->wall_s,     r->cpu_s,     r->started,
                      r->finished,       r->path,   r->tcsweep_version, r->created,  r->sweep_name, r->data_file, r->sweep_yaml,
                      r->sweep_resolved, r->uuid};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

/* Makes a job done, with a test accuracy and a paper_diff; what else there is follows from these. */
static inline void sample_finish(tcs_results *r, size_t c, size_t s, double accuracy, double paper_diff) {
    size_t job = c * r->n_splits + s;
    r->outcomes[job] = TCS_JOB_DONE;
    r->wall_s[job] = 100;
    r->started[job] = 1000 * (double)s;
    r->finished[job] = r->started[job] + 100;
    for (size_t set = 0; set < TCS_N_SETS; set++) {
        double gain = set == TCS_SET_TRAIN ? 0.0625 : 0, scale = set == TCS_SET_TRAIN ? 0.5 : 1;
        r->metrics[set][TCS_METRIC_ACCURACY][job] = accuracy + gain;
        r->metrics[set][TCS_METRIC_PRECISION][job] = accuracy + gain + 0.015625;
        r->metrics[set][TCS_METRIC_RECALL][job] = accuracy + gain + 0.03125;
        r->metrics[set][TCS_METRIC_F1][job] = accuracy + gain + 0.0234375;
        r->metrics[set][TCS_METRIC_ROC_AUC][job] = accuracy + gain + 0.046875;
        r->metrics[set][TCS_METRIC_PAPER_DIFF][job] = scale * paper_diff;
        r->metrics[set][TCS_METRIC_MAE][job] = scale * paper_diff + 1;
        r->metrics[set][TCS_METRIC_MAE_SUPERCONDUCTORS][job] = scale * paper_diff + 2;
        r->metrics[set][TCS_METRIC_RMSE][job] = scale * paper_diff + 3;
        r->metrics[set][TCS_METRIC_R2][job] = 0.5;
        r->metrics[set][TCS_METRIC_MEAN_TC][job] = set == TCS_SET_TRAIN ? 17.9792 : 17.9195;
    }
}

static inline void sample_fail(tcs_results *r, size_t c, size_t s, tcs_outcome outcome, const char *reason) {
    r->outcomes[c * r->n_splits + s] = outcome;
    r->wall_s[c * r->n_splits + s] = 7;
    sample_set(&r->errors[c * r->n_splits + s], reason);
}

static inline void sample_name(tcs_results *r, size_t c, const char *architecture, const char *label) {
    sample_set(&r->architectures[c], architecture);
    sample_set(&r->hyperparameter_texts[0][c], architecture);
    sample_set(&r->labels[c], label);
}

/* A sweep in the middle: fcnn whole, cnn with one split diverged and one queued, a baseline with one split done. */
static inline tcs_results sample_usual(void) {
    tcs_results r = sample_empty(3, 3);
    sample_name(&r, 0, "fcnn", "fcnn learning_rate=0.0001");
    sample_name(&r, 1, "cnn", "cnn learning_rate=0.0001");
    sample_name(&r, 2, "majority", "majority");
    sample_set(&r.networks[2], "");
    r.hyperparameter_numbers[1][2] = NAN;
    sample_finish(&r, 0, 0, 0.8125, 4.25);
    sample_finish(&r, 0, 1, 0.828125, 4.5);
    sample_finish(&r, 0, 2, 0.84375, 4.75);
    sample_finish(&r, 1, 0, 0.859375, 3.25);
    sample_fail(&r, 1, 1, TCS_JOB_DIVERGED, "the loss is not finite at epoch 12 of regression");
    sample_finish(&r, 2, 0, 0.75, 20);
    r.metrics[TCS_SET_TEST][TCS_METRIC_ROC_AUC][6] = NAN;
    r.outcomes[7] = TCS_JOB_RUNNING;
    return r;
}

/* The report in a format, ranked by a metric; "" where it failed. The buffer owns the text. */
static inline const char *sample_report(const tcs_results *r, tcs_report_format format, tcs_metric rank_by, tcs_buffer *out) {
    tcs_report_options options = {.format = format, .rank_by = rank_by};
    tcs_error error = {0};
    tcs_status status = tcs_report_write(r, &options, out, &error);
    CU_ASSERT_EQUAL(status, TCS_OK);
    if (status != TCS_OK)
        printf("\n    %s\n", tcs_error_text(&error));
    tcs_error_clear(&error);
    return tcs_buffer_text(out);
}

static inline const char *sample_status(const tcs_results *r, double now, tcs_buffer *out) {
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_report_status(r, now, out, &error), TCS_OK);
    tcs_error_clear(&error);
    return tcs_buffer_text(out);
}

/* Asserts that two texts are the same, and prints both where they are not. */
static inline void sample_assert_same(const char *text, const char *expected) {
    int is_same = strcmp(text, expected) == 0;
    if (!is_same)
        printf("\n---- got\n%s---- expected\n%s----\n", text, expected);
    CU_ASSERT(is_same);
}

/* Asserts that a text is what stands in tests/unit/report/expected/<name>. Where TCS_REPORT_EXPECTED names a directory, the text is written there
 * too, to be read and compared by eye after a wanted change. */
static inline void sample_assert_expected(const char *text, const char *name) {
    char path[4096];
    const char *directory = getenv("TCS_REPORT_EXPECTED");
    FILE *file = NULL;
    if (directory) {
        snprintf(path, sizeof path, "%s/%s", directory, name);
        file = fopen(path, "w");
        CU_ASSERT_FATAL(file != NULL);
        fputs(text, file);
        fclose(file);
    }
    char *expected = NULL;
    size_t n_bytes = 0;
    tcs_error error = {0};
    snprintf(path, sizeof path, "%s/tests/unit/report/expected/%s", TCS_SOURCE_DIR, name);
    CU_ASSERT_EQUAL(tcs_file_read(path, 1 << 20, &expected, &n_bytes, &error), TCS_OK);
    printf("%s", tcs_error_text(&error));
    tcs_error_clear(&error);
    sample_assert_same(text, expected ? expected : "");
    free(expected);
}

/* The widest line in characters, counted apart from the code under test. */
static inline size_t sample_widest_line(const char *text) {
    size_t widest = 0, width = 0;
    for (; *text; text++) {
        width = *text == '\n' ? 0 : width + (((unsigned char)*text >> 6) != 2);
        widest = width > widest ? width : widest;
    }
    return widest;
}

#endif
