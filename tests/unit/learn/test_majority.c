/* The majority-class baseline, by hand. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "tcsweep/learn.h"

#define NEAR(actual, expected) CU_ASSERT_DOUBLE_EQUAL(actual, expected, 1e-12)

static const double tc[8] = {8, 0, 4, 0, 12, 16, 2, 0};
static const uint32_t train[5] = {0, 2, 4, 5, 1}, test[3] = {6, 3, 7};
static const tcs_model baseline = {.learner = TCS_LEARNER_MAJORITY};

static void agrees_with_hand_computation(void) {
    /* Training Tc 8, 4, 12, 16, 0: mean 8, 4 of 5 superconductors. Test Tc 2, 0, 0. */
    const tcs_learn_data data = {.n_rows = 8, .tc_kelvin = tc, .n_train = 5, .n_test = 3, .train_rows = train, .test_rows = test};
    tcs_result result;
    tcs_error error = {0};
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&baseline, &data, tcs_random_key_from_seed(1), NULL, &result, &error), TCS_OK);
    const double *m = result.metrics[TCS_SET_TRAIN];
    NEAR(m[TCS_METRIC_ACCURACY], 0.8);
    NEAR(m[TCS_METRIC_PRECISION], 0.8);
    NEAR(m[TCS_METRIC_RECALL], 1);
    NEAR(m[TCS_METRIC_F1], 8.0 / 9);
    NEAR(m[TCS_METRIC_ROC_AUC], 0.5);
    NEAR(m[TCS_METRIC_PAPER_DIFF], (0 + 4 + 4 + 8) / 5.0);
    NEAR(m[TCS_METRIC_MAE], (0 + 4 + 4 + 8 + 8) / 5.0);
    NEAR(m[TCS_METRIC_MAE_SUPERCONDUCTORS], 4);
    NEAR(m[TCS_METRIC_RMSE], sqrt((16 + 16 + 64 + 64) / 5.0));
    NEAR(m[TCS_METRIC_R2], 0);
    NEAR(m[TCS_METRIC_MEAN_TC], 8);
    m = result.metrics[TCS_SET_TEST];
    NEAR(m[TCS_METRIC_ACCURACY], 1.0 / 3);
    NEAR(m[TCS_METRIC_RECALL], 1);
    NEAR(m[TCS_METRIC_PAPER_DIFF], 6.0 / 3);
    NEAR(m[TCS_METRIC_MAE], (6 + 8 + 8) / 3.0);
    NEAR(m[TCS_METRIC_MEAN_TC], 2.0 / 3);
    CU_ASSERT_EQUAL(result.n_test, 3);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(result.test_tc[i], 8.0F);
        CU_ASSERT_EQUAL(result.test_probability[i], 0.8F);
    }
    CU_ASSERT(result.n_stages == 0 && result.n_parameters == 0 && result.parameters == NULL && !result.has_diverged);
    CU_ASSERT_EQUAL(error.n_messages, 0);
    tcs_result_free(&result);
}

static void says_no_where_most_are_not_superconductors(void) {
    const uint32_t rows[4] = {1, 3, 7, 0};
    const tcs_learn_data data = {.n_rows = 8, .tc_kelvin = tc, .n_train = 4, .n_test = 0, .train_rows = rows};
    tcs_result result;
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&baseline, &data, tcs_random_key_from_seed(1), NULL, &result, NULL), TCS_OK);
    NEAR(result.metrics[TCS_SET_TRAIN][TCS_METRIC_ACCURACY], 0.75);
    NEAR(result.metrics[TCS_SET_TRAIN][TCS_METRIC_RECALL], 0);
    CU_ASSERT(isnan(result.metrics[TCS_SET_TRAIN][TCS_METRIC_PRECISION]));
    CU_ASSERT(isnan(result.metrics[TCS_SET_TEST][TCS_METRIC_ACCURACY]));
    CU_ASSERT(isnan(result.metrics[TCS_SET_TEST][TCS_METRIC_MEAN_TC]));
    tcs_result_free(&result);
}

static void costs_nothing(void) {
    CU_ASSERT_EQUAL(tcs_learn_flops(&baseline, 1000, 100), 0);
    CU_ASSERT(tcs_learn_memory_bytes(&baseline, 1000, 100) < 100000);
    CU_ASSERT_EQUAL(tcs_model_check(&baseline, NULL), TCS_OK);
}

static void refuses_data_that_are_not_there(void) {
    tcs_learn_data data = {.n_rows = 4, .tc_kelvin = tc, .n_train = 0, .n_test = 3, .train_rows = train, .test_rows = test};
    tcs_result result;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_learn_run(&baseline, &data, tcs_random_key_from_seed(1), NULL, &result, &error), TCS_BAD_DATA);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "no rows to train on");
    tcs_error_clear(&error);
    data.n_train = 2;
    CU_ASSERT_EQUAL(tcs_learn_run(&baseline, &data, tcs_random_key_from_seed(1), NULL, &result, &error), TCS_INTERNAL);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "test row 1 is row 7 of 4");
    CU_ASSERT(result.n_test == 0 && result.test_tc == NULL);
    tcs_error_clear(&error);
}

TCS_TESTS("majority", {"agrees with a computation by hand", agrees_with_hand_computation},
          {"says no where most are not superconductors, and needs no test rows", says_no_where_most_are_not_superconductors},
          {"costs nothing", costs_nothing}, {"refuses rows that are not there", refuses_data_that_are_not_there})
