/* evaluate.c: a network on a set's rows, chunk after chunk, without dropout. */
#include "learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float *learn_allocate_floats(size_t n, size_t width, tcs_error *error) {
    const size_t alignment = 64;
    void *memory = NULL;
    size_t most = (SIZE_MAX - alignment) / sizeof(float);
    bool is_too_large = width > 0 && n > most / width;
    size_t n_bytes = is_too_large ? 0 : n * width * sizeof(float);
    if (is_too_large || posix_memalign(&memory, alignment, n_bytes > 0 ? n_bytes : alignment) != 0) {
        tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory: %zu × %zu numbers of 4 bytes cannot be had", n, width);
        return NULL;
    }
    return memory;
}

row_source learn_source_of_features(const learner *l, tcs_set set) {
    const tcs_learn_data *data = l->data;
    return (row_source){.values = data->features,
                        .width = tcs_shape_size(&l->model->network.input),
                        .row = set == TCS_SET_TRAIN ? data->train_rows : data->test_rows,
                        .n = set == TCS_SET_TRAIN ? data->n_train : data->n_test,
                        .after = TCS_FROM_INPUT};
}

/* Computes the marked branches for the rows begin … begin + n − 1, n ≤ CHUNK_ROWS; outputs[branch] lies in the workspace. */
static void forward_chunk(const learner *l, const row_source *source, const bool needed[TCS_MAX_BRANCHES], size_t begin, size_t n,
                          const tcs_real *outputs[TCS_MAX_BRANCHES]) {
    const tcs_network_spec *spec = &l->model->network;
    const float *input = source->values + begin * source->width;
    if (source->row) { /* features, which l->chunk has room for */
        for (size_t i = 0; i < n; i++)
            memcpy(l->chunk + i * source->width, source->values + source->row[begin + i] * source->width,
                   source->width * sizeof(float));
        input = l->chunk;
    }
    for (size_t b = 0; b < spec->n_branches; b++) {
        if (!needed[b])
            continue;
        size_t from = spec->branches[b].from;
        outputs[b] = tcs_network_forward(l->network, l->evaluation, b, l->parameters, from == source->after ? input : outputs[from],
                                         n, NULL);
    }
}

static size_t chunk_at(size_t begin, size_t n) {
    return n - begin < CHUNK_ROWS ? n - begin : CHUNK_ROWS;
}

void learn_compute_outputs(const learner *l, const row_source *source, const bool needed[TCS_MAX_BRANCHES], size_t branch,
                           float *out) {
    const tcs_real *outputs[TCS_MAX_BRANCHES] = {0};
    tcs_shape shape = tcs_network_branch_output(l->network, branch);
    size_t width = tcs_shape_size(&shape);
    for (size_t begin = 0, n; begin < source->n; begin += n) {
        n = chunk_at(begin, source->n);
        forward_chunk(l, source, needed, begin, n, outputs);
        memcpy(out + begin * width, outputs[branch], n * width * sizeof(float));
    }
}

/* |Tc_pred − Tc| of a row, or whether its class is right: what the second curve is the mean of. */
static double row_score(tcs_target target, const float *output, double tc_kelvin) {
    if (target == TCS_TARGET_TC)
        return fabs((double)output[0] - tc_kelvin);
    return (output[1] > 0.5F) == (tc_kelvin > 0);
}

void learn_evaluate_stage(const learner *l, const tcs_stage *stage, const row_source *source, const bool needed[TCS_MAX_BRANCHES],
                          const float *target, const uint32_t *set_row, double out[TCS_N_CURVES]) {
    const tcs_real *outputs[TCS_MAX_BRANCHES] = {0};
    const tcs_loss_spec loss = {.kind = stage->loss.kind, .reduction = TCS_REDUCE_SUM};
    const size_t width = stage->target == TCS_TARGET_TC ? 1 : 2;
    double loss_sum = 0, score_sum = 0;
    for (size_t begin = 0, n; begin < source->n; begin += n) {
        n = chunk_at(begin, source->n);
        forward_chunk(l, source, needed, begin, n, outputs);
        const float *output = outputs[stage->output_branch];
        loss_sum += tcs_loss_compute(&loss, n, width, output, target + begin * width, NULL);
        for (size_t i = 0; i < n; i++)
            score_sum += row_score(stage->target, output + i * width, l->data->tc_kelvin[set_row[begin + i]]);
    }
    out[0] = source->n > 0 ? loss_sum / (double)source->n : NAN;
    out[1] = source->n > 0 ? score_sum / (double)source->n : NAN;
}

void learn_predict(const learner *l, tcs_set set, float *tc, float *probability) {
    const tcs_network_spec *spec = &l->model->network;
    const tcs_real *outputs[TCS_MAX_BRANCHES] = {0};
    bool needed[TCS_MAX_BRANCHES];
    learn_mark_predicting(spec, needed);
    row_source source = learn_source_of_features(l, set);
    for (size_t begin = 0, n; begin < source.n; begin += n) {
        n = chunk_at(begin, source.n);
        forward_chunk(l, &source, needed, begin, n, outputs);
        for (size_t i = 0; tc && i < n; i++)
            tc[begin + i] = outputs[spec->tc_branch][i];
        for (size_t i = 0; probability && i < n; i++)
            probability[begin + i] = outputs[spec->class_branch][2 * i + 1];
    }
}
