/* Identities.
 *
 * A configuration's key is SHA-256 of lines `path=value`: everything that changes its results, and nothing else. The random numbers of its
 * jobs come from it, so a changed key is another result. Therefore, for whoever adds a value to the language: list it only where it differs
 * from what earlier versions did without it, so that the keys of all earlier sweeps stay as they are. Options of layers already obey: those
 * that have their fallback are left out. The lines below are never reordered or renamed; tests hold a key of a fixed value.
 *
 * How often curves are recorded, names of files, limits and labels change no result. The data have a digest of their own.
 */
#include "key.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "tcsweep/text.h"

/* As tcs_number_text, and sooner for the counts that most options of layers are. */
static void write_number(double value, char number[32]) {
    if (value >= 0 && value < 1e9 && value == (double)(uint32_t)value && !signbit(value))
        snprintf(number, 32, "%" PRIu32, (uint32_t)value);
    else
        tcs_number_text(value, number);
}

static void add_number(tcs_buffer *text, const char *name, double value) {
    char number[32];
    write_number(value, number);
    tcs_buffer_print(text, "%s=%s\n", name, number);
}

static const char *branch_name(const tcs_network_spec *spec, size_t branch) {
    return branch == TCS_FROM_INPUT ? "input" : spec->branches[branch].name;
}

static void add_layer(tcs_buffer *text, const tcs_layer_spec *layer) {
    tcs_buffer_print(text, "layer=%s", tcs_layer_type_name(layer->type));
    for (size_t i = 0; i < tcs_layer_type_n_options(layer->type); i++) {
        const tcs_layer_option *option = tcs_layer_type_option(layer->type, i);
        char number[32];
        if (!option->is_required && layer->option[i] == option->fallback)
            continue;
        write_number(layer->option[i], number);
        tcs_buffer_print(text, " %s=%s", option->name, number);
    }
    tcs_buffer_print(text, "\n");
}

static void add_network(tcs_buffer *text, const tcs_model *model) {
    const tcs_network_spec *spec = &model->network;
    tcs_buffer_print(text, "input=%s\n", model->feature);
    for (size_t b = 0; b < spec->n_branches; b++) {
        tcs_buffer_print(text, "branch=%s\nfrom=%s\n", spec->branches[b].name, branch_name(spec, spec->branches[b].from));
        for (size_t i = 0; i < spec->branches[b].n_layers; i++)
            add_layer(text, &spec->branches[b].layers[i]);
    }
    if (spec->tc_branch != TCS_NO_BRANCH)
        tcs_buffer_print(text, "outputs.tc=%s\n", branch_name(spec, spec->tc_branch));
    if (spec->class_branch != TCS_NO_BRANCH)
        tcs_buffer_print(text, "outputs.class=%s\n", branch_name(spec, spec->class_branch));
}

static void add_stage(tcs_buffer *text, const tcs_model *model, const tcs_stage *stage) {
    tcs_buffer_print(text, "stage=%s\noutput=%s\n", stage->name, stage->target == TCS_TARGET_TC ? "tc" : "class");
    for (size_t i = 0; i < stage->n_trained; i++)
        tcs_buffer_print(text, "train=%s\n", branch_name(&model->network, stage->trained[i]));
    tcs_buffer_print(text, "loss.name=%s\nloss.reduction=%s\n", tcs_loss_names[stage->loss.kind],
                     tcs_reduction_names[stage->loss.reduction]);
    tcs_buffer_print(text, "epochs=%" PRIu32 "\nbatch=%" PRIu32 "\n", stage->n_epochs, stage->batch);
    tcs_buffer_print(text, "optimizer.name=%s\n", tcs_optimizer_names[stage->optimizer.kind]);
    add_number(text, "optimizer.beta1", stage->optimizer.beta1);
    add_number(text, "optimizer.beta2", stage->optimizer.beta2);
    add_number(text, "optimizer.epsilon", stage->optimizer.epsilon);
    add_number(text, "learning_rate", stage->learning_rate);
    for (size_t i = 0; i < stage->n_rate_steps; i++) {
        tcs_buffer_print(text, "learning_rate_steps.from=%" PRIu32 "\n", stage->rate_steps[i].from_epoch);
        add_number(text, "learning_rate_steps.factor", stage->rate_steps[i].factor);
    }
}

static bool make_digest(tcs_buffer *text, uint8_t digest[TCS_DIGEST_BYTES]) {
    bool result = !text->failed;
    if (result)
        tcs_sha256(text->bytes, text->length, digest);
    tcs_buffer_clear(text);
    return result;
}

bool make_configuration_key(uint64_t seed, const char *architecture, const tcs_model *model, uint8_t key[TCS_DIGEST_BYTES]) {
    static const char *const learners[] = {"network", "majority"}; /* as tcs_learner_kind */
    tcs_buffer text = {0};
    tcs_buffer_print(&text, "tcsweep configuration\nseed=%" PRIu64 "\narchitecture=%s\nlearner=%s\n", seed, architecture,
                     learners[model->learner]);
    if (model->learner == TCS_LEARNER_NETWORK)
        add_network(&text, model);
    for (size_t s = 0; s < model->n_stages; s++)
        add_stage(&text, model, &model->stages[s]);
    return make_digest(&text, key);
}

/* A text of any content: its length goes before it, so that no two lists of texts look the same. */
static void add_text(tcs_buffer *text, const char *name, const char *value) {
    size_t length = 0;
    while (value[length])
        length++;
    tcs_buffer_print(text, "%s=%zu:%s\n", name, length, value);
}

bool make_sweep_digest(const tcs_sweep *sweep, uint32_t curve_every, uint8_t digest[TCS_DIGEST_BYTES]) {
    static const char *const policies[] = {"error", "skip", "lenient"}; /* as tcs_on_bad_row */
    static const char *const kinds[] = {"repeated_random", "k_fold"};   /* as tcs_split_kind */
    tcs_buffer text = {0};
    tcs_buffer_print(&text, "tcsweep sweep\nseed=%" PRIu64 "\n", sweep->seed);
    add_text(&text, "data.formula", sweep->formula_column);
    add_text(&text, "data.tc", sweep->tc_column);
    tcs_buffer_print(&text, "data.on_bad_row=%s\nsplits.kind=%s\nsplits.n=%zu\n", policies[sweep->on_bad_row],
                     kinds[sweep->splits.kind], sweep->splits.n_splits);
    if (sweep->splits.kind == TCS_SPLIT_REPEATED_RANDOM)
        add_number(&text, "splits.test_fraction", sweep->splits.test_fraction);
    tcs_buffer_print(&text, "splits.stratified=%d\n", sweep->splits.is_stratified);
    tcs_buffer_print(&text, "store.weights=%d\nstore.predictions=%d\nstore.curves=%d\ncurves.every=%" PRIu32 "\n",
                     sweep->stores_weights, sweep->stores_predictions, sweep->stores_curves, curve_every);
    for (size_t i = 0; i < sweep->n_hyperparameters; i++)
        add_text(&text, "hyperparameter", sweep->hyperparameters[i].path);
    for (size_t i = 0; i < sweep->n_configurations; i++) {
        char key[2 * TCS_DIGEST_BYTES + 1];
        tcs_digest_text(sweep->configurations[i].key, key);
        add_text(&text, key, sweep->configurations[i].label);
    }
    return make_digest(&text, digest);
}
