#include "trainers_rig.h"

#include <fcntl.h>

/* ---- killing ----------------------------------------------------------------------------------------------------------------- */

static void a_trainer_killed_from_outside_is_blameless(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    pid_t pid = rig_trainer_of(trainers->server, 2);
    CU_ASSERT_FATAL(pid > 0);
    kill(pid, SIGKILL);
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CRASHED);
    CU_ASSERT(event.was_killed_outside);
    TCS_ASSERT_CONTAINS(event.message, "killed from outside (SIGKILL) at epoch");
    CU_ASSERT_EQUAL(event.result.length, 0);
    tcs_trainer_event_free(&event);
    event = rig_run(trainers, 0);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

static void a_crash_is_told_by_its_signal(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 3, NULL), TCS_OK);
    tcs_trainer_event event = rig_next(trainers, true); /* it has trained epochs */
    tcs_trainer_event_free(&event);
    kill(rig_trainer_of(trainers->server, 3), SIGBUS);
    event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CRASHED);
    CU_ASSERT_FALSE(event.was_killed_outside);
    unsigned epoch = 0;
    CU_ASSERT_EQUAL(sscanf(event.message, "SIGBUS at epoch %u of regression", &epoch), 1);
    CU_ASSERT(epoch > 1);
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
}

static void a_lost_server_is_told_once(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    for (size_t job = 2; job < 4; job++)
        CU_ASSERT_EQUAL(tcs_trainers_start(trainers, job, NULL), TCS_OK);
    pid_t pids[] = {rig_trainer_of(trainers->server, 2), rig_trainer_of(trainers->server, 3)}, server = trainers->server;
    CU_ASSERT_FATAL(pids[0] > 0 && pids[1] > 0);
    kill(server, SIGKILL);
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.kind, TCS_TRAINER_SERVER_LOST);
    CU_ASSERT_EQUAL(tcs_trainers_n_running(trainers), 0);
    CU_ASSERT_FALSE(tcs_trainers_next_event(trainers, &event));
    tcs_trainers_wait(trainers, 0.01, NULL, 0);
    CU_ASSERT_FALSE(tcs_trainers_next_event(trainers, &event));
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "is gone");
    tcs_error_clear(&error);
    tcs_trainers_cancel(trainers, 2);
    CU_ASSERT(rig_all_end_within(pids, 2, 2));
    CU_ASSERT_EQUAL(rig_state(server, &(pid_t){0}, (char[32]){0}), 0); /* reaped */
    tcs_trainers_free(trainers);
}

static void a_result_survives_the_loss_of_the_server(void) {
    tcs_trainers *trainers = rig_start(5, 0, 0);
    kill(trainers->server, SIGSTOP); /* so that the report of the job's end is never sent … */
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    kill(trainers->server, SIGCONT);
    for (double end_s = tcs_clock_s() + 10; tcs_clock_s() < end_s && !trainers->jobs[0].channel.has_end;)
        tcs_channel_receive(&trainers->jobs[0].channel);
    kill(trainers->server, SIGKILL); /* … or is, just before: either way there is a result */
    tcs_trainer_event event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.kind, TCS_TRAINER_ENDED);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    CU_ASSERT(rig_is_result(&event.result, false));
    CU_ASSERT(event.wall_s > 0 && event.finished >= event.started);
    tcs_trainer_event_free(&event);
    event = rig_next(trainers, false);
    CU_ASSERT_EQUAL(event.kind, TCS_TRAINER_SERVER_LOST);
    tcs_trainers_free(trainers);
}

static void freeing_ends_what_runs(void) {
    tcs_trainers *trainers = rig_start(RIG_EPOCHS_WITHOUT_END, 0, 0);
    CU_ASSERT_EQUAL(tcs_trainers_start(trainers, 2, NULL), TCS_OK);
    pid_t pids[] = {trainers->server, rig_trainer_of(trainers->server, 2)};
    CU_ASSERT(pids[1] > 0);
    double start_s = tcs_clock_s();
    tcs_trainers_free(trainers);
    CU_ASSERT(tcs_clock_s() - start_s < 1.9); /* later they would have been killed */
    CU_ASSERT(rig_all_end_within(pids, 2, 0));
    tcs_trainers_free(NULL);
    CU_ASSERT_EQUAL_FATAL(tcs_trainers_create(&trainers, NULL), TCS_OK); /* never given a study */
    pids[0] = trainers->server;
    tcs_trainers_free(trainers);
    CU_ASSERT(rig_all_end_within(pids, 1, 0));
}

/* ---- a whole agent in a process group of its own ------------------------------------------------------------------------------- */

typedef struct family {
    pid_t agent, server, trainers[2];
} family;

