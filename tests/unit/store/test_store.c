/* The life of a results file: made, opened, filled, read. */
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "folder.h"
#include "sample.h"

enum { N_JOBS = SAMPLE_C * SAMPLE_S };

static void create(const char *path) {
    tcs_error error = {0};
    tcs_store_layout layout = sample_layout();
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(path, &layout, &error), TCS_OK);
    CU_ASSERT_EQUAL(error.n_messages, 0);
}

static tcs_store *open_store(const char *path) {
    tcs_error error = {0};
    tcs_store *store;
    tcs_status status = tcs_store_open(path, 0, &store, &error, &error);
    if (status != TCS_OK || error.n_messages)
        printf("%s\n", tcs_error_text(&error));
    CU_ASSERT_EQUAL_FATAL(status, TCS_OK);
    CU_ASSERT_EQUAL(error.n_messages, 0);
    return store;
}

static void close_store(tcs_store *store) {
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_store_close(store, &error), TCS_OK);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
}

static void put_done(tcs_store *store, size_t job) {
    tcs_error error = {0};
    sample_job sample;
    sample_done(job, &sample);
    CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, &error), TCS_OK);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
}

static void check_whole(const char *path, size_t n_expected) {
    tcs_error error = {0};
    size_t n_checked, n_damaged;
    tcs_status status = tcs_store_verify(path, &n_checked, &n_damaged, &error, &error);
    if (status != TCS_OK)
        printf("%s\n", tcs_error_text(&error));
    CU_ASSERT_EQUAL(status, TCS_OK);
    CU_ASSERT_EQUAL(n_checked, n_expected);
    CU_ASSERT_EQUAL(n_damaged, 0);
    CU_ASSERT_EQUAL(error.n_messages, 0);
    tcs_error_clear(&error);
}

/* ---- a new file ------------------------------------------------------------------------------------------------------ */

static void a_new_file_says_what_is_known(void) {
    folder made = folder_make();
    create(made.file);
    CU_ASSERT_EQUAL(folder_count(made.path, 0), 1);
    tcs_results results;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    CU_ASSERT_EQUAL(results.n_configurations, SAMPLE_C);
    CU_ASSERT_EQUAL(results.n_splits, SAMPLE_S);
    CU_ASSERT_EQUAL(results.n_rows, SAMPLE_N);
    CU_ASSERT_FALSE(results.is_complete);
    for (size_t c = 0; c < SAMPLE_C; c++) {
        CU_ASSERT_STRING_EQUAL(results.labels[c], sample_labels[c]);
        CU_ASSERT_STRING_EQUAL(results.architectures[c], sample_architectures[c]);
    }
    CU_ASSERT_STRING_EQUAL(results.networks[2], "cnn");
    CU_ASSERT_STRING_EQUAL(results.networks[3], "");
    CU_ASSERT_EQUAL_FATAL(results.n_hyperparameters, 2);
    CU_ASSERT_STRING_EQUAL(results.hyperparameter_paths[0], "optimizer");
    CU_ASSERT_STRING_EQUAL(results.hyperparameter_texts[0][0], "adam");
    CU_ASSERT_PTR_NULL(results.hyperparameter_numbers[0]);
    CU_ASSERT_STRING_EQUAL(results.hyperparameter_paths[1], "stages.regression.learning_rate");
    CU_ASSERT_EQUAL(results.hyperparameter_numbers[1][1], 1e-3);
    CU_ASSERT(isnan(results.hyperparameter_numbers[1][3]));
    CU_ASSERT_EQUAL(results.n_train[1], 13);
    CU_ASSERT_EQUAL(results.n_test[1], 7);
    CU_ASSERT_STRING_EQUAL(results.tcsweep_version, "0.1.0");
    CU_ASSERT_STRING_EQUAL(results.sweep_name, "sample");
    CU_ASSERT_STRING_EQUAL(results.data_file, "supercon.csv");
    CU_ASSERT_STRING_EQUAL(results.sweep_yaml, "name: sample # Nb₃Sn\n");
    CU_ASSERT_STRING_EQUAL(results.sweep_resolved, "name: sample\n");
    CU_ASSERT_EQUAL(strlen(results.uuid), 36);
    CU_ASSERT_EQUAL(strlen(results.created), strlen("2024-01-01T00:00:00Z"));
    CU_ASSERT(results.updated > 1.7e9);
    CU_ASSERT_EQUAL(strncmp(results.sweep_sha256, "ab0100", 6), 0);
    CU_ASSERT_EQUAL(strncmp(results.data_sha256, "cd0200", 6), 0);
    for (size_t i = 0; i < N_JOBS; i++) {
        CU_ASSERT_EQUAL(results.outcomes[i], TCS_JOB_QUEUED);
        CU_ASSERT(isnan(results.metrics[TCS_SET_TEST][TCS_METRIC_MAE][i]));
        CU_ASSERT(isnan(results.wall_s[i]));
        CU_ASSERT_EQUAL(results.attempts[i], 0);
        CU_ASSERT_STRING_EQUAL(results.errors[i], "");
    }
    tcs_results_free(&results);
    check_whole(made.file, 0);
    folder_remove(&made);
}

