/* Architectures: branches of layers, and what predictions are read from. */
#include <stdio.h>
#include <string.h>

#include "mapping.h"
#include "model.h"
#include "scalar.h"
#include "tcsweep/features.h"
#include "tcsweep/text.h"

static const char *const learner_names[] = {"network", "majority"}; /* as tcs_learner_kind */

/* ---- layers ---------------------------------------------------------------------------------------------------------- */

static const tcs_layer_type *find_layer_type(reading *r, const node *name) {
    const tcs_layer_type *type = tcs_layer_type_find(name->text);
    if (type)
        return type;
    const char *names[32];
    size_t n = tcs_layer_type_count();
    n = n < 32 ? n : 32;
    for (size_t i = 0; i < n; i++)
        names[i] = tcs_layer_type_name(tcs_layer_type_at(i));
    mistake_unknown(r, name, "unknown layer", name->text, names, n);
    return NULL;
}

/* The only option that a layer must have, or NULL: that one may be written without its name, as in `linear: 64`. */
static const char *only_required_option(const tcs_layer_type *type) {
    const char *only = NULL;
    for (size_t i = 0; i < tcs_layer_type_n_options(type); i++) {
        const tcs_layer_option *option = tcs_layer_type_option(type, i);
        if (option->is_required && only)
            return NULL;
        if (option->is_required)
            only = option->name;
    }
    return only;
}

static bool read_options(reading *r, node *options, tcs_layer_spec *layer) {
    mapping_key keys[TCS_LAYER_MAX_OPTIONS];
    node *values[TCS_LAYER_MAX_OPTIONS];
    size_t n = tcs_layer_type_n_options(layer->type);
    const char *only = only_required_option(layer->type);
    if (options->kind == NODE_SCALAR && !node_is_nothing(options) && only && !node_expand(options, only))
        return out_of_memory(r);
    for (size_t i = 0; i < n; i++) {
        const tcs_layer_option *option = tcs_layer_type_option(layer->type, i);
        keys[i] = (mapping_key){option->name, NULL, option->is_required};
        if (option->is_required || node_get(options, option->name))
            continue;
        char fallback[32];
        tcs_number_text(option->fallback, fallback);
        keys[i].fallback = arena_copy_text(options->memory, fallback, strlen(fallback));
    }
    bool result = read_mapping(r, options, keys, n, values);
    for (size_t i = 0; i < n; i++) {
        const tcs_layer_option *option = tcs_layer_type_option(layer->type, i);
        number_range range = {option->minimum, option->maximum, .is_integer = option->is_integer};
        result = read_number(r, values[i], &range, &layer->option[i]) && result;
    }
    return result;
}

static bool read_plain_layer(reading *r, const node *name, tcs_layer_spec *layer) {
    layer->type = find_layer_type(r, name);
    if (!layer->type)
        return false;
    bool result = true;
    for (size_t i = 0; i < tcs_layer_type_n_options(layer->type); i++) {
        const tcs_layer_option *option = tcs_layer_type_option(layer->type, i);
        layer->option[i] = option->fallback;
        if (option->is_required) {
            mistake(r, name, "the layer needs its option \"%s\" (%s), as in %s: {%s: …}", option->name, option->help, name->text,
                    option->name);
            result = false;
        }
    }
    return result;
}

/* A layer is a name, or a mapping of one name to its options. */
static bool read_layer(reading *r, node *n, tcs_layer_spec *layer) {
    layer->line = n->line;
    layer->column = n->column;
    if (n->kind == NODE_SCALAR && !node_is_nothing(n))
        return read_plain_layer(r, n, layer);
    if (n->kind != NODE_MAPPING || n->n == 0) {
        mistake_expected(r, n, "a layer: its name, or its name and its options, as in conv2d: {channels: 32, kernel: 3}");
        return false;
    }
    layer->type = find_layer_type(r, n->keys[0]);
    if (n->n > 1) {
        mistake(r, n->keys[1],
                "a layer has one name, here \"%s\"; its options stand in braces after it, or on lines indented deeper",
                n->keys[0]->text);
        return false;
    }
    return layer->type && read_options(r, n->items[0], layer);
}

