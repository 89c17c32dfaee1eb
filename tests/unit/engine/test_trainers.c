#include "trainers_rig.h"

#include <fcntl.h>

#include "trainers_study_file.h"

/* ---- work ------------------------------------------------------------------------------------------------------------------ */

static void jobs_run_and_yield_results(void) {
    double before = (double)time(NULL);
    tcs_trainers *trainers = rig_start(40, 0, 0);
    CU_ASSERT(strlen(tcs_trainers_openblas(trainers)) > 0);
    tcs_buffer first[SMALL_STUDY_JOBS];
    for (size_t job = 0; job < SMALL_STUDY_JOBS; job++) {
        tcs_trainer_event event = rig_run(trainers, job);
        CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
        CU_ASSERT_PTR_NULL(event.message);
        CU_ASSERT(rig_is_result(&event.result, false));
        CU_ASSERT(event.wall_s > 0 && event.wall_s < 20 && event.cpu_s >= 0 && event.cpu_s < 20);
        CU_ASSERT(event.started >= before - 1 && event.finished >= event.started && event.finished < before + 60);
        CU_ASSERT_FALSE(event.was_killed_outside);
        first[job] = event.result;
        event.result = (tcs_buffer){0};
        tcs_trainer_event_free(&event);
    }
    CU_ASSERT_EQUAL(tcs_trainers_n_running(trainers), 0);
    /* Again, all at once: the same bits in whatever order they come. */
    for (size_t job = 0; job < SMALL_STUDY_JOBS; job++)
        CU_ASSERT_EQUAL(tcs_trainers_start(trainers, job, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_trainers_n_running(trainers), SMALL_STUDY_JOBS);
    for (size_t i = 0; i < SMALL_STUDY_JOBS; i++) {
        tcs_trainer_event event = rig_next(trainers, false);
        CU_ASSERT_FATAL(event.job < SMALL_STUDY_JOBS);
        CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
        CU_ASSERT_EQUAL_FATAL(event.result.length, first[event.job].length);
        CU_ASSERT_EQUAL(memcmp(event.result.bytes, first[event.job].bytes, event.result.length), 0);
        tcs_buffer_clear(&first[event.job]);
        tcs_trainer_event_free(&event);
    }
    tcs_trainers_free(trainers);
}

/* OpenBLAS of one thread and of the study's instruction set, whatever the agent's environment says. */
static void the_server_computes_as_the_study_wants(void) {
    setenv("OPENBLAS_NUM_THREADS", "7", 1);
    setenv("OPENBLAS_CORETYPE", "nonsense", 1);
    tcs_trainers *trainers = rig_start(5, 0, 0);
    unsetenv("OPENBLAS_NUM_THREADS");
    unsetenv("OPENBLAS_CORETYPE");
    char path[64], bytes[1 << 16] = "", wanted[64];
    snprintf(path, sizeof path, "/proc/%ld/environ", (long)trainers->server);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n_bytes = read(file, bytes, sizeof bytes - 1);
    close(file);
    CU_ASSERT_FATAL(n_bytes > 0);
    const char *core = tcs_isa_openblas_coretype(TCS_ISA_BASELINE);
    snprintf(wanted, sizeof wanted, "OPENBLAS_CORETYPE=%s", core ? core : "");
    bool has_core = false, has_threads = false;
    for (char *entry = bytes; entry < bytes + n_bytes; entry += strlen(entry) + 1) {
        has_core = has_core || strcmp(entry, wanted) == 0;
        has_threads = has_threads || strcmp(entry, "OPENBLAS_NUM_THREADS=1") == 0;
    }
    CU_ASSERT_EQUAL(has_core, core != NULL);
    CU_ASSERT(has_threads);
    snprintf(path, sizeof path, "/proc/%ld/task", (long)trainers->server);
    DIR *threads = opendir(path);
    int n_threads = -2; /* "." and ".." */
    while (threads && readdir(threads))
        n_threads++;
    closedir(threads);
    CU_ASSERT_EQUAL(n_threads, 1);
    printf("(%s) ", tcs_trainers_openblas(trainers));
    tcs_trainers_free(trainers);
}

static void progress_is_told(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 3, NULL), TCS_OK);
    double fraction[SMALL_STUDY_JOBS] = {0}, elapsed_s[SMALL_STUDY_JOBS] = {0};
    double started_s = tcs_clock_s();
    size_t n[SMALL_STUDY_JOBS] = {0};
    while (n[2] < 4 || n[3] < 4) {
        tcs_trainer_event event = rig_next(trainers, true);
        CU_ASSERT_FATAL(event.job == 2 || event.job == 3);
        CU_ASSERT(event.fraction >= fraction[event.job] && event.fraction <= 1);
        CU_ASSERT(event.elapsed_s > elapsed_s[event.job]);
        fraction[event.job] = event.fraction;
        elapsed_s[event.job] = event.elapsed_s;
        n[event.job]++;
        tcs_trainer_event_free(&event);
    }
    CU_ASSERT(fraction[2] > 0 && fraction[3] > 0);
    CU_ASSERT(tcs_clock_s() - started_s > 0.75); /* five a second at most */
    tcs_trainers_free(trainers);
}

