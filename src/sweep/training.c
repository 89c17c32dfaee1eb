/* The stages of training. What they have in common stands in `train` and may be given anew in a stage. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapping.h"
#include "model.h"
#include "scalar.h"
#include "tcsweep/text.h"

/* The settings of a stage; the same names, in this order, come first in `train` and in each stage. */
enum { LEARNING_RATE, LEARNING_RATE_STEPS, BATCH, EPOCHS, OPTIMIZER, LOSS, N_SETTINGS };
enum { STAGES = N_SETTINGS, N_TRAIN_KEYS };
enum { NAME = N_SETTINGS, OUTPUT, TRAINED, N_STAGE_KEYS };
enum { OPTIMIZER_NAME, BETA1, BETA2, EPSILON, N_OPTIMIZER_KEYS };
enum { LOSS_NAME, REDUCTION, N_LOSS_KEYS };

static const mapping_key train_keys[N_TRAIN_KEYS] = {{"learning_rate", NULL, false}, {"learning_rate_steps", "[]", false},
                                                     {"batch", NULL, false},         {"epochs", NULL, false},
                                                     {"optimizer", "{}", false},     {"loss", "{}", false},
                                                     {"stages", NULL, true}};
static const mapping_key stage_keys[N_STAGE_KEYS] = {{"learning_rate", NULL, false}, {"learning_rate_steps", NULL, false},
                                                     {"batch", NULL, false},         {"epochs", NULL, false},
                                                     {"optimizer", NULL, false},     {"loss", NULL, false},
                                                     {"name", NULL, true},           {"output", NULL, true},
                                                     {"train", NULL, true}};
/* Without fallbacks: a stage falls back on what stands in `train`, value by value. */
static const mapping_key optimizer_keys[N_OPTIMIZER_KEYS] = {
    {"name", NULL, false}, {"beta1", NULL, false}, {"beta2", NULL, false}, {"epsilon", NULL, false}};
static const mapping_key optimizer_defaults[N_OPTIMIZER_KEYS] = {
    {"name", "adam", false}, {"beta1", "0.9", false}, {"beta2", "0.999", false}, {"epsilon", "1e-8", false}};
static const mapping_key loss_keys[N_LOSS_KEYS] = {{"name", NULL, false}, {"reduction", NULL, false}};
static const mapping_key loss_defaults[N_LOSS_KEYS] = {{"name", "squared_error", false}, {"reduction", "sum", false}};

static const number_range rate_range = {0, INFINITY, .is_above = true};
static const number_range factor_range = {0, INFINITY, .is_above = true};
static const number_range count_range = {1, UINT32_MAX, .is_integer = true};
static const number_range beta_range = {0, 1, .is_below = true};
static const number_range epsilon_range = {0, 1, .is_above = true};
static const number_range epoch_range = {0, UINT32_MAX, .is_integer = true};
static const number_range share_range = {0, 100, .is_below = true};

/* The nodes that all settings of a stage are read from. */
typedef struct settings {
    node *value[N_SETTINGS];
    node *optimizer[N_OPTIMIZER_KEYS];
    node *loss[N_LOSS_KEYS];
} settings;

static size_t count_names(const char *const *names) {
    size_t n = 0;
    while (names[n])
        n++;
    return n;
}

/* ---- which node a value is read from ---------------------------------------------------------------------------------- */

/* A mapping that may be written as its name alone: optimizer: adam. */
static bool open_named(reading *r, node *n, const mapping_key *keys, size_t n_keys, node **values) {
    if (n && n->kind == NODE_SCALAR && !node_expand(n, "name"))
        return out_of_memory(r);
    return read_mapping(r, n, keys, n_keys, values);
}

static bool open_common(reading *r, node *const *values, settings *common) {
    for (size_t i = 0; i < N_SETTINGS; i++)
        common->value[i] = values[i];
    bool result = open_named(r, values[OPTIMIZER], optimizer_defaults, N_OPTIMIZER_KEYS, common->optimizer);
    return open_named(r, values[LOSS], loss_defaults, N_LOSS_KEYS, common->loss) && result;
}

static bool overlay_named(reading *r, node *n, const mapping_key *keys, size_t n_keys, node **in_force) {
    node *values[N_OPTIMIZER_KEYS];
    if (!n)
        return true;
    bool result = open_named(r, n, keys, n_keys, values);
    for (size_t i = 0; i < n_keys; i++)
        in_force[i] = values[i] ? values[i] : in_force[i];
    return result;
}

