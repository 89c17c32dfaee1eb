/* Trainers that meet with accidents (src/engine/trainer_fault.h). */
#include "trainers_rig.h"

/* Runs one job with the accidents of `faults`. */
static tcs_trainer_event run_with(const char *faults, size_t job, uint32_t n_epochs, double time_limit_s,
                                  uint64_t memory_limit_bytes) {
    setenv("TCSWEEP_FAULT", faults, 1);
    tcs_trainers *trainers = rig_start(n_epochs, time_limit_s, memory_limit_bytes);
    tcs_trainer_event event = rig_run(trainers, job);
    tcs_trainers_free(trainers);
    unsetenv("TCSWEEP_FAULT");
    return event;
}

static void expect(const char *faults, tcs_outcome outcome, const char *message) {
    tcs_trainer_event event = run_with(faults, 2, 20, 0, 0);
    CU_ASSERT_EQUAL(event.outcome, outcome);
    CU_ASSERT_FALSE(event.was_killed_outside);
    CU_ASSERT_EQUAL(event.result.length, 0);
    CU_ASSERT_STRING_EQUAL(event.message ? event.message : "", message);
    tcs_trainer_event_free(&event);
}

static void crashes(void) {
    expect("crash:2", TCS_JOB_CRASHED, "SIGSEGV at epoch 1 of regression");
    expect("crash:2:11", TCS_JOB_CRASHED, "SIGSEGV at epoch 12 of regression");
    expect("abort:2:23", TCS_JOB_CRASHED, "SIGABRT at epoch 4 of classification");
    expect("crash:2:40", TCS_JOB_CRASHED, "SIGSEGV after its last epoch");
}

static void ends_without_a_word(void) {
    expect("exit:2:1", TCS_JOB_FAILED, "the trainer ended without a result at epoch 2 of regression (exit code 3)");
}

static void is_killed(void) {
    tcs_trainer_event event = run_with("kill:2:3", 2, 20, 0, 0);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CRASHED);
    CU_ASSERT(event.was_killed_outside);
    CU_ASSERT_STRING_EQUAL(event.message, "killed from outside (SIGKILL) at epoch 4 of regression");
    tcs_trainer_event_free(&event);
}

static void hangs(void) {
    tcs_trainer_event event = run_with("hang:2:5", 2, 20, 0.4, 0);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_TIMED_OUT);
    CU_ASSERT(event.wall_s >= 0.4 && event.wall_s < 5);
    TCS_ASSERT_CONTAINS(event.message, " s at epoch 6 of regression; time_limit is 0.4 s");
    tcs_trainer_event_free(&event);
}

static void fills_the_memory(void) {
    tcs_trainer_event event = run_with("memory:2:1", 2, 20, 0, 200 << 20);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_OUT_OF_MEMORY);
    double held_mib = 0;
    CU_ASSERT_EQUAL(sscanf(event.message, "held %lf MiB of memory at epoch 2 of regression; memory_limit is 200.0 MiB", &held_mib),
                    1);
    CU_ASSERT(held_mib > 200 && held_mib < 3000);
    tcs_trainer_event_free(&event);
}

static void diverges(void) {
    tcs_trainer_event event = run_with("nan:2", 2, 20, 0, 0);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DIVERGED);
    CU_ASSERT(rig_is_result(&event.result, true));
    tcs_trainer_event_free(&event);
}

static void strikes_its_own_job_only(void) {
    setenv("TCSWEEP_FAULT", "crash:1,hang:3,exit:12,abort:22", 1);
    tcs_trainers *trainers = rig_start(20, 0, 0);
    for (size_t job = 0; job < SMALL_STUDY_JOBS; job++)
        CU_ASSERT_EQUAL(tcs_trainers_start(trainers, job, NULL), TCS_OK);
    tcs_outcome outcomes[SMALL_STUDY_JOBS] = {0};
    for (int i = 0; i < 4; i++) {
        if (i == 3)
            tcs_trainers_cancel(trainers, 3); /* it hangs */
        tcs_trainer_event event = rig_next(trainers, false);
        CU_ASSERT_FATAL(event.job < SMALL_STUDY_JOBS);
        outcomes[event.job] = event.outcome;
        if (event.job == 1) /* a baseline has no epochs */
            CU_ASSERT_STRING_EQUAL(event.message, "SIGSEGV");
        tcs_trainer_event_free(&event);
    }
    CU_ASSERT_EQUAL(outcomes[0], TCS_JOB_DONE);
    CU_ASSERT_EQUAL(outcomes[1], TCS_JOB_CRASHED);
    CU_ASSERT_EQUAL(outcomes[2], TCS_JOB_DONE);
    CU_ASSERT_EQUAL(outcomes[3], TCS_JOB_CANCELLED);
    tcs_trainers_free(trainers);
    unsetenv("TCSWEEP_FAULT");
}

static void strikes_once_with_a_file(void) {
    char directory[] = "/tmp/tcsweep-faults-XXXXXX", faults[128], file[64];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/struck", directory);
    snprintf(faults, sizeof faults, "crash:2@%s", file);
    setenv("TCSWEEP_FAULT", faults, 1);
    tcs_trainers *trainers = rig_start(20, 0, 0);
    tcs_trainer_event event = rig_run(trainers, 2);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_CRASHED);
    tcs_trainer_event_free(&event);
    event = rig_run(trainers, 2);
    CU_ASSERT_EQUAL(event.outcome, TCS_JOB_DONE);
    CU_ASSERT(rig_is_result(&event.result, false));
    tcs_trainer_event_free(&event);
    tcs_trainers_free(trainers);
    unsetenv("TCSWEEP_FAULT");
    CU_ASSERT_EQUAL(unlink(file), 0);
    rmdir(directory);
}

RIG_MAIN("faults", {"crashes", crashes}, {"ends without a word", ends_without_a_word}, {"is killed", is_killed}, {"hangs", hangs},
         {"fills the memory", fills_the_memory}, {"diverges", diverges}, {"strikes its own job only", strikes_its_own_job_only},
         {"strikes once with a file", strikes_once_with_a_file})