/* ---- branches -------------------------------------------------------------------------------------------------------- */

static bool read_from(reading *r, node *n, const tcs_network_spec *spec, size_t *from) {
    const char *names[TCS_MAX_BRANCHES + 1] = {"input"};
    for (size_t i = 0; i < spec->n_branches; i++)
        names[i + 1] = spec->branches[i].name;
    size_t index;
    if (!read_choice(r, n, "no branch above this one has the name", names, spec->n_branches + 1, &index))
        return false;
    *from = index == 0 ? TCS_FROM_INPUT : index - 1;
    return true;
}

static bool read_layers(reading *r, node *layers, tcs_branch_spec *branch) {
    if (!expect_sequence(r, layers, "a list of layers"))
        return false;
    if (layers->n == 0 || layers->n > MAX_LAYERS) {
        mistake(r, layers, "found %zu layers; a branch has 1 to %d", layers->n, MAX_LAYERS);
        return false;
    }
    branch->layers = tcs_allocate(layers->n, sizeof *branch->layers, NULL);
    if (!branch->layers)
        return out_of_memory(r);
    branch->n_layers = layers->n;
    bool result = true;
    for (size_t i = 0; i < layers->n; i++)
        result = read_layer(r, layers->items[i], &branch->layers[i]) && result;
    return result;
}

/* Adds the branch to the spec, which counts it once its name is there. */
static bool read_branch(reading *r, const node *name, node *n, tcs_network_spec *spec) {
    enum { FROM, LAYERS, N_KEYS };
    static const mapping_key keys[N_KEYS] = {{"from", NULL, true}, {"layers", NULL, true}};
    node *values[N_KEYS];
    bool result = true;
    if (!is_name(name->text, "_-") || strcmp(name->text, "input") == 0) {
        mistake(r, name,
                "\"%s\" cannot be the name of a branch: expected 1 to %d letters, digits, \"_\" and \"-\", and not \"input\"",
                name->text, MAX_NAME_LENGTH);
        result = false;
    }
    tcs_branch_spec *branch = &spec->branches[spec->n_branches];
    result = read_mapping(r, n, keys, N_KEYS, values) && result;
    result = read_from(r, values[FROM], spec, &branch->from) && result;
    branch->name = tcs_text_copy(name->text, NULL);
    if (!branch->name)
        return out_of_memory(r);
    spec->n_branches++;
    return read_layers(r, values[LAYERS], branch) && result;
}

static bool read_branches(reading *r, node *branches, tcs_network_spec *spec) {
    if (!expect_mapping(r, branches, "branches by their names, each with its from and layers"))
        return false;
    if (branches->n == 0 || branches->n > TCS_MAX_BRANCHES) {
        mistake(r, branches, "found %zu branches; a network has 1 to %d", branches->n, TCS_MAX_BRANCHES);
        return false;
    }
    spec->branches = tcs_allocate(branches->n, sizeof *spec->branches, NULL);
    if (!spec->branches)
        return out_of_memory(r);
    bool result = true;
    for (size_t i = 0; i < branches->n && r->status == TCS_OK; i++)
        result = read_branch(r, branches->keys[i], branches->items[i], spec) && result;
    return result;
}

/* ---- the whole -------------------------------------------------------------------------------------------------------- */

static bool read_output(reading *r, node *n, const tcs_network_spec *spec, size_t *branch) {
    const char *names[TCS_MAX_BRANCHES];
    for (size_t i = 0; i < spec->n_branches; i++)
        names[i] = spec->branches[i].name;
    return !n || read_choice(r, n, "there is no branch", names, spec->n_branches, branch);
}

static bool read_outputs(reading *r, node *outputs, tcs_network_spec *spec) {
    enum { TC, CLASS, N_KEYS };
    static const mapping_key keys[N_KEYS] = {{"tc", NULL, false}, {"class", NULL, false}};
    node *values[N_KEYS];
    bool result = read_mapping(r, outputs, keys, N_KEYS, values);
    if (result && !values[TC] && !values[CLASS]) {
        mistake(r, outputs, "expected the branch that predicts Tc (tc: …), the one that predicts the class (class: …), or both");
        return false;
    }
    if (spec->n_branches == 0)
        return false;
    result = read_output(r, values[TC], spec, &spec->tc_branch) && result;
    return read_output(r, values[CLASS], spec, &spec->class_branch) && result;
}

