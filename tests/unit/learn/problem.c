#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper_networks.h"

static void require(tcs_status status, const tcs_error *error) {
    if (status != TCS_OK) {
        printf("a test's model cannot be made: %s\n", tcs_error_text(error));
        exit(1);
    }
}

void problem_make(problem *out, size_t n_rows, uint64_t seed) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(seed), TCS_RANDOM_TEST, 0, 0);
    *out = (problem){0};
    tcs_learn_data *data = &out->data;
    for (size_t i = 0; i < n_rows; i++) {
        float *x = out->features + i * PROBLEM_WIDTH;
        for (size_t k = 0; k < PROBLEM_WIDTH; k++)
            x[k] = 2 * tcs_random_next_uniform(&stream) - 1;
        double signal = 12 * x[0] + 8 * x[1] * x[1] - 6 * x[2];
        out->tc_kelvin[i] = signal > 2 ? signal : 0;
        if (i % 5 == 4)
            out->test_rows[data->n_test++] = (uint32_t)i;
        else
            out->train_rows[data->n_train++] = (uint32_t)i;
    }
    data->n_rows = n_rows;
    data->features = out->features;
    data->tc_kelvin = out->tc_kelvin;
    data->train_rows = out->train_rows;
    data->test_rows = out->test_rows;
}

void problem_store_reversed(const problem *original, problem *out) {
    size_t n = original->data.n_rows;
    *out = *original;
    for (size_t i = 0; i < n; i++) {
        memcpy(out->features + (n - 1 - i) * PROBLEM_WIDTH, original->features + i * PROBLEM_WIDTH, PROBLEM_WIDTH * sizeof(float));
        out->tc_kelvin[n - 1 - i] = original->tc_kelvin[i];
    }
    for (size_t i = 0; i < out->data.n_train; i++)
        out->train_rows[i] = (uint32_t)(n - 1 - original->train_rows[i]);
    for (size_t i = 0; i < out->data.n_test; i++)
        out->test_rows[i] = (uint32_t)(n - 1 - original->test_rows[i]);
    out->data.features = out->features;
    out->data.tc_kelvin = out->tc_kelvin;
    out->data.train_rows = out->train_rows;
    out->data.test_rows = out->test_rows;
}

static void set_stage(tcs_stage *stage, const char *name, tcs_target target, size_t branch, uint32_t n_epochs, tcs_error *error) {
    require(fill_stage(stage, name, target, branch, n_epochs, error), error);
    stage->batch = 32;
    stage->learning_rate = 5e-3;
    stage->rate_steps[0] = (tcs_rate_step){.from_epoch = n_epochs - n_epochs / 4, .factor = 0.1};
}

void small_model(uint32_t n_epochs, tcs_model *out) {
    static const layer_row backbone[] = {{"linear", {16}, 1}, {"relu", {0}, 0}, {"dropout", {0.02}, 1}};
    static const layer_row regression[] = {{"linear", {16}, 1}, {"relu", {0}, 0}, {"dropout", {0.05}, 1}, {"linear", {1}, 1}};
    static const layer_row classification[] = {
        {"linear", {16}, 1}, {"relu", {0}, 0}, {"dropout", {0.25}, 1}, {"linear", {2}, 1}, {"softmax", {0}, 0}};
    tcs_error error = {0};
    tcs_network_spec *spec = &out->network;
    *out = (tcs_model){.learner = TCS_LEARNER_NETWORK, .feature = "six_numbers", .n_stages = 2, .curve_every = 1};
    spec->input = (tcs_shape){.rank = 1, .extent = {PROBLEM_WIDTH}};
    spec->name = strdup("small");
    spec->branches = calloc(3, sizeof *spec->branches);
    spec->tc_branch = 1;
    spec->class_branch = 2;
    out->stages = calloc(2, sizeof *out->stages);
    require(add_branch(spec, "backbone", TCS_FROM_INPUT, backbone, 3, &error), &error);
    require(add_branch(spec, "regression", 0, regression, 4, &error), &error);
    require(add_branch(spec, "classification", 0, classification, 5, &error), &error);
    set_stage(&out->stages[0], "regression", TCS_TARGET_TC, 1, n_epochs, &error);
    set_stage(&out->stages[1], "classification", TCS_TARGET_CLASS, 2, n_epochs, &error);
    out->stages[0].n_trained = 2;
    out->stages[0].trained[0] = 0;
    out->stages[0].trained[1] = 1;
}

void small_model_without(tcs_target target, uint32_t n_epochs, tcs_model *out) {
    small_model(n_epochs, out);
    size_t removed = target == TCS_TARGET_TC ? 0 : 1;
    free(out->stages[removed].name);
    free(out->stages[removed].rate_steps);
    if (removed == 0)
        out->stages[0] = out->stages[1];
    out->n_stages = 1;
    *(target == TCS_TARGET_TC ? &out->network.tc_branch : &out->network.class_branch) = TCS_NO_BRANCH;
}

tcs_buffer result_bytes(const tcs_result *result) {
    tcs_buffer buffer = {0};
    tcs_result_encode(result, &buffer);
    return buffer;
}

bool same_results(const tcs_result *a, const tcs_result *b) {
    tcs_buffer x = result_bytes(a), y = result_bytes(b);
    bool is_same = !x.failed && !y.failed && x.length == y.length && memcmp(x.bytes, y.bytes, x.length) == 0;
    tcs_buffer_clear(&x);
    tcs_buffer_clear(&y);
    return is_same;
}