static void space_is_reserved(void) {
    folder made = folder_make();
    tcs_store_layout layout = sample_layout();
    create(made.file);
    struct stat about;
    CU_ASSERT_EQUAL_FATAL(stat(made.file, &about), 0);
    CU_ASSERT(about.st_blocks * 512 >= about.st_size);
    double estimate = (double)tcs_store_size_bytes(&layout), size = (double)about.st_size;
    printf("(%.0f bytes, estimate %.0f) ", size, estimate);
    CU_ASSERT(fabs(estimate - size) < 0.1 * size);
    folder_remove(&made);
}

static void nothing_is_replaced(void) {
    folder made = folder_make();
    tcs_error error = {0};
    tcs_store_layout layout = sample_layout();
    FILE *file = fopen(made.file, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("a month of work", file);
    fclose(file);
    CU_ASSERT_EQUAL(tcs_store_create(made.file, &layout, &error), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "already there");
    char text[32] = "";
    file = fopen(made.file, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(text, sizeof text, file));
    fclose(file);
    CU_ASSERT_STRING_EQUAL(text, "a month of work");
    CU_ASSERT_EQUAL(folder_count(made.path, 0), 1);
    tcs_error_clear(&error);
    folder_remove(&made);
}

static void parts_can_be_left_out(void) {
    folder made = folder_make();
    tcs_store_layout layout = sample_layout();
    uint64_t whole = tcs_store_size_bytes(&layout);
    layout.stores_curves = layout.stores_predictions = layout.stores_weights = false;
    CU_ASSERT(tcs_store_size_bytes(&layout) < whole);
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(made.file, &layout, NULL), TCS_OK);
    tcs_store *store = open_store(made.file);
    for (size_t i = 0; i < N_JOBS; i++)
        put_done(store, i);
    close_store(store);
    check_whole(made.file, N_JOBS);
    folder_remove(&made);
}

