#include "paths.h"

#define MOST_KEPT_BYTES ((size_t)1 << 30)

path learn_path_to(const tcs_network_spec *spec, size_t branch) {
    path reversed = {0}, forward = {0};
    for (size_t at = branch; at != TCS_FROM_INPUT && reversed.n < TCS_MAX_BRANCHES; at = spec->branches[at].from)
        reversed.branch[reversed.n++] = at;
    while (forward.n < reversed.n) {
        forward.branch[forward.n] = reversed.branch[reversed.n - 1 - forward.n];
        forward.n++;
    }
    return forward;
}

size_t learn_stage_n_frozen(const tcs_network_spec *spec, const tcs_stage *stage) {
    return learn_path_to(spec, stage->output_branch).n - stage->n_trained;
}

void learn_mark_predicting(const tcs_network_spec *spec, bool needed[TCS_MAX_BRANCHES]) {
    const size_t outputs[] = {spec->tc_branch, spec->class_branch};
    for (size_t b = 0; b < TCS_MAX_BRANCHES; b++)
        needed[b] = false;
    for (size_t k = 0; k < sizeof outputs / sizeof *outputs; k++) {
        if (outputs[k] == TCS_NO_BRANCH)
            continue;
        path p = learn_path_to(spec, outputs[k]);
        for (size_t i = 0; i < p.n; i++)
            needed[p.branch[i]] = true;
    }
}

size_t learn_stage_batch(const tcs_stage *stage, size_t n_train) {
    return n_train < stage->batch ? n_train : stage->batch;
}

size_t learn_stage_n_steps(const tcs_stage *stage, size_t n_train) {
    return n_train / learn_stage_batch(stage, n_train);
}

size_t learn_stage_n_kept(const tcs_model *model, size_t n_train, size_t n_test) {
    return n_train + (model->curve_every > 0 ? n_test : 0);
}

bool learn_stage_keeps_frozen(const tcs_network *network, const tcs_model *model, const tcs_stage *stage, size_t n_train,
                              size_t n_test) {
    size_t n_frozen = learn_stage_n_frozen(&model->network, stage);
    if (n_frozen == 0)
        return false;
    path p = learn_path_to(&model->network, stage->output_branch);
    tcs_shape shape = tcs_network_branch_output(network, p.branch[n_frozen - 1]);
    size_t row_bytes = tcs_shape_size(&shape) * sizeof(tcs_real);
    return learn_stage_n_kept(model, n_train, n_test) <= MOST_KEPT_BYTES / row_bytes;
}

const char *learn_shown(const char *text) {
    return text ? text : "";
}
