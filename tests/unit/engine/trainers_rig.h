/* trainers_rig.h: trainers with the small study, and eyes for their processes.
 *
 * /proc/self/exe is the test program: it must be a fork server when told to. Hence RIG_MAIN instead of TCS_TESTS.
 */
#ifndef TCS_TESTS_ENGINE_TRAINERS_RIG_H
#define TCS_TESTS_ENGINE_TRAINERS_RIG_H

#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "small_study.h"
#include "tcsweep/trainers.h"
#include "trainers_state.h"

#define RIG_MAIN(suite_name, ...)                                                                                                  \
    TCS_SUITE(run_suite, suite_name, __VA_ARGS__)                                                                                  \
    int main(int argc, char **argv) {                                                                                              \
        if (argc > 1 && strcmp(argv[1], TCS_FORK_SERVER_ARGUMENT) == 0)                                                            \
            return tcs_fork_server_main(argc, argv);                                                                               \
        setvbuf(stdout, NULL, _IONBF, 0);                                                                                          \
        return run_suite();                                                                                                        \
    }

/* So many epochs of the small network last longer than any test waits. */
#define RIG_EPOCHS_WITHOUT_END 500000000

static inline void rig_sleep(double s) {
    nanosleep(&(struct timespec){.tv_sec = (time_t)s, .tv_nsec = (long)((s - (double)(time_t)s) * 1e9)}, NULL);
}

/* Trainers that have the small study; a failed assertion and NULL where they cannot be had. */
static inline tcs_trainers *rig_start(uint32_t n_epochs, double time_limit_s, uint64_t memory_limit_bytes) {
    tcs_study study;
    tcs_buffer bytes = {0};
    tcs_error error = {0};
    tcs_trainers *trainers = NULL;
    tcs_status status = tcs_trainers_create(&trainers, &error);
    if (status == TCS_OK)
        status = small_study(n_epochs, &study, &error);
    if (status == TCS_OK) {
        if (n_epochs > 1000) /* or its curves alone fill the memory */
            study.models[1].curve_every = 0;
        study.time_limit_s = time_limit_s;
        study.memory_limit_bytes = memory_limit_bytes;
        tcs_study_encode(&study, &bytes);
        tcs_study_free(&study);
        status = tcs_trainers_give_study(trainers, bytes.bytes, bytes.length, &error);
    }
    tcs_buffer_clear(&bytes);
    if (status != TCS_OK)
        printf("\n    %s\n", tcs_error_text(&error));
    CU_ASSERT_EQUAL(status, TCS_OK);
    tcs_error_clear(&error);
    return trainers;
}

/* The next event within 30 s that is not progress, or progress where wanted; kind and job are nonsense where none came. */
static inline tcs_trainer_event rig_next(tcs_trainers *trainers, bool wants_progress) {
    tcs_trainer_event event;
    for (double end_s = tcs_clock_s() + 30; tcs_clock_s() < end_s;) {
        while (tcs_trainers_next_event(trainers, &event)) {
            if ((event.kind == TCS_TRAINER_PROGRESS) == wants_progress)
                return event;
            tcs_trainer_event_free(&event);
        }
        tcs_trainers_wait(trainers, 0.1, NULL, 0);
    }
    CU_FAIL("no event came");
    return (tcs_trainer_event){.kind = (tcs_trainer_event_kind)99, .job = (size_t)-1, .outcome = TCS_N_OUTCOMES};
}

/* Runs one job to its end. */
static inline tcs_trainer_event rig_run(tcs_trainers *trainers, size_t job) {
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, job, NULL), TCS_OK);
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.kind, TCS_TRAINER_ENDED);
    CU_ASSERT_EQUAL(event.job, job);
    return event;
}

/* Whether the bytes are one result, with or without divergence. */
static inline bool rig_is_result(const tcs_buffer *bytes, bool has_diverged) {
    tcs_reader reader = tcs_reader_start(bytes->bytes, bytes->length);
    tcs_result result;
    if (bytes->length == 0 || tcs_result_decode(&reader, &result, NULL) != TCS_OK)
        return false;
    bool is_good = reader.position == bytes->length && result.has_diverged == has_diverged;
    tcs_result_free(&result);
    return is_good;
}

/* ---- processes ----------------------------------------------------------------------------------------------------------- */

/* State letter and parent of a process; 0 where there is none of that id. */
static inline char rig_state(pid_t pid, pid_t *parent, char name[32]) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[n] = 0;
    char *open = strchr(line, '('), *close_at = strrchr(line, ')'), state = 0;
    long parent_id = 0;
    if (open && close_at && sscanf(close_at + 1, " %c %ld", &state, &parent_id) == 2) {
        *parent = (pid_t)parent_id;
        *close_at = 0;
        snprintf(name, 32, "%.31s", open + 1);
    }
    return state;
}

static inline bool rig_is_alive(pid_t pid) {
    pid_t parent;
    char name[32], state = rig_state(pid, &parent, name);
    return state && state != 'Z' && state != 'X';
}

/* The children of a process, zombies too; returns how many there are. With a name, only those of that name. */
static inline size_t rig_children(pid_t parent, const char *wanted, pid_t *found, size_t most) {
    DIR *directory = opendir("/proc");
    size_t n = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        pid_t pid = (pid_t)atol(entry->d_name), its_parent = 0;
        char name[32] = "";
        if (pid > 0 && rig_state(pid, &its_parent, name) && its_parent == parent && (!wanted || strcmp(name, wanted) == 0)) {
            if (n < most)
                found[n] = pid;
            n++;
        }
    }
    if (directory)
        closedir(directory);
    return n;
}

/* The process that trains a job, waited for up to 5 s; 0 where there is none. */
static inline pid_t rig_trainer_of(pid_t server, size_t job) {
    char name[32];
    pid_t pid = 0;
    snprintf(name, sizeof name, "job %zu", job);
    for (double end_s = tcs_clock_s() + 5; tcs_clock_s() < end_s && rig_children(server, name, &pid, 1) == 0;)
        rig_sleep(0.01);
    return pid;
}

static inline bool rig_all_end_within(const pid_t *pids, size_t n, double limit_s) {
    for (double end_s = tcs_clock_s() + limit_s;;) {
        size_t n_alive = 0;
        for (size_t i = 0; i < n; i++)
            n_alive += rig_is_alive(pids[i]);
        if (n_alive == 0 || tcs_clock_s() > end_s)
            return n_alive == 0;
        rig_sleep(0.01);
    }
}

static inline size_t rig_n_descriptors(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *directory = opendir(path);
    size_t n = 0;
    while (directory && readdir(directory))
        n++;
    if (directory)
        closedir(directory);
    return n;
}

#endif
