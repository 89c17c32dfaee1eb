/* Whole runs on a small problem: learning happens, the same bits come out, frozen stays frozen, and what can go wrong is an outcome. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_networks.h"
#include "problem.h"

static const tcs_random_key key = {{11, 22}};

static tcs_status run(const tcs_model *model, const problem *p, tcs_random_key k, tcs_result *out) {
    tcs_error error = {0};
    tcs_status status = tcs_learn_run(model, &p->data, k, NULL, out, &error);
    if (status != TCS_OK && status != TCS_DIVERGED)
        printf("\n%s\n", tcs_error_text(&error));
    tcs_error_clear(&error);
    return status;
}

/* Record i of a curve. */
static double at(const tcs_result *result, size_t stage, tcs_set set, size_t curve, size_t i) {
    const struct tcs_result_curves *curves = &result->curves[stage];
    return curves->values[((size_t)set * TCS_N_CURVES + curve) * curves->n_recorded + i];
}

static void learns(void) {
    static problem p;
    tcs_model model, baseline = {.learner = TCS_LEARNER_MAJORITY};
    tcs_result result, majority;
    problem_make(&p, 500, 1);
    small_model(60, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&baseline, &p, key, &majority), TCS_OK);
    CU_ASSERT_EQUAL(result.curves[0].n_recorded, 60);
    CU_ASSERT(at(&result, 0, TCS_SET_TRAIN, 0, 59) < 0.2 * at(&result, 0, TCS_SET_TRAIN, 0, 0));
    CU_ASSERT(at(&result, 0, TCS_SET_TEST, 0, 59) < 0.3 * at(&result, 0, TCS_SET_TEST, 0, 0));
    CU_ASSERT(at(&result, 1, TCS_SET_TRAIN, 0, 59) < 0.6 * at(&result, 1, TCS_SET_TRAIN, 0, 0));
    for (tcs_set set = 0; set < TCS_N_SETS; set++) {
        CU_ASSERT(result.metrics[set][TCS_METRIC_ACCURACY] > majority.metrics[set][TCS_METRIC_ACCURACY] + 0.25);
        CU_ASSERT(result.metrics[set][TCS_METRIC_ROC_AUC] > 0.95);
        CU_ASSERT(result.metrics[set][TCS_METRIC_R2] > 0.8);
        CU_ASSERT(result.metrics[set][TCS_METRIC_PAPER_DIFF] < 0.5 * majority.metrics[set][TCS_METRIC_MAE]);
        CU_ASSERT_EQUAL(result.metrics[set][TCS_METRIC_MEAN_TC], majority.metrics[set][TCS_METRIC_MEAN_TC]);
    }
    tcs_result_free(&result);
    tcs_result_free(&majority);
    tcs_model_free(&model);
}

static void is_a_function_of_model_data_and_key(void) {
    static problem p, reversed;
    tcs_model model;
    tcs_result first, second, other, moved;
    problem_make(&p, 400, 2);
    problem_store_reversed(&p, &reversed);
    small_model(5, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &first), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &second), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, (tcs_random_key){{11, 23}}, &other), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&model, &reversed, key, &moved), TCS_OK);
    CU_ASSERT(same_results(&first, &second));
    CU_ASSERT(same_results(&first, &moved));
    CU_ASSERT_FALSE(same_results(&first, &other));
    CU_ASSERT(first.n_parameters == other.n_parameters &&
              memcmp(first.parameters, other.parameters, first.n_parameters * sizeof(float)) != 0);
    tcs_result_free(&first);
    tcs_result_free(&second);
    tcs_result_free(&other);
    tcs_result_free(&moved);
    tcs_model_free(&model);
}

static void curves_do_not_change_training(void) {
    static problem p;
    tcs_model model;
    tcs_result with, without, sparse;
    problem_make(&p, 400, 3);
    small_model(7, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &with), TCS_OK);
    model.curve_every = 0;
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &without), TCS_OK);
    model.curve_every = 3;
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &sparse), TCS_OK);
    CU_ASSERT(without.n_stages == 2 && without.curves[0].n_recorded == 0 && without.curves[0].values == NULL);
    CU_ASSERT_EQUAL(memcmp(with.parameters, without.parameters, with.n_parameters * sizeof(float)), 0);
    CU_ASSERT_EQUAL(memcmp(with.metrics, without.metrics, sizeof with.metrics), 0);
    CU_ASSERT_EQUAL(memcmp(with.test_tc, without.test_tc, with.n_test * sizeof(float)), 0);
    CU_ASSERT_EQUAL_FATAL(sparse.curves[1].n_recorded, 3);
    for (tcs_set set = 0; set < TCS_N_SETS; set++)
        for (size_t curve = 0; curve < TCS_N_CURVES; curve++)
            for (size_t i = 0; i < 3; i++)
                CU_ASSERT_EQUAL(at(&sparse, 1, set, curve, i), at(&with, 1, set, curve, tcs_curve_epoch(7, 3, i) - 1));
    tcs_result_free(&with);
    tcs_result_free(&without);
    tcs_result_free(&sparse);
    tcs_model_free(&model);
}