/* What is in force for a stage: its own values, and the common ones where it has none. */
static bool overlay_settings(reading *r, const node *stage, node *const *values, const settings *common, settings *in_force) {
    *in_force = *common;
    for (size_t i = 0; i < N_SETTINGS; i++)
        in_force->value[i] = values[i] ? values[i] : common->value[i];
    bool result = overlay_named(r, values[OPTIMIZER], optimizer_keys, N_OPTIMIZER_KEYS, in_force->optimizer);
    result = overlay_named(r, values[LOSS], loss_keys, N_LOSS_KEYS, in_force->loss) && result;
    for (size_t i = 0; i < N_SETTINGS; i++)
        if (!in_force->value[i]) {
            mistake(r, stage, "\"%s\" is missing, here or in train", stage_keys[i].name);
            result = false;
        }
    return result;
}

/* ---- reading settings -------------------------------------------------------------------------------------------------- */

static bool read_count(reading *r, node *n, uint32_t *out) {
    double value;
    if (!read_number(r, n, &count_range, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

static bool read_optimizer(reading *r, node *const *values, tcs_optimizer_spec *out) {
    size_t kind = 0;
    bool result =
        read_choice(r, values[OPTIMIZER_NAME], "unknown optimizer", tcs_optimizer_names, count_names(tcs_optimizer_names), &kind);
    result = read_number(r, values[BETA1], &beta_range, &out->beta1) && result;
    result = read_number(r, values[BETA2], &beta_range, &out->beta2) && result;
    result = read_number(r, values[EPSILON], &epsilon_range, &out->epsilon) && result;
    out->kind = (tcs_optimizer_kind)kind;
    return result;
}

static bool read_loss(reading *r, node *const *values, tcs_loss_spec *out) {
    size_t kind = 0, reduction = 0;
    bool result = read_choice(r, values[LOSS_NAME], "unknown loss", tcs_loss_names, count_names(tcs_loss_names), &kind);
    result =
        read_choice(r, values[REDUCTION], "unknown reduction", tcs_reduction_names, count_names(tcs_reduction_names), &reduction) &&
        result;
    out->kind = (tcs_loss_kind)kind;
    out->reduction = (tcs_reduction)reduction;
    return result;
}

/* The first epoch (from 0) before which that share of all epochs is done. */
static uint32_t epoch_of_share(double percent, uint32_t n_epochs) {
    return (uint32_t)ceil(percent * n_epochs / 100 - 1e-9);
}

/* Reads one step. A share of few epochs can lie at the end or on the step before: then *is_void or the later one counts. */
static bool read_rate_step(reading *r, node *n, uint32_t n_epochs, tcs_rate_step *out) {
    enum { FROM, FACTOR, N_KEYS };
    static const mapping_key keys[N_KEYS] = {{"from", NULL, true}, {"factor", NULL, true}};
    node *values[N_KEYS];
    double from;
    bool result = read_mapping(r, n, keys, N_KEYS, values);
    result = read_number(r, values[FACTOR], &factor_range, &out->factor) && result;
    if (!values[FROM])
        return false;
    if (is_share(values[FROM])) {
        if (!read_share(r, values[FROM], &share_range, &from))
            return false;
        out->from_epoch = epoch_of_share(from, n_epochs);
        return result;
    }
    if (!read_number(r, values[FROM], &epoch_range, &from))
        return false;
    out->from_epoch = (uint32_t)from;
    if (out->from_epoch >= n_epochs) {
        mistake(r, values[FROM], "found epoch %u; the stage has %u epochs, counted from 0 to %u", out->from_epoch, n_epochs,
                n_epochs - 1);
        return false;
    }
    return result;
}

static bool read_rate_steps(reading *r, node *list, uint32_t n_epochs, tcs_stage *stage) {
    if (!expect_sequence(r, list, "a list of steps, each like {from: 60%, factor: 0.1}"))
        return false;
    if (list->n > MAX_RATE_STEPS) {
        mistake(r, list, "found %zu steps; at most %d are allowed", list->n, MAX_RATE_STEPS);
        return false;
    }
    stage->rate_steps = tcs_allocate(list->n, sizeof *stage->rate_steps, NULL);
    if (!stage->rate_steps)
        return out_of_memory(r);
    bool result = true;
    for (size_t i = 0; i < list->n; i++) {
        tcs_rate_step step = {0}, *last = stage->n_rate_steps > 0 ? &stage->rate_steps[stage->n_rate_steps - 1] : NULL;
        if (!read_rate_step(r, list->items[i], n_epochs, &step)) {
            result = false;
            continue;
        }
        /* With few epochs shares fall together, or on the end: then the later step counts, or none. */
        bool may_fall_together = is_share(node_get(list->items[i], "from"));
        if (step.from_epoch >= n_epochs)
            continue;
        if (last && (step.from_epoch < last->from_epoch || (step.from_epoch == last->from_epoch && !may_fall_together))) {
            mistake(r, list->items[i], "the steps must be in ascending order of epochs: %u comes after %u", step.from_epoch,
                    last->from_epoch);
            result = false;
            continue;
        }
        if (last && step.from_epoch == last->from_epoch)
            *last = step;
        else
            stage->rate_steps[stage->n_rate_steps++] = step;
    }
    return result;
}

/* Settings that are absent are passed over: overlay_settings has told. */
static bool read_settings(reading *r, const settings *from, tcs_stage *stage) {
    bool has_epochs = read_count(r, from->value[EPOCHS], &stage->n_epochs);
    bool result = has_epochs || !from->value[EPOCHS];
    result = (!from->value[BATCH] || read_count(r, from->value[BATCH], &stage->batch)) && result;
    result =
        (!from->value[LEARNING_RATE] || read_number(r, from->value[LEARNING_RATE], &rate_range, &stage->learning_rate)) && result;
    result = read_optimizer(r, from->optimizer, &stage->optimizer) && result;
    result = read_loss(r, from->loss, &stage->loss) && result;
    return read_rate_steps(r, from->value[LEARNING_RATE_STEPS], has_epochs ? stage->n_epochs : UINT32_MAX, stage) && result;
}

/* ---- stages ------------------------------------------------------------------------------------------------------------ */

static bool read_output(reading *r, node *n, bool has_network, const tcs_network_spec *spec, tcs_stage *stage) {
    static const char *const targets[] = {"tc", "class"}; /* as tcs_target */
    size_t target;
    if (!read_choice(r, n, "unknown output", targets, 2, &target))
        return false;
    stage->target = (tcs_target)target;
    stage->output_branch = stage->target == TCS_TARGET_TC ? spec->tc_branch : spec->class_branch;
    if (has_network && stage->output_branch == TCS_NO_BRANCH) {
        mistake(r, n, "architecture \"%s\" has no output \"%s\"", spec->name, targets[target]);
        return false;
    }
    return true;
}

static bool read_trained_branch(reading *r, node *n, const tcs_network_spec *spec, bool is_trained[TCS_MAX_BRANCHES]) {
    const char *names[TCS_MAX_BRANCHES];
    char what[128];
    size_t branch;
    for (size_t i = 0; i < spec->n_branches; i++)
        names[i] = spec->branches[i].name;
    snprintf(what, sizeof what, "architecture \"%s\" has no branch", spec->name);
    if (!read_choice(r, n, what, names, spec->n_branches, &branch))
        return false;
    if (is_trained[branch])
        mistake(r, n, "branch \"%s\" stands here twice", names[branch]);
    is_trained[branch] = true;
    return true;
}

static bool read_trained(reading *r, node *list, bool has_network, const tcs_network_spec *spec, tcs_stage *stage) {
    bool is_trained[TCS_MAX_BRANCHES] = {false}, result = true;
    if (!expect_sequence(r, list, "a list of the branches that the stage trains, as in [backbone, regression]"))
        return false;
    if (list->n == 0 || list->n > TCS_MAX_BRANCHES) {
        mistake(r, list, "found %zu branches; a stage trains 1 to %d", list->n, TCS_MAX_BRANCHES);
        return false;
    }
    for (size_t i = 0; i < list->n && has_network; i++)
        result = read_trained_branch(r, list->items[i], spec, is_trained) && result;
    for (size_t i = 0; i < spec->n_branches && has_network; i++)
        if (is_trained[i])
            stage->trained[stage->n_trained++] = i;
    return result;
}

static bool read_stage_name(reading *r, node *n, const tcs_model *model, const char **name) {
    if (!n)
        return false;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (n->kind != NODE_SCALAR || node_is_nothing(n) || strspn(n->text, letters) != strlen(n->text) || !is_name(n->text, "_")) {
        mistake_expected(r, n, "a name of 1 to 64 lower-case letters, digits and \"_\"");
        return false;
    }
    for (size_t i = 0; i < model->n_stages; i++)
        if (model->stages[i].name && strcmp(model->stages[i].name, n->text) == 0) {
            mistake(r, n, "another stage has the name \"%s\" already", n->text);
            return false;
        }
    *name = n->text;
    node_mark_used(n);
    return true;
}

static bool read_stage(reading *r, node *n, const settings *common, bool has_network, tcs_model *model) {
    node *values[N_STAGE_KEYS];
    const char *name = "";
    settings in_force;
    tcs_stage *stage = &model->stages[model->n_stages];
    bool result = read_mapping(r, n, stage_keys, N_STAGE_KEYS, values);
    if (n->kind != NODE_MAPPING)
        return false;
    result = read_stage_name(r, values[NAME], model, &name) && result;
    result = read_output(r, values[OUTPUT], has_network, &model->network, stage) && result;
    result = read_trained(r, values[TRAINED], has_network, &model->network, stage) && result;
    result = overlay_settings(r, n, values, common, &in_force) && result;
    result = read_settings(r, &in_force, stage) && result;
    stage->name = tcs_text_copy(name, NULL);
    model->n_stages++; /* what was allocated is freed with the model */
    return stage->name ? result : out_of_memory(r);
}

static bool read_stages(reading *r, node *stages, const settings *common, bool has_network, tcs_model *model) {
    if (!expect_sequence(r, stages, "a list of stages"))
        return false;
    if (stages->n == 0 || stages->n > TCS_MAX_STAGES) {
        mistake(r, stages, "found %zu stages; 1 to %d are allowed", stages->n, TCS_MAX_STAGES);
        return false;
    }
    model->stages = tcs_allocate(stages->n, sizeof *model->stages, NULL);
    if (!model->stages)
        return out_of_memory(r);
    bool result = true;
    for (size_t i = 0; i < stages->n && r->status == TCS_OK; i++)
        result = read_stage(r, stages->items[i], common, has_network, model) && result;
    return result;
}

/* Messages of the model's own check that are about a stage ("name: stage 2 (…") are told where the stage stands. */
static void tell_model_mistakes(reading *r, const node *train, const node *stages, const tcs_model *model, const char *lines) {
    size_t n_name = strlen(model->network.name);
    while (*lines) {
        size_t length = strcspn(lines, "\n"), number = 0;
        char *line = strndup(lines, length);
        if (!line) {
            out_of_memory(r);
            return;
        }
        bool is_stage =
            length > n_name && sscanf(line + n_name, ": stage %zu (", &number) == 1 && number >= 1 && number <= stages->n;
        mistake_lines(r, is_stage ? stages->items[number - 1] : train, line);
        free(line);
        lines += length + (lines[length] == '\n');
    }
}

static bool check_model(reading *r, const node *train, const node *stages, const tcs_model *model) {
    tcs_error error = {0};
    tcs_status status = tcs_model_check(model, &error);
    if (status == TCS_OUT_OF_MEMORY)
        out_of_memory(r);
    else
        tell_model_mistakes(r, train, stages, model, tcs_error_text(&error));
    tcs_error_clear(&error);
    return status == TCS_OK;
}

bool read_training(reading *r, node *train, bool has_network, bool checks_all, tcs_model *model) {
    node *values[N_TRAIN_KEYS];
    settings common;
    bool result = read_mapping(r, train, train_keys, N_TRAIN_KEYS, values);
    if (!train || train->kind != NODE_MAPPING)
        return false;
    result = open_common(r, values, &common) && result;
    if (checks_all) {
        tcs_stage unused = {0};
        result = read_settings(r, &common, &unused) && result;
        free(unused.rate_steps);
    }
    if (!values[STAGES])
        return false;
    result = read_stages(r, values[STAGES], &common, has_network, model) && result;
    return result && has_network && check_model(r, train, values[STAGES], model);
}