static void mistakes_in_the_layout_are_refused(void) {
    folder made = folder_make();
    const char *twice[SAMPLE_C] = {"a", "b", "a", "c"};
    const tcs_store_hyperparameter reserved = {"key", sample_rates, NULL}, slash = {"a/b", sample_rates, NULL};
    const uint32_t outside[SAMPLE_N] = {SAMPLE_N};
    const uint32_t *const outside_rows[SAMPLE_S] = {outside, outside, outside};
    tcs_store_layout layouts[5];
    for (size_t i = 0; i < 5; i++)
        layouts[i] = sample_layout();
    layouts[0].labels = twice;
    layouts[1].hyperparameters = &reserved;
    layouts[2].hyperparameters = &slash;
    layouts[1].n_hyperparameters = layouts[2].n_hyperparameters = 1;
    layouts[3].test_rows = outside_rows;
    layouts[4].n_splits = SIZE_MAX / 2;
    const char *const parts[] = {"two configurations have the label \"a\"", "keep the name \"key\"", "cannot be the name",
                                 "test row 20 of 20", "more than the 16777216 jobs"};
    for (size_t i = 0; i < 5; i++) {
        tcs_error error = {0};
        CU_ASSERT_NOT_EQUAL(tcs_store_create(made.file, &layouts[i], &error), TCS_OK);
        TCS_ASSERT_CONTAINS(tcs_error_text(&error), parts[i]);
        tcs_error_clear(&error);
    }
    CU_ASSERT_EQUAL(folder_count(made.path, 0), 0);
    folder_remove(&made);
}

/* ---- filling --------------------------------------------------------------------------------------------------------- */

static void what_is_put_is_read(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    CU_ASSERT_EQUAL(memcmp(tcs_store_sweep_sha256(store), sample_sweep_sha256, 32), 0);
    CU_ASSERT_EQUAL(memcmp(tcs_store_data_sha256(store), sample_data_sha256, 32), 0);
    for (size_t i = 0; i < N_JOBS - 1; i++)
        put_done(store, i);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[0], TCS_JOB_QUEUED);
    CU_ASSERT_EQUAL(tcs_store_commit(store, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[0], TCS_JOB_DONE);
    sample_job failed;
    sample_failed(N_JOBS - 1, "no", &failed);
    CU_ASSERT_EQUAL(tcs_store_put(store, &failed.record, NULL), TCS_OK);
    close_store(store);
    tcs_results results;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    for (size_t i = 0; i < N_JOBS - 1; i++) {
        CU_ASSERT_EQUAL(results.outcomes[i], TCS_JOB_DONE);
        CU_ASSERT_EQUAL(results.attempts[i], 1 + i % SAMPLE_S);
        CU_ASSERT_EQUAL(results.wall_s[i], 12.5 + (double)i);
        CU_ASSERT_EQUAL(results.finished[i], 1.7e9 + 12.5);
        CU_ASSERT_STRING_EQUAL(results.hosts[i], "node17");
        for (size_t set = 0; set < TCS_N_SETS; set++)
            for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
                CU_ASSERT_EQUAL(results.metrics[set][metric][i], sample_metric(i, set, metric));
    }
    CU_ASSERT_EQUAL(results.outcomes[N_JOBS - 1], TCS_JOB_CRASHED);
    CU_ASSERT_STRING_EQUAL(results.errors[N_JOBS - 1], "no");
    CU_ASSERT(isnan(results.metrics[0][0][N_JOBS - 1]));
    CU_ASSERT(results.is_complete);
    tcs_results_free(&results);
    check_whole(made.file, N_JOBS);
    folder_remove(&made);
}

static void long_errors_are_cut_between_characters(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    for (size_t shift = 0; shift < 4; shift++) {
        char text[2000] = "xxx";
        text[shift] = 0;
        for (size_t i = 0; i < 300; i++)
            strcat(text, i % 2 ? "₃" : "𝑇");
        sample_job failed;
        sample_failed(shift, text, &failed);
        CU_ASSERT_EQUAL(tcs_store_put(store, &failed.record, NULL), TCS_OK);
    }
    close_store(store);
    tcs_results results;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    for (size_t shift = 0; shift < 4; shift++) {
        size_t n = strlen(results.errors[shift]), n_characters = n - shift;
        CU_ASSERT(n > TCS_STORE_ERROR_BYTES - 5 && n < TCS_STORE_ERROR_BYTES);
        CU_ASSERT(n_characters % 7 == 0 || n_characters % 7 == 4); /* whole characters of 4 and 3 bytes */
    }
    tcs_results_free(&results);
    folder_remove(&made);
}

