/* check.c: whether a model's stages make sense for its network. */
#include "tcsweep/learn.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "paths.h"

/* What the checks of one stage need to know, and to say. */
typedef struct checked_stage {
    const tcs_model *model;
    const tcs_network *network; /* NULL where there is no plan: what needs it is left out */
    const tcs_stage *stage;
    size_t index;
    tcs_error *error;
    tcs_status status;
} checked_stage;

TCS_PRINTF(2, 3) static void mistake(checked_stage *checked, const char *format, ...) {
    char text[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    checked->status =
        tcs_error_add(checked->error, TCS_BAD_SWEEP, "%s: stage %zu (%s): %s", learn_shown(checked->model->network.name),
                      checked->index + 1, learn_shown(checked->stage->name), text);
}

static bool is_name(const char *name) {
    return name && name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void check_name(checked_stage *checked) {
    const char *name = checked->stage->name;
    if (!is_name(name))
        mistake(checked, "its name must be of lower-case letters, digits and '_', not \"%s\"", learn_shown(name));
    for (size_t other = 0; other < checked->index; other++)
        if (strcmp(learn_shown(checked->model->stages[other].name), learn_shown(name)) == 0) {
            mistake(checked, "stage %zu has the same name", other + 1);
            break;
        }
}

/* Returns whether the output branch can be followed to the input. That it has its target's one or two outputs is the plan's to check. */
static bool check_output(checked_stage *checked) {
    const tcs_network_spec *spec = &checked->model->network;
    size_t output = checked->stage->output_branch;
    bool is_tc = checked->stage->target == TCS_TARGET_TC;
    if (!is_tc && checked->stage->target != TCS_TARGET_CLASS) {
        mistake(checked, "there is no target of number %d", (int)checked->stage->target);
        return output < spec->n_branches;
    }
    size_t wanted = is_tc ? spec->tc_branch : spec->class_branch;
    const char *what = is_tc ? "Tc" : "the class";
    if (output >= spec->n_branches) {
        mistake(checked, "its output branch is number %zu of %zu", output + 1, spec->n_branches);
        return false;
    }
    if (wanted != output)
        mistake(checked, "its target is %s, but its output branch \"%s\" is not the one that the network predicts %s with (%s)",
                what, learn_shown(spec->branches[output].name), what,
                wanted < spec->n_branches ? learn_shown(spec->branches[wanted].name) : "none");
    return true;
}

static void check_trained(checked_stage *checked) {
    const tcs_network_spec *spec = &checked->model->network;
    const tcs_stage *stage = checked->stage;
    if (stage->n_trained == 0) {
        mistake(checked, "it trains no branch");
        return;
    }
    path p = learn_path_to(spec, stage->output_branch);
    for (size_t i = 0; i < stage->n_trained && i < TCS_MAX_BRANCHES; i++)
        if (stage->trained[i] >= spec->n_branches || (i > 0 && stage->trained[i] <= stage->trained[i - 1])) {
            mistake(checked, "its trained branches must be different ones of the %zu branches, in their order", spec->n_branches);
            return;
        }
    /* A branch continues from an earlier one, so a path ascends and its end can be compared place by place. */
    bool is_end = stage->n_trained <= p.n;
    for (size_t i = 0; is_end && i < stage->n_trained; i++)
        is_end = stage->trained[i] == p.branch[p.n - stage->n_trained + i];
    if (!is_end)
        mistake(checked,
                "the trained branches must be the last ones on the way from the input to its output branch \"%s\", without a gap",
                learn_shown(spec->branches[stage->output_branch].name));
    if (checked->network && is_end) {
        size_t n_parameters = 0;
        for (size_t i = 0; i < stage->n_trained; i++) {
            size_t offset, n;
            tcs_network_branch_parameters(checked->network, stage->trained[i], &offset, &n);
            n_parameters += n;
        }
        if (n_parameters == 0)
            mistake(checked, "the branches that it trains have no parameters");
    }
}

static void check_rate_steps(checked_stage *checked) {
    const tcs_stage *stage = checked->stage;
    for (size_t i = 0; i < stage->n_rate_steps; i++) {
        if (i > 0 && stage->rate_steps[i].from_epoch <= stage->rate_steps[i - 1].from_epoch)
            mistake(checked, "its changes of the learning rate must be in ascending order of epochs: %u comes after %u",
                    (unsigned)stage->rate_steps[i].from_epoch, (unsigned)stage->rate_steps[i - 1].from_epoch);
        if (!(stage->rate_steps[i].factor > 0) || !isfinite(stage->rate_steps[i].factor))
            mistake(checked, "a change of the learning rate must have a factor above 0, not %g", stage->rate_steps[i].factor);
    }
}

static bool is_decay(double beta) {
    return beta >= 0 && beta < 1;
}

static void check_numbers(checked_stage *checked) {
    const tcs_stage *stage = checked->stage;
    const tcs_optimizer_spec *optimizer = &stage->optimizer;
    if (stage->n_epochs == 0)
        mistake(checked, "it must have at least 1 epoch");
    if (stage->batch == 0)
        mistake(checked, "its batch must have at least 1 row");
    if (!(stage->learning_rate > 0) || !isfinite(stage->learning_rate))
        mistake(checked, "its learning rate must be above 0, not %g", stage->learning_rate);
    check_rate_steps(checked);
    if (stage->loss.kind != TCS_LOSS_SQUARED_ERROR)
        mistake(checked, "there is no loss of number %d", (int)stage->loss.kind);
    if (stage->loss.reduction != TCS_REDUCE_SUM && stage->loss.reduction != TCS_REDUCE_MEAN)
        mistake(checked, "there is no reduction of number %d", (int)stage->loss.reduction);
    if (optimizer->kind != TCS_OPTIMIZER_ADAM)
        mistake(checked, "there is no optimizer of number %d", (int)optimizer->kind);
    if (!is_decay(optimizer->beta1) || !is_decay(optimizer->beta2))
        mistake(checked, "Adam's beta1 and beta2 must be at least 0 and below 1, not %g and %g", optimizer->beta1,
                optimizer->beta2);
    if (!(optimizer->epsilon > 0) || !isfinite(optimizer->epsilon))
        mistake(checked, "Adam's epsilon must be above 0, not %g", optimizer->epsilon);
}

static tcs_status check_stage(const tcs_model *model, const tcs_network *network, size_t index, tcs_error *error) {
    checked_stage checked = {model, network, &model->stages[index], index, error, TCS_OK};
    check_name(&checked);
    if (check_output(&checked))
        check_trained(&checked);
    check_numbers(&checked);
    return checked.status;
}

/* A prediction from initial weights would look like any other number in the results. */
static tcs_status check_all_trained(const tcs_model *model, tcs_error *error) {
    const tcs_network_spec *spec = &model->network;
    const size_t outputs[] = {spec->tc_branch, spec->class_branch};
    tcs_status status = TCS_OK;
    for (size_t k = 0; k < sizeof outputs / sizeof *outputs; k++) {
        bool is_trained = outputs[k] == TCS_NO_BRANCH || outputs[k] >= spec->n_branches;
        for (size_t s = 0; s < model->n_stages; s++)
            is_trained = is_trained || model->stages[s].output_branch == outputs[k];
        if (!is_trained)
            status = tcs_error_add(error, TCS_BAD_SWEEP, "%s: predictions are read from branch \"%s\", but no stage trains it",
                                   learn_shown(spec->name), learn_shown(spec->branches[outputs[k]].name));
    }
    return status;
}

/* Whether branches and what they continue from can be followed: only what made no plan can be otherwise. */
static bool is_tree(const tcs_network_spec *spec) {
    if (spec->n_branches == 0 || spec->n_branches > TCS_MAX_BRANCHES || !spec->branches)
        return false;
    for (size_t b = 0; b < spec->n_branches; b++)
        if (spec->branches[b].from != TCS_FROM_INPUT && spec->branches[b].from >= b)
            return false;
    return true;
}

static tcs_status check_stages(const tcs_model *model, tcs_error *error) {
    const char *name = learn_shown(model->network.name);
    if (model->n_stages == 0 || model->n_stages > TCS_MAX_STAGES || !model->stages)
        return tcs_error_add(error, TCS_BAD_SWEEP, "%s: it has %zu stages of training; 1 to %d are possible", name, model->n_stages,
                             TCS_MAX_STAGES);
    tcs_network *network = NULL;
    if (tcs_network_create(&model->network, &network, NULL) != TCS_OK)
        network = NULL;
    tcs_status status = TCS_OK, found;
    uint64_t n_epochs = 0;
    for (size_t s = 0; s < model->n_stages; s++) {
        n_epochs += model->stages[s].n_epochs;
        if ((found = check_stage(model, network, s, error)) != TCS_OK)
            status = found;
    }
    if (n_epochs > UINT32_MAX)
        status = tcs_error_add(error, TCS_BAD_SWEEP, "%s: its stages have %llu epochs together; at most %lu are possible", name,
                               (unsigned long long)n_epochs, (unsigned long)UINT32_MAX);
    if ((found = check_all_trained(model, error)) != TCS_OK)
        status = found;
    tcs_network_free(network);
    return status;
}

tcs_status tcs_model_check(const tcs_model *model, tcs_error *error) {
    if (model->learner == TCS_LEARNER_MAJORITY)
        return TCS_OK;
    if (model->learner != TCS_LEARNER_NETWORK)
        return tcs_error_add(error, TCS_BAD_SWEEP, "there is no learner of number %d", (int)model->learner);
    if (!is_tree(&model->network))
        return tcs_error_add(error, TCS_BAD_SWEEP, "%s: its branches do not each continue from the input or from an earlier branch",
                             learn_shown(model->network.name));
    if (!model->feature || !model->feature[0])
        return tcs_error_add(error, TCS_BAD_SWEEP, "%s: it does not say which representation of the compositions it reads",
                             learn_shown(model->network.name));
    return check_stages(model, error);
}
