#include "check.h"

#include <math.h>

#include "small_study.h"
#include "study_private.h"

static tcs_buffer encoded_small_study(void) {
    tcs_study study;
    tcs_error error = {0};
    tcs_buffer bytes = {0};
    CU_ASSERT_EQUAL_FATAL(small_study(20, &study, &error), TCS_OK);
    study.isa = TCS_ISA_AVX2;
    study.time_limit_s = 12.5;
    study.memory_limit_bytes = 1 << 30;
    tcs_study_encode(&study, &bytes);
    CU_ASSERT_FALSE(bytes.failed);
    tcs_study_free(&study);
    tcs_error_clear(&error);
    return bytes;
}

static void comes_back_as_it_was(void) {
    tcs_buffer bytes = encoded_small_study(), again = {0};
    tcs_error error = {0};
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    tcs_study study;
    CU_ASSERT_EQUAL_FATAL(tcs_study_decode(&reader, &study, &error), TCS_OK);
    CU_ASSERT_EQUAL(reader.position, bytes.length);
    CU_ASSERT_EQUAL(study.table.n_rows, 80);
    CU_ASSERT_EQUAL(study.splits.n_splits, 2);
    CU_ASSERT_EQUAL(study.splits.n_test[1], 16);
    CU_ASSERT_EQUAL(study.isa, TCS_ISA_AVX2);
    CU_ASSERT_EQUAL(study.time_limit_s, 12.5);
    CU_ASSERT_EQUAL(study.memory_limit_bytes, 1 << 30);
    CU_ASSERT_EQUAL(tcs_study_n_jobs(&study), SMALL_STUDY_JOBS);
    CU_ASSERT_STRING_EQUAL(study.models[1].feature, "composition");
    tcs_study_encode(&study, &again);
    CU_ASSERT_EQUAL_FATAL(again.length, bytes.length);
    CU_ASSERT_EQUAL(memcmp(again.bytes, bytes.bytes, bytes.length), 0);
    tcs_isa isa = TCS_ISA_BASELINE;
    CU_ASSERT_EQUAL(tcs_study_peek_isa(bytes.bytes, bytes.length, &isa, &error), TCS_OK);
    CU_ASSERT_EQUAL(isa, TCS_ISA_AVX2);
    tcs_study_free(&study);
    tcs_buffer_clear(&again);
    tcs_buffer_clear(&bytes);
}

static void refuses_every_cut(void) {
    tcs_buffer bytes = encoded_small_study();
    for (size_t n = 0; n < bytes.length; n += n < 200 || n + 200 > bytes.length ? 1 : 37) {
        /* A block of its own, so that a sanitizer sees a read beyond the cut. */
        unsigned char *cut = malloc(n > 0 ? n : 1);
        memcpy(cut, bytes.bytes, n);
        tcs_reader reader = tcs_reader_start(cut, n);
        tcs_study study;
        tcs_error error = {0};
        CU_ASSERT_NOT_EQUAL(tcs_study_decode(&reader, &study, &error), TCS_OK);
        CU_ASSERT(error.n_messages > 0);
        CU_ASSERT_PTR_NULL(study.models);
        CU_ASSERT_PTR_NULL(study.table.formula);
        tcs_error_clear(&error);
        free(cut);
    }
    tcs_buffer_clear(&bytes);
}

/* Whatever the bytes are: an error, or a study whose numbers can all be used. */
static void survives_damage(void) {
    tcs_buffer bytes = encoded_small_study();
    tcs_random_stream random = tcs_random_stream_start(tcs_random_key_from_seed(3), TCS_RANDOM_TEST, 0, 0);
    size_t n_refused = 0;
    for (int i = 0; i < 3000; i++) {
        size_t at = tcs_random_next_below(&random, (uint32_t)bytes.length);
        unsigned char was = bytes.bytes[at];
        bytes.bytes[at] ^= (unsigned char)(1 + tcs_random_next_below(&random, 255));
        tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
        tcs_study study;
        if (tcs_study_decode(&reader, &study, NULL) == TCS_OK) {
            for (size_t s = 0; s < study.splits.n_splits; s++)
                for (size_t r = 0; r < study.splits.n_train[s]; r++)
                    CU_ASSERT_FATAL(study.splits.train_rows[s][r] < study.table.n_rows);
            tcs_study_features *features = NULL;
            CU_ASSERT_EQUAL(tcs_study_features_create(&study, &features, NULL), TCS_OK);
            tcs_study_features_free(features);
            tcs_study_free(&study);
        } else
            n_refused++;
        bytes.bytes[at] = was;
    }
    CU_ASSERT(n_refused > 300);
    tcs_buffer_clear(&bytes);
}

static void expect_refused(tcs_study *study, const char *part) {
    tcs_buffer bytes = {0};
    tcs_error error = {0};
    tcs_study decoded;
    tcs_study_encode(study, &bytes);
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    CU_ASSERT_EQUAL(tcs_study_decode(&reader, &decoded, &error), TCS_INTERNAL);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), part);
    tcs_error_clear(&error);
    tcs_buffer_clear(&bytes);
}