static void curves_end_at_the_metrics(void) {
    static problem p;
    tcs_model model;
    tcs_result result;
    problem_make(&p, 400, 4);
    small_model(6, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_OK);
    for (tcs_set set = 0; set < TCS_N_SETS; set++) {
        CU_ASSERT_EQUAL(at(&result, 0, set, 1, 5), result.metrics[set][TCS_METRIC_MAE]);
        CU_ASSERT_EQUAL(at(&result, 1, set, 1, 5), result.metrics[set][TCS_METRIC_ACCURACY]);
        double rmse = result.metrics[set][TCS_METRIC_RMSE];
        CU_ASSERT_DOUBLE_EQUAL(at(&result, 0, set, 0, 5), rmse * rmse, 1e-5 * rmse * rmse);
    }
    tcs_result_free(&result);
    tcs_model_free(&model);
}

static void what_is_frozen_stays_as_it_is(void) {
    static problem p;
    tcs_model both, regression_only;
    tcs_result result, half;
    tcs_network *network;
    size_t offset, n;
    problem_make(&p, 400, 5);
    small_model(4, &both);
    small_model_without(TCS_TARGET_CLASS, 4, &regression_only); /* its classification branch is there, but never trained */
    CU_ASSERT_EQUAL_FATAL(run(&both, &p, key, &result), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&regression_only, &p, key, &half), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_network_create(&both.network, &network, NULL), TCS_OK);
    float *initial = calloc(tcs_network_n_parameters(network), sizeof(float));
    tcs_network_initialize(network, key, initial);
    for (size_t branch = 0; branch < 3; branch++) {
        tcs_network_branch_parameters(network, branch, &offset, &n);
        CU_ASSERT_FATAL(n > 0);
        bool is_frozen_in_stage_2 = branch < 2;
        CU_ASSERT_EQUAL(memcmp(result.parameters + offset, half.parameters + offset, n * sizeof(float)) == 0, is_frozen_in_stage_2);
        CU_ASSERT_EQUAL(memcmp(initial + offset, half.parameters + offset, n * sizeof(float)) == 0, !is_frozen_in_stage_2);
        CU_ASSERT(memcmp(initial + offset, result.parameters + offset, n * sizeof(float)) != 0);
    }
    free(initial);
    tcs_network_free(network);
    tcs_result_free(&result);
    tcs_result_free(&half);
    tcs_model_free(&both);
    tcs_model_free(&regression_only);
}

static void one_output_is_enough(void) {
    static problem p;
    tcs_model model;
    tcs_result result;
    problem_make(&p, 300, 6);
    small_model_without(TCS_TARGET_CLASS, 2, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_OK);
    CU_ASSERT(result.test_tc != NULL && result.test_probability == NULL && result.n_stages == 1);
    CU_ASSERT(isnan(result.metrics[TCS_SET_TEST][TCS_METRIC_ACCURACY]) &&
              isnan(result.metrics[TCS_SET_TEST][TCS_METRIC_PAPER_DIFF]));
    CU_ASSERT(isfinite(result.metrics[TCS_SET_TEST][TCS_METRIC_MAE]));
    tcs_result_free(&result);
    tcs_model_free(&model);

    small_model_without(TCS_TARGET_TC, 2, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_OK);
    CU_ASSERT(result.test_tc == NULL && result.test_probability != NULL);
    CU_ASSERT(isnan(result.metrics[TCS_SET_TEST][TCS_METRIC_MAE]) && isfinite(result.metrics[TCS_SET_TEST][TCS_METRIC_ACCURACY]));
    tcs_result_free(&result);
    tcs_model_free(&model);
}

static void test_rows_are_not_needed(void) {
    static problem p;
    tcs_model model;
    tcs_result with, without;
    problem_make(&p, 300, 7);
    small_model(2, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &with), TCS_OK);
    p.data.n_test = 0;
    p.data.test_rows = NULL;
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &without), TCS_OK);
    CU_ASSERT_EQUAL(memcmp(with.parameters, without.parameters, with.n_parameters * sizeof(float)), 0);
    CU_ASSERT_EQUAL(memcmp(with.metrics[TCS_SET_TRAIN], without.metrics[TCS_SET_TRAIN], sizeof with.metrics[0]), 0);
    CU_ASSERT(isnan(without.metrics[TCS_SET_TEST][TCS_METRIC_MAE]) && isnan(at(&without, 0, TCS_SET_TEST, 0, 0)));
    tcs_result_free(&with);
    tcs_result_free(&without);
    tcs_model_free(&model);
}

/* ---- progress and stopping ------------------------------------------------------------------------------------------- */

typedef struct progress {
    uint32_t n_calls, stop_at;
    bool is_in_order;
} progress;

static bool note(void *context, uint32_t n_done, uint32_t n_total) {
    progress *seen = context;
    seen->n_calls++;
    seen->is_in_order = seen->is_in_order && n_done == seen->n_calls && n_total == 8;
    return n_done == seen->stop_at;
}

