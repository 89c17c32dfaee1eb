/* cost.c: what a job costs in arithmetic and memory, told before it runs. Mirrors what stage.c and run.c do. */
#include "learner.h"

static double forward_flops(const tcs_network *network, const path *way, size_t first, size_t end) {
    double flops = 0;
    for (size_t i = first; i < end; i++)
        flops += tcs_network_flops_forward(network, way->branch[i]);
    return flops;
}

static double stage_flops(const tcs_network *network, const tcs_model *model, const tcs_stage *stage, size_t n_train,
                          size_t n_test) {
    path way = learn_path_to(&model->network, stage->output_branch);
    size_t n_frozen = learn_stage_n_frozen(&model->network, stage);
    bool keeps = learn_stage_keeps_frozen(network, model, stage, n_train, n_test);
    double forward = forward_flops(network, &way, keeps ? n_frozen : 0, way.n), backward = 0;
    for (size_t i = n_frozen; i < way.n; i++)
        backward += tcs_network_flops_backward(network, way.branch[i]);
    double n_trained_rows =
        (double)stage->n_epochs * (double)learn_stage_n_steps(stage, n_train) * (double)learn_stage_batch(stage, n_train);
    double n_evaluated_rows = (double)tcs_curve_n_recorded(stage->n_epochs, model->curve_every) * (double)(n_train + n_test);
    double n_kept_rows = keeps ? (double)learn_stage_n_kept(model, n_train, n_test) : 0;
    return n_trained_rows * (forward + backward) + n_evaluated_rows * forward +
           n_kept_rows * forward_flops(network, &way, 0, n_frozen);
}

double tcs_learn_flops(const tcs_model *model, size_t n_train, size_t n_test) {
    tcs_network *network = NULL;
    if (n_train == 0 || model->learner != TCS_LEARNER_NETWORK || tcs_model_check(model, NULL) != TCS_OK ||
        tcs_network_create(&model->network, &network, NULL) != TCS_OK)
        return 0;
    double flops = 0;
    for (size_t s = 0; s < model->n_stages; s++)
        flops += stage_flops(network, model, &model->stages[s], n_train, n_test);
    bool needed[TCS_MAX_BRANCHES];
    learn_mark_predicting(&model->network, needed);
    for (size_t b = 0; b < model->network.n_branches; b++)
        if (needed[b])
            flops += (double)(n_train + n_test) * tcs_network_flops_forward(network, b);
    tcs_network_free(network);
    return flops;
}

static size_t stage_bytes(const tcs_network *network, const tcs_model *model, const tcs_stage *stage, size_t n_train,
                          size_t n_test) {
    path way = learn_path_to(&model->network, stage->output_branch);
    size_t n_frozen = learn_stage_n_frozen(&model->network, stage), batch = learn_stage_batch(stage, n_train);
    size_t n_kept = learn_stage_n_kept(model, n_train, n_test), n_outputs = stage->target == TCS_TARGET_TC ? 1 : 2;
    tcs_shape input = model->network.input;
    size_t n_floats = 3 * tcs_network_n_parameters(network); /* gradient; the optimizer's two moments */
    if (learn_stage_keeps_frozen(network, model, stage, n_train, n_test)) {
        input = tcs_network_branch_output(network, way.branch[n_frozen - 1]);
        n_floats += n_kept * tcs_shape_size(&input);
    }
    n_floats += n_kept * n_outputs + batch * (tcs_shape_size(&input) + 2 * n_outputs);
    return n_floats * sizeof(float) + n_train * sizeof(uint32_t) + tcs_network_workspace_bytes(network, batch, true);
}

size_t tcs_learn_memory_bytes(const tcs_model *model, size_t n_train, size_t n_test) {
    size_t n_largest_set = n_train > n_test ? n_train : n_test;
    /* Two predictions a row; Tc and the sorted order of one set while it is scored. */
    size_t scoring = 2 * (n_train + n_test) * sizeof(float) + n_largest_set * (sizeof(double) + sizeof(size_t));
    tcs_network *network = NULL;
    if (n_train == 0 || model->learner != TCS_LEARNER_NETWORK || tcs_model_check(model, NULL) != TCS_OK ||
        tcs_network_create(&model->network, &network, NULL) != TCS_OK)
        return scoring;
    size_t largest = scoring;
    size_t always = (tcs_network_n_parameters(network) + CHUNK_ROWS * tcs_shape_size(&model->network.input)) * sizeof(float) +
                    tcs_network_workspace_bytes(network, CHUNK_ROWS, false);
    for (size_t s = 0; s < model->n_stages; s++) {
        size_t bytes = stage_bytes(network, model, &model->stages[s], n_train, n_test);
        largest = bytes > largest ? bytes : largest;
        always += tcs_curve_n_recorded(model->stages[s].n_epochs, model->curve_every) * TCS_N_SETS * TCS_N_CURVES * sizeof(double);
    }
    tcs_network_free(network);
    return always + largest;
}