static void thousands_of_jobs_leave_nothing_behind(void) {
    enum { N_JOBS = 2000, N_AT_ONCE = 3 };
    tcs_trainers *trainers = rig_start(1, 0, 64 << 20);
    tcs_trainer_event event = rig_run(trainers, 0);
    tcs_trainer_event_free(&event);
    size_t n_own = rig_n_descriptors(getpid()), n_server = rig_n_descriptors(trainers->server);
    CU_ASSERT(n_own > 3 && n_server > 3);
    size_t n_started = 0, n_done = 0;
    double started_s = tcs_clock_s();
    for (; n_started < N_AT_ONCE; n_started++)
        CU_ASSERT_EQUAL_FATAL(tcs_trainers_start(trainers, n_started, NULL), TCS_OK);
    for (size_t n_ended = 0; n_ended < N_JOBS; n_ended++) {
        event = rig_next(trainers, false);
        CU_ASSERT_EQUAL_FATAL(event.kind, TCS_TRAINER_ENDED);
        n_done += event.outcome == TCS_JOB_DONE;
        if (n_started < N_JOBS) {
            CU_ASSERT_EQUAL_FATAL(tcs_trainers_start(trainers, event.job, NULL), TCS_OK);
            n_started++;
        }
        tcs_trainer_event_free(&event);
    }
    printf("(%.2f ms a job) ", 1000 * (tcs_clock_s() - started_s) / N_JOBS);
    CU_ASSERT_EQUAL(n_done, N_JOBS);
    CU_ASSERT_EQUAL(rig_n_descriptors(getpid()), n_own);
    CU_ASSERT_EQUAL(rig_n_descriptors(trainers->server), n_server);
    CU_ASSERT_EQUAL(rig_children(trainers->server, NULL, NULL, 0), 0);
    tcs_trainers_free(trainers);
    CU_ASSERT_EQUAL(rig_n_descriptors(getpid()), n_own - 1);
    CU_ASSERT_EQUAL(rig_children(getpid(), NULL, NULL, 0), 0);
}

static void waiting_ends_with_what_happens(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    struct pollfd more = {.fd = ends[0], .events = POLLIN, .revents = 77};
    double start_s = tcs_clock_s();
    tcs_trainers_wait(trainers, 0.1, &more, 1);
    CU_ASSERT(tcs_clock_s() - start_s >= 0.09);
    CU_ASSERT_EQUAL(more.revents, 0);
    start_s = tcs_clock_s();
    tcs_trainers_wait(trainers, 0.0005, NULL, 0); /* below poll's millisecond, and yet not busy */
    CU_ASSERT(tcs_clock_s() - start_s >= 0.0004);
    CU_ASSERT_EQUAL(write(ends[1], "x", 1), 1);
    start_s = tcs_clock_s();
    tcs_trainers_wait(trainers, 10, &more, 1);
    CU_ASSERT(tcs_clock_s() - start_s < 5);
    CU_ASSERT_EQUAL(more.revents, POLLIN);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 0, NULL), TCS_OK); /* a baseline: done at once */
    start_s = tcs_clock_s();
    tcs_trainers_wait(trainers, 10, NULL, 0);
    CU_ASSERT(tcs_clock_s() - start_s < 5);
    close(ends[0]);
    close(ends[1]);
    tcs_trainers_free(trainers);
}

/* ---- limits and cancelling --------------------------------------------------------------------------------------------------- */

