/* The training protocol against a plain second writing of it on top of the network's own functions: order of the rows, batches, the
 * dropped rest, learning rates, dropout streams, a fresh optimizer a stage, frozen branches without dropout. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_networks.h"
#include "problem.h"

enum { MOST_ROWS = 6800, MOST_BATCH = 64 };
static const tcs_random_key key = {{77, 5}};

/* ---- the second writing ---------------------------------------------------------------------------------------------- */

typedef struct reference {
    const tcs_model *model;
    const problem *p;
    tcs_network *network;
    tcs_workspace *workspace;
    float *parameters, *gradient;
} reference;

static void reference_start(reference *r, const tcs_model *model, const problem *p) {
    *r = (reference){.model = model, .p = p};
    CU_ASSERT_EQUAL_FATAL(tcs_network_create(&model->network, &r->network, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_workspace_create(r->network, MOST_BATCH, true, &r->workspace, NULL), TCS_OK);
    r->parameters = calloc(tcs_network_n_parameters(r->network), sizeof(float));
    r->gradient = calloc(tcs_network_n_parameters(r->network), sizeof(float));
    CU_ASSERT_FATAL(r->parameters && r->gradient);
    tcs_network_initialize(r->network, key, r->parameters);
}

static void reference_end(reference *r) {
    free(r->parameters);
    free(r->gradient);
    tcs_workspace_free(r->workspace);
    tcs_network_free(r->network);
}

static void reference_step(reference *r, size_t s, const size_t *branches, size_t n_branches, const uint32_t *rows, uint32_t step,
                           double rate, tcs_optimizer *optimizer) {
    const tcs_stage *stage = &r->model->stages[s];
    size_t width = stage->target == TCS_TARGET_TC ? 1 : 2, n_frozen = n_branches - stage->n_trained, n = stage->batch;
    float input[MOST_BATCH * PROBLEM_WIDTH], target[MOST_BATCH * 2], gradient[MOST_BATCH * 2];
    for (size_t i = 0; i < n; i++) {
        memcpy(input + i * PROBLEM_WIDTH, r->p->features + rows[i] * PROBLEM_WIDTH, PROBLEM_WIDTH * sizeof(float));
        double tc = r->p->tc_kelvin[rows[i]];
        for (size_t k = 0; k < width; k++)
            target[i * width + k] = width == 1 ? (float)tc : (float)(k == (tc > 0));
    }
    const tcs_dropout dropout = {key, (uint32_t)s, step};
    const float *output = input;
    for (size_t i = 0; i < n_branches; i++)
        output =
            tcs_network_forward(r->network, r->workspace, branches[i], r->parameters, output, n, i < n_frozen ? NULL : &dropout);
    tcs_loss_compute(&stage->loss, n, width, output, target, gradient);
    float *g = gradient;
    for (size_t i = n_branches; i-- > n_frozen;)
        g = tcs_network_backward(r->network, r->workspace, branches[i], r->parameters, g, r->gradient, i > n_frozen);
    tcs_optimizer_begin_step(optimizer);
    for (size_t i = n_frozen; i < n_branches; i++) {
        size_t offset, n_parameters;
        tcs_network_branch_parameters(r->network, branches[i], &offset, &n_parameters);
        tcs_optimizer_update(optimizer, rate, offset, n_parameters, r->gradient, r->parameters);
    }
}

static void reference_stage(reference *r, size_t s, const size_t *branches, size_t n_branches) {
    static uint32_t rows[MOST_ROWS];
    const tcs_stage *stage = &r->model->stages[s];
    const tcs_learn_data *data = &r->p->data;
    tcs_optimizer *optimizer;
    CU_ASSERT_EQUAL_FATAL(tcs_optimizer_create(&stage->optimizer, tcs_network_n_parameters(r->network), &optimizer, NULL), TCS_OK);
    uint32_t step = 0;
    for (uint32_t epoch = 0; epoch < stage->n_epochs; epoch++) {
        memcpy(rows, data->train_rows, data->n_train * sizeof *rows);
        tcs_random_stream stream = tcs_random_stream_start(key, TCS_RANDOM_SHUFFLE, (uint32_t)s, epoch);
        tcs_random_permute(&stream, rows, data->n_train);
        double rate = stage->learning_rate;
        if (epoch >= stage->rate_steps[0].from_epoch)
            rate *= stage->rate_steps[0].factor;
        for (size_t begin = 0; begin + stage->batch <= data->n_train; begin += stage->batch)
            reference_step(r, s, branches, n_branches, rows + begin, step++, rate, optimizer);
    }
    tcs_optimizer_free(optimizer);
}

/* Largest difference of a branch's parameters. */
static double difference(const reference *r, size_t branch, const float *parameters) {
    size_t offset, n;
    double largest = 0;
    tcs_network_branch_parameters(r->network, branch, &offset, &n);
    for (size_t i = offset; i < offset + n; i++)
        largest = fmax(largest, fabs((double)parameters[i] - (double)r->parameters[i]));
    return largest;
}

/* ---- the tests ------------------------------------------------------------------------------------------------------- */

static void agrees_with_a_plain_second_writing(void) {
    static problem p;
    tcs_model model;
    tcs_result result;
    problem_make(&p, 300, 21); /* 240 training rows: 7 batches of 32, 16 rows left over */
    small_model(5, &model);
    model.stages[0].rate_steps[0] = (tcs_rate_step){.from_epoch = 2, .factor = 0.3};
    model.stages[1].rate_steps[0] = (tcs_rate_step){.from_epoch = 4, .factor = 0.01};
    model.stages[1].loss.reduction = TCS_REDUCE_MEAN;
    model.stages[1].batch = 48;
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &result, NULL), TCS_OK);
    reference r;
    reference_start(&r, &model, &p);
    reference_stage(&r, 0, (const size_t[]){0, 1}, 2);
    reference_stage(&r, 1, (const size_t[]){0, 2}, 2);
    CU_ASSERT_EQUAL(difference(&r, 0, result.parameters), 0);
    CU_ASSERT_EQUAL(difference(&r, 1, result.parameters), 0);
    /* The frozen backbone's outputs may differ in their last bits between a batch and the chunks in which they were kept. */
    CU_ASSERT(difference(&r, 2, result.parameters) < 1e-5);
    reference_end(&r);
    tcs_result_free(&result);
    tcs_model_free(&model);
}