static void tells_progress_and_stops(void) {
    static problem p;
    tcs_model model;
    tcs_result result, plain;
    tcs_error error = {0};
    problem_make(&p, 200, 8);
    small_model(4, &model);
    progress seen = {.is_in_order = true};
    const tcs_learn_hooks hooks = {&seen, note};
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, &hooks, &result, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &plain), TCS_OK);
    CU_ASSERT(seen.n_calls == 8 && seen.is_in_order);
    CU_ASSERT(same_results(&result, &plain));
    tcs_result_free(&result);
    tcs_result_free(&plain);

    seen = (progress){.is_in_order = true, .stop_at = 5};
    CU_ASSERT_EQUAL(tcs_learn_run(&model, &p.data, key, &hooks, &result, &error), TCS_CANCELLED);
    CU_ASSERT_EQUAL(seen.n_calls, 5);
    CU_ASSERT(result.n_stages == 0 && result.curves == NULL && result.parameters == NULL && result.n_test == 0);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "after 5 epochs");
    tcs_error_clear(&error);
    tcs_model_free(&model);
}

/* ---- divergence ------------------------------------------------------------------------------------------------------ */

static void expect_diverged(const tcs_result *result, size_t stage, uint32_t epoch) {
    CU_ASSERT(result->has_diverged);
    CU_ASSERT_EQUAL(result->diverged_stage, stage);
    CU_ASSERT_EQUAL(result->diverged_epoch, epoch);
    CU_ASSERT(result->test_tc == NULL && result->test_probability == NULL && result->parameters == NULL &&
              result->n_parameters == 0);
    for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
        CU_ASSERT(isnan(result->metrics[TCS_SET_TRAIN][metric]) && isnan(result->metrics[TCS_SET_TEST][metric]));
}

static void divergence_is_an_outcome(void) {
    static problem p;
    tcs_model model;
    tcs_result result, healthy;
    problem_make(&p, 300, 9);
    small_model(8, &model);
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &healthy), TCS_OK);

    model.stages[0].rate_steps[0] = (tcs_rate_step){.from_epoch = 3, .factor = 1e30}; /* healthy for three epochs */
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_DIVERGED);
    expect_diverged(&result, 0, 4);
    CU_ASSERT_EQUAL(result.n_stages, 2);
    CU_ASSERT_EQUAL_FATAL(result.curves[0].n_recorded, 3);
    CU_ASSERT(result.curves[1].n_recorded == 0 && result.curves[1].values == NULL);
    for (tcs_set set = 0; set < TCS_N_SETS; set++)
        for (size_t curve = 0; curve < TCS_N_CURVES; curve++)
            for (size_t i = 0; i < 3; i++)
                CU_ASSERT_EQUAL(at(&result, 0, set, curve, i), at(&healthy, 0, set, curve, i));
    tcs_buffer bytes = result_bytes(&result);
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    tcs_result back;
    CU_ASSERT_EQUAL(tcs_result_decode(&reader, &back, NULL), TCS_OK);
    CU_ASSERT(same_results(&back, &result));
    tcs_result_free(&back);
    tcs_buffer_clear(&bytes);
    tcs_result_free(&result);
    tcs_result_free(&healthy);
    tcs_model_free(&model);
}

static void second_stage_can_diverge(void) {
    static problem p;
    tcs_model model;
    tcs_result result;
    problem_make(&p, 300, 10);
    small_model(3, &model);
    model.stages[1].learning_rate = 1e38;
    CU_ASSERT_EQUAL_FATAL(run(&model, &p, key, &result), TCS_DIVERGED);
    expect_diverged(&result, 1, 1);
    CU_ASSERT(result.curves[0].n_recorded == 3 && result.curves[1].n_recorded == 0 && result.curves[1].values == NULL);
    tcs_result_free(&result);
    tcs_model_free(&model);
}

static void infinity_in_a_test_row_is_noticed(void) {
    static problem p;
    tcs_model model;
    tcs_result result;
    tcs_error error = {0};
    problem_make(&p, 300, 11);
    p.features[p.test_rows[7] * PROBLEM_WIDTH] = INFINITY;
    small_model(3, &model);
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &result, &error), TCS_DIVERGED);
    expect_diverged(&result, 0, 1);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "the loss on the test rows became NaN or infinite in epoch 1");
    tcs_error_clear(&error);
    tcs_result_free(&result);
    model.curve_every = 0; /* nobody looks at the test rows before the end */
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &result, &error), TCS_DIVERGED);
    expect_diverged(&result, 0, 3);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "a prediction");
    tcs_error_clear(&error);
    tcs_result_free(&result);
    tcs_model_free(&model);
}

TCS_TESTS("run", {"learns", learns}, {"a function of model, data and key alone", is_a_function_of_model_data_and_key},
          {"curves do not change training", curves_do_not_change_training},
          {"curves end at the metrics", curves_end_at_the_metrics},
          {"what is frozen stays as it is", what_is_frozen_stays_as_it_is}, {"one output is enough", one_output_is_enough},
          {"test rows are not needed", test_rows_are_not_needed}, {"tells progress and stops", tells_progress_and_stops},
          {"divergence is an outcome", divergence_is_an_outcome}, {"the second stage can diverge", second_stage_can_diverge},
          {"infinity in a test row is noticed", infinity_in_a_test_row_is_noticed})