static void cancelled_jobs_end_at_once(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    tcs_trainers_cancel(trainers, 2); /* does not run: nothing */
    for (size_t job = 2; job < 4; job++)
        CU_ASSERT_EQUAL(tcs_trainers_start(trainers, job, NULL), TCS_OK);
    double start_s = tcs_clock_s();
    tcs_trainers_cancel(trainers, 3);
    tcs_trainers_cancel(trainers, 3);
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.job, 3);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CANCELLED);
    CU_ASSERT_FALSE(event.was_killed_outside);
    CU_ASSERT_PTR_NULL(event.message);
    CU_ASSERT(tcs_clock_s() - start_s < 5);
    CU_ASSERT_EQUAL(tcs_trainers_n_running(trainers), 1);
    tcs_trainer_event_free(&event);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 3, NULL), TCS_OK); /* it may run again */
    tcs_trainers_cancel_all(trainers);
    for (int i = 0; i < 2; i++) {
        event = rig_next(trainers, false);
        CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CANCELLED);
        tcs_trainer_event_free(&event);
    }
    CU_ASSERT_EQUAL(tcs_trainers_n_running(trainers), 0);
    tcs_trainers_free(trainers);
}

static void a_result_that_came_before_the_cancel_counts(void) {
    tcs_trainers *trainers = rig_start(5, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    for (double end_s = tcs_clock_s() + 10; tcs_clock_s() < end_s && !trainers->jobs[0].channel.has_end; rig_sleep(0.01))
        tcs_channel_receive(&trainers->jobs[0].channel);
    tcs_trainers_cancel(trainers, 2);
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    CU_ASSERT(rig_is_result(&event.result, false));
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

static void the_time_limit_holds(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0.5, 0);
    tcs_trainer_event event = rig_run(trainers, 2);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_TIMED_OUT);
    CU_ASSERT_FALSE(event.was_killed_outside);
    CU_ASSERT(event.wall_s >= 0.5 && event.wall_s < 5);
    CU_ASSERT(event.cpu_s > 0);
    CU_ASSERT_DOUBLE_EQUAL(event.finished - event.started, event.wall_s, 0.2);
    TCS_ASSERT_CONTAINS(event.message, "of regression; time_limit is 0.5 s");
    tcs_trainer_event_free(&event);
    event = rig_run(trainers, 0); /* short enough */
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

static void the_memory_limit_holds(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 100 << 10);
    tcs_trainer_event event = rig_run(trainers, 2);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_OUT_OF_MEMORY);
    TCS_ASSERT_CONTAINS(event.message, "of regression; memory_limit is 0.1 MiB");
    CU_ASSERT(event.wall_s < 5);
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

/* ---- wrong use ----------------------------------------------------------------------------------------------------------------- */

static void expect_refusal(const void *bytes, size_t n_bytes, tcs_status status, const char *part) {
    tcs_trainers *trainers;
    tcs_error error = {0};
    CU_ASSERT_EQUAL_FATAL(tcs_trainers_create(&trainers, &error), TCS_OK);
    CU_ASSERT_EQUAL(tcs_trainers_give_study(trainers, bytes, n_bytes, &error), status);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), part);
    CU_ASSERT_NOT_EQUAL(tcs_trainers_start(trainers, 0, NULL), TCS_OK);
    tcs_trainer_event event;
    CU_ASSERT_FALSE(tcs_trainers_next_event(trainers, &event));
    tcs_error_clear(&error);
    tcs_trainers_free(trainers);
}

static void a_bad_study_is_refused_with_its_reason(void) {
    static const char garbage[4096] = "this is no study";
    expect_refusal(garbage, sizeof garbage, TCS_INTERNAL, "these bytes are no study");
    expect_refusal(garbage, 0, TCS_INTERNAL, "these bytes are no study");
    tcs_study study;
    tcs_buffer bytes = {0};
    CU_ASSERT_EQUAL_FATAL(small_study(5, &study, NULL), TCS_OK);
    tcs_study_encode(&study, &bytes);
    expect_refusal(bytes.bytes, bytes.length - 1, TCS_INTERNAL, "damaged"); /* said by the server: its beginning is good */
    tcs_buffer_add_u32(&bytes, 0);
    expect_refusal(bytes.bytes, bytes.length, TCS_INTERNAL, "4 bytes follow its end");
    if (tcs_isa_detect() < TCS_ISA_AVX512) {
        study.isa = TCS_ISA_AVX512;
        tcs_buffer_clear(&bytes);
        tcs_study_encode(&study, &bytes);
        expect_refusal(bytes.bytes, bytes.length, TCS_SYSTEM_ERROR, "this machine has no avx512");
    }
    tcs_buffer_clear(&bytes);
    tcs_study_free(&study);
}