static void few_rows_make_one_batch(void) {
    static problem p;
    tcs_model model;
    tcs_result large, exact;
    problem_make(&p, 25, 22); /* 20 training rows */
    small_model(3, &model);
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &large, NULL), TCS_OK);
    model.stages[0].batch = model.stages[1].batch = 20;
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &exact, NULL), TCS_OK);
    CU_ASSERT(same_results(&large, &exact));
    CU_ASSERT(large.curves[0].values[0] != large.curves[0].values[2]); /* something was trained */
    tcs_result_free(&large);
    tcs_result_free(&exact);
    tcs_model_free(&model);
}

static void frozen_outputs_too_large_to_keep(void) {
    /* 40,000 frozen units for 6,800 training rows: 1.09 GB, more than 1 GiB. */
    static problem p;
    static uint32_t rows[MOST_ROWS];
    tcs_model model;
    tcs_result result;
    problem_make(&p, 400, 23);
    for (uint32_t i = 0; i < MOST_ROWS; i++)
        rows[i] = p.train_rows[i % p.data.n_train];
    p.data.train_rows = rows;
    p.data.n_train = MOST_ROWS;
    small_model_without(TCS_TARGET_TC, 1, &model);
    model.network.branches[0].layers[0].option[0] = 40000;
    model.network.branches[2].layers[0].option[0] = 2;
    model.network.branches[2].layers[2].option[0] = 0; /* no dropout on two units */
    model.stages[0].batch = MOST_BATCH;
    model.stages[0].learning_rate = 1e-4;
    model.curve_every = 0;
    CU_ASSERT(tcs_learn_memory_bytes(&model, MOST_ROWS, p.data.n_test) < (size_t)1 << 30);
    CU_ASSERT(tcs_learn_memory_bytes(&model, MOST_ROWS / 2, p.data.n_test) > (size_t)540e6);
    CU_ASSERT_EQUAL_FATAL(tcs_learn_run(&model, &p.data, key, NULL, &result, NULL), TCS_OK);
    CU_ASSERT(result.metrics[TCS_SET_TRAIN][TCS_METRIC_ROC_AUC] > 0.9);
    /* Bit for bit: the frozen branch is computed for the same batches, and without its dropout. */
    reference r;
    reference_start(&r, &model, &p);
    CU_ASSERT_EQUAL(difference(&r, 0, result.parameters), 0);
    CU_ASSERT(difference(&r, 2, result.parameters) > 0);
    reference_stage(&r, 0, (const size_t[]){0, 2}, 2);
    CU_ASSERT_EQUAL(difference(&r, 2, result.parameters), 0);
    reference_end(&r);
    tcs_result_free(&result);
    tcs_model_free(&model);
}

TCS_TESTS("protocol", {"agrees with a plain second writing", agrees_with_a_plain_second_writing},
          {"fewer rows than a batch make one batch", few_rows_make_one_batch},
          {"frozen outputs too large to keep", frozen_outputs_too_large_to_keep})