static void records_that_do_not_fit_are_refused(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    sample_job samples[5];
    for (size_t i = 0; i < 5; i++)
        sample_done(0, &samples[i]);
    samples[0].record.configuration = SAMPLE_C;
    samples[1].record.n_test = 7;
    samples[2].record.n_parameters = 23;
    samples[3].curves[1].stage = 2;
    samples[4].record.outcome = TCS_JOB_RUNNING;
    for (size_t i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(tcs_store_put(store, &samples[i].record, NULL), TCS_INTERNAL);
    CU_ASSERT_EQUAL(tcs_store_mark(store, 0, 0, TCS_JOB_DONE, NULL), TCS_INTERNAL);
    CU_ASSERT_EQUAL(tcs_store_mark(store, 0, SAMPLE_S, TCS_JOB_RUNNING, NULL), TCS_INTERNAL);
    close_store(store);
    check_whole(made.file, 0);
    folder_remove(&made);
}

static void running_jobs_are_queued_again(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    CU_ASSERT_EQUAL(tcs_store_mark(store, 1, 2, TCS_JOB_RUNNING, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[5], TCS_JOB_RUNNING);
    close_store(store);
    tcs_results results;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    CU_ASSERT_EQUAL(results.outcomes[5], TCS_JOB_RUNNING);
    tcs_results_free(&results);
    store = open_store(made.file);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[5], TCS_JOB_QUEUED);
    close_store(store);
    folder_remove(&made);
}

static void failed_jobs_can_be_queued_again(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    sample_job failed;
    sample_failed(4, "out of luck", &failed);
    put_done(store, 3);
    CU_ASSERT_EQUAL(tcs_store_put(store, &failed.record, NULL), TCS_OK);
    size_t n;
    CU_ASSERT_EQUAL(tcs_store_requeue_failed(store, &n, NULL), TCS_OK);
    CU_ASSERT_EQUAL(n, 1);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[3], TCS_JOB_DONE);
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[4], TCS_JOB_QUEUED);
    put_done(store, 4);
    close_store(store);
    check_whole(made.file, 2);
    folder_remove(&made);
}

static void a_job_put_twice_is_the_second_one(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    sample_job failed;
    sample_failed(2, "first", &failed);
    put_done(store, 7);
    CU_ASSERT_EQUAL(tcs_store_put(store, &failed.record, NULL), TCS_OK);
    put_done(store, 2);
    close_store(store);
    tcs_results results;
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    CU_ASSERT_EQUAL(results.outcomes[2], TCS_JOB_DONE);
    CU_ASSERT_STRING_EQUAL(results.errors[2], "");
    tcs_results_free(&results);
    check_whole(made.file, 2);
    folder_remove(&made);
}

/* ---- when the system refuses ----------------------------------------------------------------------------------------- */

static void a_lost_file_is_noticed(void) {
    for (int is_replaced = 0; is_replaced < 2; is_replaced++) {
        folder made = folder_make();
        create(made.file);
        tcs_store *store = open_store(made.file);
        put_done(store, 0);
        CU_ASSERT_EQUAL(tcs_store_commit(store, NULL), TCS_OK);
        unlink(made.file);
        if (is_replaced)
            create(made.file);
        put_done(store, 1);
        tcs_error error = {0};
        CU_ASSERT_EQUAL(tcs_store_commit(store, &error), TCS_SYSTEM_ERROR);
        TCS_ASSERT_CONTAINS(tcs_error_text(&error), is_replaced ? "was replaced by another file" : "was removed");
        CU_ASSERT_EQUAL(tcs_store_close(store, &error), TCS_SYSTEM_ERROR);
        tcs_error_clear(&error);
        if (is_replaced)
            check_whole(made.file, 0);
        folder_remove(&made);
    }
}

