/* How far a sweep is, and how honestly the time left is told. */
#include "progress.h"
#include "sample.h"

static void usual_status_is_as_expected(void) {
    tcs_results r = sample_usual();
    tcs_buffer out = {0};
    sample_assert_expected(sample_status(&r, 1000030, &out), "status.txt");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

/* What report_progress_create makes of results; the summary is not needed after. */
static report_progress progress_of(const tcs_results *r) {
    report_summary summary;
    report_progress progress;
    CU_ASSERT_EQUAL_FATAL(report_summary_create(r, TCS_METRIC_ACCURACY, &summary, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(report_progress_create(&summary, &progress, NULL), TCS_OK);
    report_summary_free(&summary);
    return progress;
}

static void time_left_follows_configuration_then_architecture(void) {
    tcs_results r = sample_empty(4, 2);
    sample_name(&r, 3, "other", "other");
    sample_finish(&r, 0, 0, 0.5, 1);
    r.wall_s[0] = 100;
    sample_finish(&r, 1, 0, 0.5, 1);
    r.wall_s[2] = 300;
    r.started[0] = 0, r.finished[0] = 100;
    r.started[2] = 50, r.finished[2] = 350;
    sample_fail(&r, 1, 1, TCS_JOB_TIMED_OUT, ""); /* its time is no job's time */
    r.wall_s[3] = 1e6;
    report_progress progress = progress_of(&r);
    /* left: configuration 0: 1 × its own 100; 2: 2 × 200, its architecture's; 3: 2 × 200, all jobs' */
    CU_ASSERT_EQUAL(progress.n_left, 5);
    CU_ASSERT_EQUAL(progress.n_guessed, 2);
    CU_ASSERT_DOUBLE_EQUAL(progress.left_s, 900, 1e-9);
    CU_ASSERT_EQUAL(progress.n_at_once, 2);
    CU_ASSERT(!progress.is_at_once_now);
    CU_ASSERT_DOUBLE_EQUAL(report_time_left_s(&progress), 450, 1e-9);
    report_progress_free(&progress);

    r.outcomes[7] = r.outcomes[6] = r.outcomes[5] = TCS_JOB_RUNNING; /* half of 3 × 200 is still to come */
    progress = progress_of(&r);
    CU_ASSERT_DOUBLE_EQUAL(progress.left_s, 600, 1e-9);
    CU_ASSERT_EQUAL(progress.n_at_once, 3);
    CU_ASSERT(progress.is_at_once_now);
    CU_ASSERT_DOUBLE_EQUAL(report_time_left_s(&progress), 200, 1e-9);
    report_progress_free(&progress);
    sample_free(&r);
}

static void a_job_is_never_shared(void) {
    tcs_results r = sample_empty(1, 8);
    for (size_t s = 0; s < 7; s++) {
        sample_finish(&r, 0, s, 0.5, 1);
        r.started[s] = 0, r.finished[s] = 100;
    }
    report_progress progress = progress_of(&r); /* one job left, seven trainers: it takes as long as one job */
    CU_ASSERT_EQUAL(progress.n_at_once, 7);
    CU_ASSERT_DOUBLE_EQUAL(report_time_left_s(&progress), 100, 1e-9);
    report_progress_free(&progress);
    for (size_t s = 0; s < 7; s++)
        r.started[s] = 100 * (double)s, r.finished[s] = r.started[s] + 100; /* one after the other on one trainer */
    progress = progress_of(&r);
    CU_ASSERT_EQUAL(progress.n_at_once, 1);
    report_progress_free(&progress);
    sample_free(&r);
}

static void nothing_is_guessed_from_nothing(void) {
    tcs_results r = sample_empty(1, 2);
    tcs_buffer out = {0};
    TCS_ASSERT_CONTAINS(sample_status(&r, 1000001, &out), "time left         unknown: no job is done yet\n");
    tcs_buffer_clear(&out);
    sample_finish(&r, 0, 0, 0.5, 1);
    r.started[0] = r.finished[0] = NAN;
    TCS_ASSERT_CONTAINS(sample_status(&r, 1000001, &out), "unknown: 1 min 40 s of training");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void silence_is_judged_by_the_jobs_length(void) {
    tcs_results r = sample_usual(); /* jobs take 100 s, one is running */
    tcs_buffer out = {0};
    static const struct {
        double age_s;
        const char *expected;
    } cases[] = {{5, "a run seems to be writing"},
                 {60, "a run seems to be writing"},
                 {300, "a run may be writing"},
                 {5000, "no run seems to be writing (the jobs marked running were probably cut off)"},
                 {-5000, "in the future"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TCS_ASSERT_CONTAINS(sample_status(&r, r.updated + cases[i].age_s, &out), cases[i].expected);
        tcs_buffer_clear(&out);
    }
    r.outcomes[7] = TCS_JOB_QUEUED;
    const char *text = sample_status(&r, r.updated + 300, &out);
    TCS_ASSERT_CONTAINS(text, "no run seems to be writing; the command");
    tcs_buffer_clear(&out);
    r.updated = NAN;
    TCS_ASSERT_CONTAINS(sample_status(&r, 0, &out), "last update       unknown\n");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void complete_sweep_has_no_time_left(void) {
    tcs_results r = sample_empty(1, 2);
    sample_finish(&r, 0, 0, 0.5, 1);
    sample_finish(&r, 0, 1, 0.5, 1);
    r.is_complete = true;
    tcs_buffer out = {0};
    const char *text = sample_status(&r, 1000005, &out);
    TCS_ASSERT_CONTAINS(text, "paper: complete\n");
    TCS_ASSERT_CONTAINS(text, "2 of 2 (100.0 %)");
    CU_ASSERT_PTR_NULL(strstr(text, "time left"));
    CU_ASSERT_PTR_NULL(strstr(text, "writing"));
    tcs_buffer_clear(&out);
    sample_fail(&r, 0, 1, TCS_JOB_OUT_OF_MEMORY, "a limit");
    text = sample_status(&r, 1000005, &out);
    TCS_ASSERT_CONTAINS(text, "paper: complete, with failures\n");
    TCS_ASSERT_CONTAINS(text, "1 × out_of_memory: a limit (job: net k=0, split 1)");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

static void failures_are_grouped_largest_first(void) {
    tcs_results r = sample_empty(3, 2);
    sample_fail(&r, 0, 0, TCS_JOB_FAILED, "b");
    sample_fail(&r, 0, 1, TCS_JOB_CRASHED, "a");
    sample_fail(&r, 1, 0, TCS_JOB_FAILED, "a");
    sample_fail(&r, 1, 1, TCS_JOB_CRASHED, "a");
    sample_fail(&r, 2, 0, TCS_JOB_CRASHED, "a");
    tcs_buffer out = {0};
    const char *text = sample_status(&r, 1000005, &out);
    TCS_ASSERT_CONTAINS(text, "  - 3 × crashed: a (first: net k=0, split 1)\n"
                              "  - 1 × failed: b (job: net k=0, split 0)\n"
                              "  - 1 × failed: a (job: net k=1, split 0)\n");
    tcs_buffer_clear(&out);
    sample_free(&r);
}

TCS_TESTS("status of a sweep", {"usual status is as expected", usual_status_is_as_expected},
          {"time left follows configuration, then architecture", time_left_follows_configuration_then_architecture},
          {"a job is never shared", a_job_is_never_shared}, {"nothing is guessed from nothing", nothing_is_guessed_from_nothing},
          {"silence is judged by the jobs' length", silence_is_judged_by_the_jobs_length},
          {"complete sweep has no time left", complete_sweep_has_no_time_left},
          {"failures are grouped, largest first", failures_are_grouped_largest_first})