static void wrong_use_is_told(void) {
    tcs_trainers *trainers;
    tcs_error error = {0};
    CU_ASSERT_EQUAL_FATAL(tcs_trainers_create(&trainers, &error), TCS_OK);
    CU_ASSERT_NOT_EQUAL(tcs_trainers_start(trainers, 0, &error), TCS_OK);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "have no study");
    tcs_error_clear(&error);
    tcs_trainers_free(trainers);
    trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, &error), TCS_INTERNAL);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "job 2 runs already");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(tcs_trainers_give_study(trainers, "", 0, &error), TCS_INTERNAL);
    tcs_error_clear(&error);
    tcs_trainers_cancel_all(trainers);
    tcs_trainer_event event = rig_next(trainers, false);
    tcs_trainer_event_free(&event);
    event = rig_run(trainers, SMALL_STUDY_JOBS); /* there is no such job */
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_FAILED);
    TCS_ASSERT_CONTAINS(event.message, "there is no job 4");
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

static void fork_server_arguments_are_checked(void) {
    char name[] = "tcsweep", argument[] = TCS_FORK_SERVER_ARGUMENT, nonsense[] = "nonsense", closed[] = "987";
    FILE *old = stderr;
    stderr = fopen("/dev/null", "we");
    CU_ASSERT_EQUAL(tcs_fork_server_main(2, (char *[]){name, argument, NULL}), 2);
    CU_ASSERT_EQUAL(tcs_fork_server_main(5, (char *[]){name, argument, nonsense, nonsense, nonsense, NULL}), 2);
    CU_ASSERT_EQUAL(tcs_fork_server_main(5, (char *[]){name, argument, closed, closed, closed, NULL}), 2);
    fclose(stderr);
    stderr = old;
}

static void expect_file(tcs_status (*create)(const void *, size_t, int *, tcs_error *)) {
    char bytes[100000], back[sizeof bytes + 1];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i);
    int file = -1;
    CU_ASSERT_EQUAL_FATAL(create(bytes, sizeof bytes, &file, NULL), TCS_OK);
    CU_ASSERT_EQUAL(pread(file, back, sizeof back, 0), (ssize_t)sizeof bytes);
    CU_ASSERT_EQUAL(memcmp(bytes, back, sizeof bytes), 0);
    CU_ASSERT(fcntl(file, F_GETFD) & FD_CLOEXEC);
    close(file);
}

static void the_study_finds_a_file(void) {
    expect_file(tcs_study_file_create);
    expect_file(tcs_study_file_create_unlinked);
    int file;
    CU_ASSERT_EQUAL_FATAL(tcs_study_file_create("abc", 3, &file, NULL), TCS_OK);
    if (fcntl(file, F_GET_SEALS) > 0) /* a memfd: nobody can change it any more */
        CU_ASSERT(pwrite(file, "x", 1, 0) < 0 && ftruncate(file, 1) < 0);
    close(file);
}

RIG_MAIN("trainers", {"jobs run and yield results", jobs_run_and_yield_results},
         {"the server computes as the study wants", the_server_computes_as_the_study_wants}, {"progress is told", progress_is_told},
         {"thousands of jobs leave nothing behind", thousands_of_jobs_leave_nothing_behind},
         {"waiting ends with what happens", waiting_ends_with_what_happens},
         {"cancelled jobs end at once", cancelled_jobs_end_at_once},
         {"a result that came before the cancel counts", a_result_that_came_before_the_cancel_counts},
         {"the time limit holds", the_time_limit_holds}, {"the memory limit holds", the_memory_limit_holds},
         {"a bad study is refused with its reason", a_bad_study_is_refused_with_its_reason},
         {"wrong use is told", wrong_use_is_told}, {"fork server arguments are checked", fork_server_arguments_are_checked},
         {"the study finds a file", the_study_finds_a_file})