static void says_what_is_wrong(void) {
    tcs_study study;
    CU_ASSERT_EQUAL_FATAL(small_study(5, &study, NULL), TCS_OK);
    study.time_limit_s = NAN;
    expect_refused(&study, "time limit");
    study.time_limit_s = -1;
    expect_refused(&study, "time limit");
    study.time_limit_s = 0;
    uint32_t *rows = study.splits.train_rows[0], last = rows[study.splits.n_train[0] - 1];
    rows[study.splits.n_train[0] - 1] = 80;
    expect_refused(&study, "ascending");
    rows[study.splits.n_train[0] - 1] = rows[0];
    expect_refused(&study, "ascending");
    rows[study.splits.n_train[0] - 1] = last;
    study.models[1].feature = "weather";
    expect_refused(&study, "known feature");
    study.models[1].feature = "composition_image";
    expect_refused(&study, "shape");
    study.models[1].feature = "composition";
    size_t n_test = study.splits.n_test[1];
    study.splits.n_test[1] = 0;
    expect_refused(&study, "no rows");
    study.splits.n_test[1] = n_test;
    tcs_study_free(&study);
}

static void trains_its_jobs(void) {
    tcs_study study;
    tcs_error error = {0};
    tcs_study_features *features = NULL;
    CU_ASSERT_EQUAL_FATAL(small_study(20, &study, &error), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_study_features_create(&study, &features, &error), TCS_OK);
    tcs_result result;
    for (size_t job = 0; job < SMALL_STUDY_JOBS; job++) {
        CU_ASSERT_EQUAL_FATAL(tcs_study_run_job(&study, features, job, &(tcs_learn_hooks){0}, &result, &error), TCS_OK);
        CU_ASSERT_EQUAL(result.n_test, 16);
        CU_ASSERT(isfinite(result.metrics[TCS_SET_TEST][TCS_METRIC_ACCURACY]));
        CU_ASSERT_EQUAL(result.n_parameters > 0, job >= SMALL_STUDY_NETWORK_JOB);
        tcs_result_free(&result);
    }
    CU_ASSERT_EQUAL(tcs_study_run_job(&study, features, SMALL_STUDY_JOBS, &(tcs_learn_hooks){0}, &result, &error), TCS_INTERNAL);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "there is no job 4");
    tcs_error_clear(&error);
    tcs_study_features_free(features);
    tcs_study_free(&study);
}

static void knows_where_a_job_is(void) {
    tcs_study study;
    CU_ASSERT_EQUAL_FATAL(small_study(20, &study, NULL), TCS_OK);
    CU_ASSERT_PTR_NULL(tcs_study_locate(&study, 0, 0).stage);
    CU_ASSERT_STRING_EQUAL(tcs_study_locate(&study, 3, 0).stage, "regression");
    CU_ASSERT_EQUAL(tcs_study_locate(&study, 3, 0).epoch, 1);
    CU_ASSERT_EQUAL(tcs_study_locate(&study, 3, 19).epoch, 20);
    CU_ASSERT_STRING_EQUAL(tcs_study_locate(&study, 3, 20).stage, "classification");
    CU_ASSERT_EQUAL(tcs_study_locate(&study, 3, 20).epoch, 1);
    CU_ASSERT_PTR_NULL(tcs_study_locate(&study, 3, 40).stage);
    tcs_job_effort effort = tcs_study_estimate(&study, 3);
    CU_ASSERT_EQUAL(effort.n_stages, 2);
    /* The first stage also trains the backbone of 120 inputs: it costs far more than half. */
    CU_ASSERT(effort.epoch_cost[0] > 4 * effort.epoch_cost[1] && effort.epoch_cost[1] > 0);
    CU_ASSERT_EQUAL(tcs_job_effort_fraction(&effort, 0), 0);
    CU_ASSERT(tcs_job_effort_fraction(&effort, 20) > 0.8 && tcs_job_effort_fraction(&effort, 20) < 1);
    CU_ASSERT_DOUBLE_EQUAL(tcs_job_effort_fraction(&effort, 10), tcs_job_effort_fraction(&effort, 20) / 2, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(tcs_job_effort_fraction(&effort, 40), 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(tcs_job_effort_fraction(&effort, 99), 1, 1e-12);
    effort = tcs_study_estimate(&study, 0);
    CU_ASSERT_EQUAL(tcs_job_effort_fraction(&effort, 5), 0);
    tcs_study_free(&study);
}

TCS_TESTS("study", {"comes back as it was", comes_back_as_it_was}, {"refuses every cut", refuses_every_cut},
          {"survives damage", survives_damage}, {"says what is wrong", says_what_is_wrong}, {"trains its jobs", trains_its_jobs},
          {"knows where a job is", knows_where_a_job_is})
