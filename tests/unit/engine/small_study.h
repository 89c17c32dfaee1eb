/* small_study.h: a study of 80 compounds, two splits and two configurations: the majority class (jobs 0, 1) and a small network with
 * two stages (jobs 2, 3), which trains for as many epochs as asked. */
#ifndef TCS_TESTS_ENGINE_SMALL_STUDY_H
#define TCS_TESTS_ENGINE_SMALL_STUDY_H

#include <stdlib.h>
#include <string.h>

#include "tcsweep/study.h"

#define SMALL_STUDY_JOBS 4
#define SMALL_STUDY_NETWORK_JOB 2

static inline tcs_status small_table(tcs_table *out, tcs_error *error) {
    tcs_buffer text = {0};
    tcs_buffer_print(&text, "name,Tc\n");
    for (int i = 0; i < 80; i++)
        tcs_buffer_print(&text, "Nb%dGe%dO%d,%d\n", 1 + i % 7, 1 + i % 3, 1 + i, i % 4 ? i % 11 + 1 : 0);
    tcs_table_options options = {.formula_column = "name", .tc_column = "Tc"};
    tcs_status status = tcs_table_parse((const char *)text.bytes, text.length, "small.csv", &options, out, error);
    tcs_buffer_clear(&text);
    return status;
}

static inline void small_branch(tcs_branch_spec *branch, const char *name, size_t from, size_t n_units, size_t n_outputs) {
    size_t widths[] = {n_units, n_outputs};
    branch->name = strdup(name);
    branch->from = from;
    branch->layers = calloc(4, sizeof *branch->layers);
    for (size_t i = 0; i < 2 && widths[i] > 0; i++) {
        if (branch->n_layers > 0)
            branch->layers[branch->n_layers++] = (tcs_layer_spec){.type = tcs_layer_type_find("relu")};
        tcs_layer_spec *layer = &branch->layers[branch->n_layers++];
        layer->type = tcs_layer_type_find("linear");
        layer->option[0] = (double)widths[i];
    }
    if (n_outputs == 2)
        branch->layers[branch->n_layers++] = (tcs_layer_spec){.type = tcs_layer_type_find("softmax")};
}

static inline void small_stage(tcs_stage *stage, const char *name, tcs_target target, size_t branch, uint32_t n_epochs) {
    *stage = (tcs_stage){.name = strdup(name),
                         .n_trained = 1,
                         .trained = {branch},
                         .output_branch = branch,
                         .target = target,
                         .n_epochs = n_epochs,
                         .batch = 16,
                         .optimizer = {.kind = TCS_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
                         .learning_rate = 1e-3,
                         .n_rate_steps = 1,
                         .rate_steps = calloc(1, sizeof(tcs_rate_step))};
    stage->rate_steps[0] = (tcs_rate_step){.from_epoch = n_epochs / 2, .factor = 0.1};
}

static inline void small_network(tcs_model *out, uint32_t n_epochs) {
    *out = (tcs_model){.learner = TCS_LEARNER_NETWORK, .feature = "composition", .curve_every = 5};
    out->network = (tcs_network_spec){.name = strdup("small"),
                                      .input = {.rank = 1, .extent = {120}},
                                      .n_branches = 3,
                                      .branches = calloc(3, sizeof(tcs_branch_spec)),
                                      .tc_branch = 1,
                                      .class_branch = 2};
    small_branch(&out->network.branches[0], "backbone", TCS_FROM_INPUT, 16, 0);
    small_branch(&out->network.branches[1], "regression", 0, 16, 1);
    small_branch(&out->network.branches[2], "classification", 0, 8, 2);
    out->n_stages = 2;
    out->stages = calloc(2, sizeof *out->stages);
    small_stage(&out->stages[0], "regression", TCS_TARGET_TC, 1, n_epochs);
    small_stage(&out->stages[1], "classification", TCS_TARGET_CLASS, 2, n_epochs);
    out->stages[0].n_trained = 2;
    out->stages[0].trained[0] = 0;
    out->stages[0].trained[1] = 1;
}

static inline tcs_status small_study(uint32_t n_epochs, tcs_study *out, tcs_error *error) {
    *out = (tcs_study){.n_configurations = 2, .isa = TCS_ISA_BASELINE};
    tcs_splits_spec splits = {.kind = TCS_SPLIT_REPEATED_RANDOM, .n_splits = 2, .test_fraction = 0.2};
    tcs_status status = small_table(&out->table, error);
    if (status == TCS_OK)
        status = tcs_splits_make(&splits, out->table.n_rows, out->table.tc_kelvin, 7, &out->splits, error);
    out->models = calloc(2, sizeof *out->models);
    out->models[0].learner = TCS_LEARNER_MAJORITY;
    small_network(&out->models[1], n_epochs);
    out->job_keys = calloc(SMALL_STUDY_JOBS, sizeof *out->job_keys);
    for (size_t j = 0; j < SMALL_STUDY_JOBS; j++)
        out->job_keys[j] = tcs_random_key_from_seed(100 + j);
    return status;
}

#endif