static bool read_input(reading *r, node *input, tcs_model *model) {
    const char *names[32];
    size_t n = tcs_feature_count(), index;
    n = n < 32 ? n : 32;
    for (size_t i = 0; i < n; i++)
        names[i] = tcs_feature_at(i)->name;
    if (!read_choice(r, input, "unknown representation", names, n, &index))
        return false;
    const tcs_feature *feature = tcs_feature_at(index);
    model->feature = feature->name;
    model->network.input.rank = feature->rank;
    memcpy(model->network.input.extent, feature->extent, sizeof feature->extent);
    return true;
}

/* A digest of the names and shapes of all tensors, or a mistake where layers do not fit together. */
static bool check_network(reading *r, const node *at, const tcs_network_spec *spec, uint8_t *tensors) {
    tcs_error error = {0};
    tcs_network *network = NULL;
    tcs_status status = tcs_network_create(spec, &network, &error);
    if (status == TCS_OUT_OF_MEMORY)
        out_of_memory(r);
    else
        mistake_lines(r, at, tcs_error_text(&error));
    tcs_error_clear(&error);
    if (status != TCS_OK)
        return false;
    tcs_buffer text = {0};
    for (size_t i = 0; i < tcs_network_n_tensors(network); i++) {
        const tcs_tensor *tensor = tcs_network_tensor(network, i);
        tcs_buffer_print(&text, "%s", tensor->name);
        for (int axis = 0; axis < tensor->rank; axis++)
            tcs_buffer_print(&text, " %zu", tensor->extent[axis]);
        tcs_buffer_print(&text, "\n");
    }
    if (tensors)
        tcs_sha256(text.bytes, text.length, tensors);
    bool result = !text.failed || out_of_memory(r);
    tcs_buffer_clear(&text);
    tcs_network_free(network);
    return result;
}

static bool read_network(reading *r, node *architecture, tcs_model *model, uint8_t *tensors) {
    enum { LEARNER, INPUT, BRANCHES, OUTPUTS, N_KEYS };
    static const mapping_key keys[N_KEYS] = {
        {"learner", "network", false}, {"input", NULL, true}, {"branches", NULL, true}, {"outputs", NULL, true}};
    node *values[N_KEYS];
    bool result = read_mapping(r, architecture, keys, N_KEYS, values);
    result = read_input(r, values[INPUT], model) && result;
    result = read_branches(r, values[BRANCHES], &model->network) && result;
    result = values[OUTPUTS] && read_outputs(r, values[OUTPUTS], &model->network) && result;
    return result && check_network(r, values[BRANCHES], &model->network, tensors);
}

bool read_architecture(reading *r, node *architecture, const char *name, tcs_model *model, uint8_t tensors[TCS_DIGEST_BYTES]) {
    static const mapping_key baseline_keys[] = {{"learner", NULL, true}};
    size_t learner = TCS_LEARNER_NETWORK;
    model->network.tc_branch = model->network.class_branch = TCS_NO_BRANCH;
    if (!expect_mapping(r, architecture, "an architecture: the name of a file, or a mapping with its input, branches and outputs"))
        return false;
    node *kind = node_get(architecture, "learner");
    if (kind && !read_choice(r, kind, "unknown learner", learner_names, 2, &learner))
        return false;
    model->learner = (tcs_learner_kind)learner;
    if (model->learner != TCS_LEARNER_NETWORK) {
        node *value;
        return read_mapping(r, architecture, baseline_keys, 1, &value);
    }
    model->network.name = tcs_text_copy(name, NULL);
    model->network.file = tcs_text_copy(architecture->source->file, NULL);
    if (!model->network.name || !model->network.file)
        return out_of_memory(r);
    return read_network(r, architecture, model, tensors);
}
