/* A writer is killed at random moments: what it was told to be stored is stored, and the file opens. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "folder.h"
#include "sample.h"

enum { C = 1000, N_JOBS = C * SAMPLE_S, N_KILLS = 50 };

typedef struct wide {
    tcs_store_layout layout;
    char text[C][32];
    const char *labels[C], *architectures[C], *optimizers[C];
    double rates[C];
    size_t network_of[C];
    uint8_t keys[C][32];
    uint64_t seeds[N_JOBS];
    tcs_store_hyperparameter hyperparameters[2];
} wide;

/* The sample with many more configurations, all of its first network. */
static void make_wide(wide *out) {
    memset(out, 0, sizeof *out);
    out->layout = sample_layout();
    for (size_t c = 0; c < C; c++) {
        snprintf(out->text[c], sizeof out->text[c], "fcnn width=%zu", c);
        out->labels[c] = out->text[c];
        out->architectures[c] = "fcnn";
        out->optimizers[c] = "adam";
    }
    out->hyperparameters[0] = (tcs_store_hyperparameter){"width", out->rates, NULL};
    out->hyperparameters[1] = (tcs_store_hyperparameter){"optimizer", NULL, out->optimizers};
    out->layout.n_configurations = C;
    out->layout.labels = out->labels;
    out->layout.architectures = out->architectures;
    out->layout.network_of = out->network_of;
    out->layout.keys = (const uint8_t(*)[32])out->keys;
    out->layout.job_seeds = out->seeds;
    out->layout.hyperparameters = out->hyperparameters;
}

/* As sample_done, for a job beyond the sample's. */
static void make_job(size_t job, sample_job *out) {
    sample_done(job % SAMPLE_S, out);
    out->record.configuration = job / SAMPLE_S;
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            out->metrics[set][metric] = sample_metric(job, set, metric);
}

/* Stores job after job, in commits of one to four, and tells through the pipe which are promised. */
static void write_until_killed(const char *path, int pipe_end) {
    tcs_store *store;
    tcs_error error = {0};
    if (tcs_store_open(path, 5, &store, &error, &error) != TCS_OK || error.n_messages > 0)
        _exit(1);
    uint32_t told[4];
    size_t n = 0;
    for (uint32_t job = 0; job < N_JOBS; job++) {
        if (tcs_store_outcomes(store)[job] != TCS_JOB_QUEUED)
            continue;
        sample_job sample;
        make_job(job, &sample);
        if (tcs_store_mark(store, job / SAMPLE_S, job % SAMPLE_S, TCS_JOB_RUNNING, NULL) != TCS_OK ||
            tcs_store_put(store, &sample.record, NULL) != TCS_OK)
            _exit(2);
        told[n++] = job;
        if (n < 1 + job % 4)
            continue;
        if (tcs_store_commit(store, NULL) != TCS_OK || write(pipe_end, told, n * sizeof *told) != (ssize_t)(n * sizeof *told))
            _exit(3);
        n = 0;
    }
    for (;;)
        pause();
}

/* Every job that reads as done has its own numbers, and every one in `promised` reads as done. */
static size_t check_results(const char *path, const bool *promised) {
    tcs_results results;
    size_t n_done = 0, n_wrong = 0;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(path, &results, NULL), TCS_OK);
    for (size_t i = 0; i < N_JOBS; i++) {
        bool is_done = results.outcomes[i] == TCS_JOB_DONE;
        n_done += is_done;
        n_wrong += promised && promised[i] && !is_done;
        for (size_t metric = 0; is_done && metric < TCS_N_METRICS; metric++)
            n_wrong += results.metrics[TCS_SET_TEST][metric][i] != sample_metric(i, TCS_SET_TEST, metric);
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
    tcs_results_free(&results);
    return n_done;
}

static void read_promises(int pipe_end, bool *promised) {
    uint32_t job;
    while (read(pipe_end, &job, sizeof job) == sizeof job)
        promised[job] = true;
}

static void nothing_is_lost(void) {
    static wide sweep;
    static bool promised[N_JOBS];
    folder made = folder_make();
    make_wide(&sweep);
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(made.file, &sweep.layout, NULL), TCS_OK);
    struct stat before, after;
    stat(made.file, &before);
    size_t n_done = 0, n_running_reads = 0;
    unsigned seed = 20;
    for (int i = 0; i < N_KILLS; i++) {
        int ends[2];
        CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            write_until_killed(made.file, ends[1]);
        }
        close(ends[1]);
        usleep(20000 + (unsigned)rand_r(&seed) % 60000);
        if (i % 5 == 0) { /* somebody looks while it is being written */
            check_results(made.file, promised);
            n_running_reads++;
        }
        kill(child, SIGKILL);
        int code;
        waitpid(child, &code, 0);
        CU_ASSERT(WIFSIGNALED(code) && WTERMSIG(code) == SIGKILL);
        read_promises(ends[0], promised);
        close(ends[0]);
        n_done = check_results(made.file, promised);
        size_t n_checked, n_damaged;
        tcs_error error = {0};
        /* The summary may be behind after a kill; opening brings it up to date. Jobs are never damaged. */
        tcs_store *store;
        CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 5, &store, &error, &error), TCS_OK);
        CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
        CU_ASSERT_EQUAL(tcs_store_close(store, &error), TCS_OK);
        CU_ASSERT_EQUAL(tcs_store_verify(made.file, &n_checked, &n_damaged, &error, &error), TCS_OK);
        CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
        CU_ASSERT_EQUAL(n_checked, n_done);
        tcs_error_clear(&error);
    }
    stat(made.file, &after);
    CU_ASSERT_EQUAL(before.st_size, after.st_size);
    CU_ASSERT_EQUAL(before.st_ino, after.st_ino);
    CU_ASSERT(n_done > N_KILLS);
    printf("(%zu jobs stored, %d kills, %zu reads meanwhile) ", n_done, N_KILLS, n_running_reads);
    folder_remove(&made);
}

TCS_TESTS("kill", {"nothing is lost", nothing_is_lost})