/* Forks an agent that leads a process group, starts jobs 2 and 3, tells its family, and goes on with `then`, whose result is its exit code. */
static family start_family(uint32_t n_epochs, int (*then)(tcs_trainers *trainers)) {
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
    family f = {.agent = fork()};
    CU_ASSERT_FATAL(f.agent >= 0);
    if (f.agent == 0) {
        setpgid(0, 0);
        close(ends[0]);
        tcs_trainers *trainers = rig_start(n_epochs, 0, 0);
        family mine = {.agent = getpid(), .server = trainers ? trainers->server : 0};
        for (size_t k = 0; trainers && k < 2; k++)
            if (tcs_trainers_start(trainers, 2 + k, NULL) == TCS_OK)
                mine.trainers[k] = rig_trainer_of(mine.server, 2 + k);
        if (write(ends[1], &mine, sizeof mine) != (ssize_t)sizeof mine)
            _exit(9);
        close(ends[1]);
        _exit(trainers ? then(trainers) : 8);
    }
    close(ends[1]);
    family told = {0};
    CU_ASSERT_EQUAL(read(ends[0], &told, sizeof told), (ssize_t)sizeof told);
    close(ends[0]);
    CU_ASSERT_EQUAL(told.agent, f.agent);
    CU_ASSERT(told.server > 0 && told.trainers[0] > 0 && told.trainers[1] > 0);
    return told;
}

static int run_for_long(tcs_trainers *trainers) {
    for (double end_s = tcs_clock_s() + 60; tcs_clock_s() < end_s;) {
        for (tcs_trainer_event event; tcs_trainers_next_event(trainers, &event);)
            tcs_trainer_event_free(&event);
        tcs_trainers_wait(trainers, 1, NULL, 0);
    }
    return 1;
}

static void nothing_outlives_a_killed_agent(void) {
    family f = start_family(RIG_EPOCHS_WITHOUT_END, run_for_long);
    kill(f.agent, SIGKILL);
    CU_ASSERT_EQUAL(waitpid(f.agent, NULL, 0), f.agent);
    pid_t rest[] = {f.server, f.trainers[0], f.trainers[1]};
    CU_ASSERT(rig_all_end_within(rest, 3, 2));
}

static volatile sig_atomic_t n_signals;
static void count_signal(int number) {
    (void)number;
    n_signals++;
}

/* Sends its whole group, itself too, every signal that a launcher or a terminal sends, until both jobs are done. */
static int be_bombarded(tcs_trainers *trainers) {
    static const int signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
    int n_done = 0, n_ended = 0;
    for (double end_s = tcs_clock_s() + 60; n_ended < 2 && trainers->control >= 0 && tcs_clock_s() < end_s;) {
        kill(0, signals[n_signals % 5]);
        tcs_trainers_wait(trainers, 0.01, NULL, 0);
        for (tcs_trainer_event event; tcs_trainers_next_event(trainers, &event); tcs_trainer_event_free(&event)) {
            n_ended += event.kind != TCS_TRAINER_PROGRESS;
            n_done += event.kind == TCS_TRAINER_ENDED && event.outcome == TCS_JOB_DONE;
        }
    }
    tcs_trainers_free(trainers);
    return n_done == 2 && n_signals >= 5 ? 0 : 1;
}

static void signals_to_the_group_do_not_end_trainers(void) {
    static const int signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
    struct sigaction count = {.sa_handler = count_signal}, before[5];
    for (size_t i = 0; i < 5; i++)
        sigaction(signals[i], &count, &before[i]);
    family f = start_family(5000, be_bombarded);
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(f.agent, &status, 0), f.agent);
    CU_ASSERT_EQUAL(status, 0);
    for (size_t i = 0; i < 5; i++)
        sigaction(signals[i], &before[i], NULL);
}

static int end_well(tcs_trainers *trainers) {
    tcs_trainers_free(trainers);
    return 0;
}

static void standard_streams_may_be_closed(void) {
    pid_t pid = fork();
    if (pid == 0) {
        for (int descriptor = 0; descriptor < 3; descriptor++)
            close(descriptor);
        tcs_trainers *trainers = rig_start(5, 0, 0);
        if (!trainers || tcs_trainers_start(trainers, 2, NULL) != TCS_OK)
            _exit(1);
        /* What a library prints there goes to nobody, and into no socket. */
        for (int descriptor = 0; descriptor < 3; descriptor++) {
            char path[64], target[64] = "";
            snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)trainers->server, descriptor);
            if (readlink(path, target, sizeof target - 1) < 0 || strcmp(target, "/dev/null") != 0)
                _exit(3);
        }
        tcs_trainer_event event = rig_next(trainers, false);
        bool is_good = event.outcome == TCS_JOB_DONE && rig_is_result(&event.result, false);
        tcs_trainer_event_free(&event);
        _exit(is_good ? end_well(trainers) : 2);
    }
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_EQUAL(status, 0);
}

static void an_ignored_sigchld_does_no_harm(void) {
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);
    tcs_trainers *trainers = rig_start(5, 0, 0);
    tcs_trainer_event event = rig_run(trainers, 2);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
    signal(SIGCHLD, before);
}

RIG_MAIN("trainers: who dies, and who dies with them",
         {"a trainer killed from outside is blameless", a_trainer_killed_from_outside_is_blameless},
         {"a crash is told by its signal", a_crash_is_told_by_its_signal},
         {"a lost server is told once", a_lost_server_is_told_once},
         {"a result survives the loss of the server", a_result_survives_the_loss_of_the_server},
         {"freeing ends what runs", freeing_ends_what_runs}, {"nothing outlives a killed agent", nothing_outlives_a_killed_agent},
         {"signals to the group do not end trainers", signals_to_the_group_do_not_end_trainers},
         {"standard streams may be closed", standard_streams_may_be_closed},
         {"an ignored SIGCHLD does no harm", an_ignored_sigchld_does_no_harm})
