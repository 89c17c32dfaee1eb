#include "paper_networks.h"

#include <stdlib.h>
#include <string.h>

#include "tcsweep/text.h"

#define N(array) (sizeof(array) / sizeof *(array))

#define LINEAR(features)                                                                                                           \
    { "linear", {features}, 1 }
#define CONV(channels, kernel, stride, padding)                                                                                    \
    { "conv2d", {channels, kernel, stride, padding}, 4 }
#define MAXPOOL(kernel, stride)                                                                                                    \
    { "maxpool2d", {kernel, stride}, 2 }
#define DROPOUT(probability)                                                                                                       \
    { "dropout", {probability}, 1 }
#define RELU                                                                                                                       \
    { "relu", {0}, 0 }
#define FLATTEN                                                                                                                    \
    { "flatten", {0}, 0 }
#define SOFTMAX                                                                                                                    \
    { "softmax", {0}, 0 }

static const layer_row fcnn_backbone[] = {LINEAR(32), RELU, LINEAR(32), RELU};
static const layer_row fcnn_regression[] = {LINEAR(64), RELU,          LINEAR(64),  RELU, LINEAR(128),  RELU,     LINEAR(64),
                                            RELU,       DROPOUT(0.25), LINEAR(512), RELU, DROPOUT(0.5), LINEAR(1)};
static const layer_row fcnn_classification[] = {LINEAR(64), RELU,         DROPOUT(0.25), LINEAR(64),
                                                RELU,       DROPOUT(0.5), LINEAR(2),     SOFTMAX};
static const layer_row cnn_backbone[] = {CONV(32, 7, 1, 3), RELU, CONV(32, 5, 1, 2), RELU};
static const layer_row cnn_regression[] = {CONV(64, 3, 2, 0), RELU,     CONV(64, 3, 2, 0), RELU,    CONV(128, 1, 1, 0), RELU,
                                           CONV(64, 1, 1, 0), RELU,     DROPOUT(0.25),     FLATTEN, LINEAR(512),        RELU,
                                           DROPOUT(0.5),      LINEAR(1)};
static const layer_row cnn_classification[] = {CONV(64, 3, 2, 0), RELU, MAXPOOL(3, 2), DROPOUT(0.25), FLATTEN,
                                               LINEAR(512),       RELU, DROPOUT(0.5),  LINEAR(2),     SOFTMAX};

static const struct paper_network {
    const char *name, *feature;
    tcs_shape input;
    const layer_row *layers[3];
    size_t n_layers[3];
} networks[] = {
    {"fcnn",
     "composition",
     {1, {120}},
     {fcnn_backbone, fcnn_regression, fcnn_classification},
     {N(fcnn_backbone), N(fcnn_regression), N(fcnn_classification)}},
    {"cnn",
     "composition_image",
     {3, {1, 10, 12}},
     {cnn_backbone, cnn_regression, cnn_classification},
     {N(cnn_backbone), N(cnn_regression), N(cnn_classification)}},
};

static tcs_status fill_layer(const layer_row *row, tcs_layer_spec *out, tcs_error *error) {
    out->type = tcs_layer_type_find(row->type);
    if (!out->type)
        return tcs_error_add(error, TCS_INTERNAL, "there is no layer type \"%s\"", row->type);
    for (size_t i = 0; i < tcs_layer_type_n_options(out->type); i++)
        out->option[i] = i < row->n_options ? row->option[i] : tcs_layer_type_option(out->type, i)->fallback;
    return TCS_OK;
}

tcs_status add_branch(tcs_network_spec *spec, const char *name, size_t from, const layer_row *rows, size_t n_rows,
                      tcs_error *error) {
    tcs_branch_spec *branch = &spec->branches[spec->n_branches++];
    branch->name = tcs_text_copy(name, error);
    branch->from = from;
    branch->layers = tcs_allocate(n_rows, sizeof *branch->layers, error);
    if (!branch->name || !branch->layers)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = TCS_OK;
    for (branch->n_layers = 0; branch->n_layers < n_rows && status == TCS_OK; branch->n_layers++)
        status = fill_layer(&rows[branch->n_layers], &branch->layers[branch->n_layers], error);
    return status;
}

tcs_status fill_stage(tcs_stage *stage, const char *name, tcs_target target, size_t output_branch, uint32_t n_epochs,
                      tcs_error *error) {
    *stage = (tcs_stage){.n_trained = 1,
                         .trained = {output_branch},
                         .output_branch = output_branch,
                         .target = target,
                         .loss = {TCS_LOSS_SQUARED_ERROR, TCS_REDUCE_SUM},
                         .n_epochs = n_epochs,
                         .batch = 64,
                         .optimizer = {TCS_OPTIMIZER_ADAM, 0.9, 0.999, 1e-8},
                         .learning_rate = 1e-4};
    stage->name = tcs_text_copy(name, error);
    stage->rate_steps = tcs_allocate(1, sizeof *stage->rate_steps, error);
    if (!stage->name || !stage->rate_steps)
        return TCS_OUT_OF_MEMORY;
    stage->n_rate_steps = 1;
    stage->rate_steps[0] = (tcs_rate_step){.from_epoch = 3000, .factor = 0.1};
    return TCS_OK;
}

static tcs_status fill_model(const struct paper_network *network, uint32_t n_epochs, tcs_model *out, tcs_error *error) {
    static const char *const branch_names[] = {"backbone", "regression", "classification"};
    tcs_network_spec *spec = &out->network;
    out->learner = TCS_LEARNER_NETWORK;
    out->feature = network->feature;
    spec->input = network->input;
    spec->tc_branch = 1;
    spec->class_branch = 2;
    spec->name = tcs_text_copy(network->name, error);
    spec->branches = tcs_allocate(3, sizeof *spec->branches, error);
    out->stages = tcs_allocate(2, sizeof *out->stages, error);
    if (!spec->name || !spec->branches || !out->stages)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = TCS_OK;
    for (size_t b = 0; b < 3 && status == TCS_OK; b++)
        status = add_branch(spec, branch_names[b], b == 0 ? TCS_FROM_INPUT : 0, network->layers[b], network->n_layers[b], error);
    out->n_stages = 2;
    if (status == TCS_OK)
        status = fill_stage(&out->stages[0], "regression", TCS_TARGET_TC, 1, n_epochs, error);
    if (status == TCS_OK)
        status = fill_stage(&out->stages[1], "classification", TCS_TARGET_CLASS, 2, n_epochs, error);
    out->stages[0].n_trained = 2;
    out->stages[0].trained[0] = 0;
    out->stages[0].trained[1] = 1;
    return status;
}

tcs_status paper_model(const char *name, uint32_t n_epochs, tcs_model *out, tcs_error *error) {
    *out = (tcs_model){0};
    for (size_t i = 0; i < N(networks); i++) {
        if (strcmp(networks[i].name, name) != 0)
            continue;
        tcs_status status = fill_model(&networks[i], n_epochs, out, error);
        if (status != TCS_OK)
            tcs_model_free(out);
        return status;
    }
    return tcs_error_add(error, TCS_BAD_USAGE, "there is no network \"%s\": fcnn and cnn are known", name);
}