static void refused_writes_are_errors(void) {
    folder made = folder_make();
    create(made.file);
    tcs_store *store = open_store(made.file);
    put_done(store, 0);
    CU_ASSERT_EQUAL(tcs_store_commit(store, NULL), TCS_OK);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, none;
    getrlimit(RLIMIT_FSIZE, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
    tcs_error error = {0};
    sample_job sample;
    sample_done(1, &sample);
    CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), made.file);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "File too large");
    tcs_error_clear(&error);
    char other[400];
    snprintf(other, sizeof other, "%s/other.h5", made.path);
    tcs_store_layout layout = sample_layout();
    CU_ASSERT_EQUAL(tcs_store_create(other, &layout, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "File too large");
    tcs_error_clear(&error);
    setrlimit(RLIMIT_FSIZE, &before);
    CU_ASSERT_EQUAL(folder_count(made.path, 0), 1);
    put_done(store, 1); /* it goes on where there is room again */
    close_store(store);
    check_whole(made.file, 2);
    folder_remove(&made);
}

/* In a child with a small file system of its own: 0 right, 1 wrong, 77 not possible here. */
static int fill_disk(const folder *made) {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", made->path, "tmpfs", 0, "size=100k") != 0)
        return 77;
    tcs_error error = {0};
    tcs_store_layout layout = sample_layout();
    bool is_right = tcs_store_create(made->file, &layout, &error) == TCS_SYSTEM_ERROR;
    printf("\"%s\" ", tcs_error_text(&error));
    is_right = is_right && strstr(tcs_error_text(&error), "No space left") && folder_count(made->path, 0) == 0;
    return !is_right;
}

static void a_full_disk_leaves_nothing(void) {
    folder made = folder_make();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int code = fill_disk(&made);
        fflush(stdout);
        _exit(code);
    }
    int code;
    CU_ASSERT_EQUAL(waitpid(child, &code, 0), child);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 77)
        printf("SKIPPED: no file system can be mounted here ");
    else
        CU_ASSERT_EQUAL(code, 0);
    folder_remove(&made);
}

static void missing_places_are_errors(void) {
    tcs_error error = {0};
    tcs_store_layout layout = sample_layout();
    tcs_store *store;
    tcs_results results;
    CU_ASSERT_EQUAL(tcs_store_create("/nowhere/at/all.h5", &layout, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "/nowhere/at/all.h5");
    CU_ASSERT_EQUAL(tcs_store_open("/nowhere/at/all.h5", 0, &store, NULL, &error), TCS_SYSTEM_ERROR);
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_EQUAL(tcs_results_read("/nowhere/at/all.h5", &results, &error), TCS_SYSTEM_ERROR);
    CU_ASSERT_EQUAL(tcs_results_read("/tmp", &results, &error), TCS_BAD_RESULTS);
    CU_ASSERT_EQUAL(tcs_store_close(NULL, NULL), TCS_OK);
    tcs_error_clear(&error);
}

TCS_TESTS("store", {"a new file says what is known", a_new_file_says_what_is_known}, {"space is reserved", space_is_reserved},
          {"nothing is replaced", nothing_is_replaced}, {"parts can be left out", parts_can_be_left_out},
          {"mistakes in the layout are refused", mistakes_in_the_layout_are_refused}, {"what is put is read", what_is_put_is_read},
          {"long errors are cut between characters", long_errors_are_cut_between_characters},
          {"records that do not fit are refused", records_that_do_not_fit_are_refused},
          {"running jobs are queued again", running_jobs_are_queued_again},
          {"failed jobs can be queued again", failed_jobs_can_be_queued_again},
          {"a job put twice is the second one", a_job_put_twice_is_the_second_one},
          {"a lost file is noticed", a_lost_file_is_noticed}, {"refused writes are errors", refused_writes_are_errors},
          {"a full disk leaves nothing", a_full_disk_leaves_nothing}, {"missing places are errors", missing_places_are_errors})
