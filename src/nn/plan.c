/* plan.c: from a spec to a plan: shapes checked layer by layer, tensors placed one after the other. */
#include "plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"

/* More numbers than this in a row, or in all tensors, is a mistake of the file, and would overflow what OpenBLAS counts with. */
#define MOST_NUMBERS ((size_t)1 << 30)
/* Rows that go together: as many as keep the largest layer's output in the second-level cache, within bounds. */
#define GROUP_BYTES ((size_t)1 << 20)
#define LEAST_GROUP_ROWS 16
#define MOST_GROUP_ROWS 512

/* Where checking is; it goes on after a mistake, to find them all. */
typedef struct checker {
    tcs_network *network;
    tcs_error *error;
    tcs_status status;
    size_t n_layers; /* seen so far */
} checker;

static void complain_layer(checker *check, size_t branch, size_t index, const char *message) {
    const tcs_network_spec *spec = &check->network->spec;
    const tcs_layer_spec *layer = &spec->branches[branch].layers[index];
    check->status = tcs_error_add_at(check->error, TCS_BAD_SWEEP, spec->file, layer->line, layer->column, "%s.%s.%zu: %s %s",
                                     spec->name, spec->branches[branch].name, index, layer->type->name, message);
}

static void complain_branch(checker *check, size_t branch, const char *message) {
    const tcs_network_spec *spec = &check->network->spec;
    check->status = tcs_error_add_at(check->error, TCS_BAD_SWEEP, spec->file, 0, 0, "%s.%s: %s", spec->name,
                                     spec->branches[branch].name, message);
}

static bool check_options(checker *check, size_t branch, size_t index) {
    const tcs_layer_spec *layer = &check->network->spec.branches[branch].layers[index];
    bool is_good = true;
    for (size_t i = 0; i < layer->type->n_options; i++) {
        const tcs_layer_option *option = &layer->type->options[i];
        const double value = layer->option[i];
        const bool is_fraction = option->is_integer && isfinite(value) && value != floor(value);
        if (value >= option->minimum && value <= option->maximum && !is_fraction)
            continue;
        char message[TCS_LAYER_MESSAGE], given[32], minimum[32], maximum[32];
        tcs_number_text(value, given);
        tcs_number_text(option->minimum, minimum);
        tcs_number_text(option->maximum, maximum);
        snprintf(message, sizeof message, "has %s = %s, but needs %s from %s to %s", option->name, given,
                 option->is_integer ? "a whole number" : "a number", minimum, maximum);
        complain_layer(check, branch, index, message);
        is_good = false;
    }
    return is_good;
}

/* Multiplies without overflow: anything beyond MOST_NUMBERS is MOST_NUMBERS + 1. */
static size_t bounded_product(const size_t *factors, int n) {
    size_t product = 1;
    for (int i = 0; i < n; i++)
        product = factors[i] && product > MOST_NUMBERS / factors[i] ? MOST_NUMBERS + 1 : product * factors[i];
    return product > MOST_NUMBERS ? MOST_NUMBERS + 1 : product;
}

/* Gives the layer's tensors their places. */
static bool place_tensors(checker *check, size_t branch, size_t index, tcs_layer *layer) {
    tcs_network *network = check->network;
    tcs_tensor tensors[2];
    const size_t n = layer->type->describe_tensors ? layer->type->describe_tensors(layer, tensors) : 0;
    for (size_t i = 0; i < n; i++) {
        tcs_tensor *tensor = &network->tensors[network->n_tensors];
        *tensor = tensors[i];
        tensor->n = bounded_product(tensor->extent, tensor->rank);
        if (tensor->n + network->n_parameters > MOST_NUMBERS) {
            complain_layer(check, branch, index, "has too many weights");
            return false;
        }
        const int length =
            snprintf(tensor->name, sizeof tensor->name, "%s.%zu.%s", network->spec.branches[branch].name, index, tensors[i].name);
        if (length < 0 || (size_t)length >= sizeof tensor->name) {
            complain_layer(check, branch, index, "stands in a branch whose name is too long");
            return false;
        }
        tensor->branch = branch;
        tensor->offset = layer->tensor_offsets[i] = network->n_parameters;
        network->n_parameters += tensor->n;
        network->n_tensors++;
    }
    return true;
}

/* Adds the layer to what the branch computes, unless the step before does its work. */
static void add_step(tcs_branch *branch, const tcs_layer *layer) {
    tcs_layer *last = branch->n_steps ? &branch->steps[branch->n_steps - 1] : NULL;
    if (layer->type == &tcs_layer_relu && last && last->type->can_apply_relu)
        last->applies_relu = true;
    else if (!last || !layer->type->is_alias || !layer->type->is_alias(layer))
        branch->steps[branch->n_steps++] = *layer;
}

static bool add_layer(checker *check, size_t b, size_t index, tcs_shape *shape) {
    const tcs_layer_spec *spec = &check->network->spec.branches[b].layers[index];
    tcs_layer layer = {.type = spec->type, .input = *shape, .ordinal = check->n_layers + index};
    memcpy(layer.option, spec->option, sizeof layer.option);
    char message[TCS_LAYER_MESSAGE];
    if (!check_options(check, b, index))
        return false;
    if (!layer.type->set_shape(&layer, message)) {
        complain_layer(check, b, index, message);
        return false;
    }
    if (bounded_product(layer.output.extent, layer.output.rank) > MOST_NUMBERS) {
        complain_layer(check, b, index, "has too many outputs");
        return false;
    }
    if (!place_tensors(check, b, index, &layer))
        return false;
    *shape = layer.output;
    add_step(&check->network->branches[b], &layer);
    return true;
}

static void check_branch(checker *check, size_t b) {
    tcs_network *network = check->network;
    const tcs_branch_spec *spec = &network->spec.branches[b];
    tcs_branch *branch = &network->branches[b];
    const bool reads_input = spec->from == TCS_FROM_INPUT;
    branch->first_parameter = network->n_parameters;
    if (!reads_input && spec->from >= b)
        complain_branch(check, b, "must continue from the input or from a branch before it");
    else if (!spec->n_layers)
        complain_branch(check, b, "has no layers");
    else if (reads_input || network->branches[spec->from].is_good) {
        branch->input = branch->output = reads_input ? network->spec.input : network->branches[spec->from].output;
        branch->is_good = true;
        const tcs_layer turn = {.type = &tcs_layer_channels_last, .input = branch->input, .output = branch->input};
        if (reads_input && tcs_shape_is_image(&branch->input) && !turn.type->is_alias(&turn))
            branch->steps[branch->n_steps++] = turn;
        for (size_t i = 0; branch->is_good && i < spec->n_layers; i++)
            branch->is_good = add_layer(check, b, i, &branch->output);
    }
    check->n_layers += spec->n_layers;
    branch->n_parameters = network->n_parameters - branch->first_parameter;
}

static void check_output(checker *check, size_t branch, const char *what, size_t n_needed) {
    const tcs_network *network = check->network;
    if (branch == TCS_NO_BRANCH)
        return;
    if (branch >= network->spec.n_branches) {
        check->status = tcs_error_add_at(check->error, TCS_BAD_SWEEP, network->spec.file, 0, 0,
                                         "%s: the branch that predicts %s is missing", network->spec.name, what);
        return;
    }
    const tcs_shape *shape = &network->branches[branch].output;
    if (!network->branches[branch].is_good || (shape->rank == 1 && shape->extent[0] == n_needed))
        return;
    char text[80], message[TCS_LAYER_MESSAGE];
    tcs_shape_text(shape, text);
    snprintf(message, sizeof message, "predicts %s and so must yield [%zu], but yields %s", what, n_needed, text);
    complain_branch(check, branch, message);
}

/* Two branches of one name would give two tensors one name. */
static void check_names(checker *check) {
    const tcs_network_spec *spec = &check->network->spec;
    for (size_t i = 0; i < spec->n_branches; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(spec->branches[i].name, spec->branches[j].name)) {
                complain_branch(check, i, "there are two branches of this name");
                break;
            }
}

static void choose_group(tcs_network *network) {
    size_t largest = tcs_shape_size(&network->spec.input);
    for (size_t b = 0; b < network->spec.n_branches; b++)
        for (size_t i = 0; i < network->branches[b].n_steps; i++) {
            const size_t size = tcs_shape_size(&network->branches[b].steps[i].output);
            largest = size > largest ? size : largest;
        }
    network->group_rows = MOST_GROUP_ROWS;
    /* Counted in floats, so that the double-precision build has the same groups. */
    while (network->group_rows > LEAST_GROUP_ROWS && network->group_rows * largest * sizeof(float) > GROUP_BYTES)
        network->group_rows /= 2;
}

static bool allocate_parts(tcs_network *network, tcs_error *error) {
    size_t n_layers = 0;
    for (size_t b = 0; b < network->spec.n_branches; b++) {
        const size_t n = network->spec.branches[b].n_layers;
        n_layers += n;
        network->branches[b].steps = tcs_allocate(n + 1, sizeof(tcs_layer), error);
        if (!network->branches[b].steps)
            return false;
    }
    network->tensors = tcs_allocate(2 * n_layers + 1, sizeof *network->tensors, error);
    return network->tensors != NULL;
}

static bool check_input(const tcs_network_spec *spec, tcs_error *error) {
    const int rank = spec->input.rank;
    const size_t size = rank == 1 || rank == 3 ? bounded_product(spec->input.extent, rank) : 0;
    if (spec->n_branches < 1 || spec->n_branches > TCS_MAX_BRANCHES)
        tcs_error_add_at(error, TCS_BAD_SWEEP, spec->file, 0, 0, "%s: has %zu branches, but needs 1 to %d", spec->name,
                         spec->n_branches, TCS_MAX_BRANCHES);
    else if (size < 1 || size > MOST_NUMBERS)
        tcs_error_add_at(error, TCS_BAD_SWEEP, spec->file, 0, 0,
                         "%s: its input must be [features] or [channels, height, width], of at least one number", spec->name);
    else
        return true;
    return false;
}

tcs_status tcs_network_create(const tcs_network_spec *spec, tcs_network **out, tcs_error *error) {
    *out = NULL;
    if (!check_input(spec, error))
        return TCS_BAD_SWEEP;
    tcs_network *network = tcs_allocate(1, sizeof *network, error);
    if (!network)
        return TCS_OUT_OF_MEMORY;
    checker check = {.network = network, .error = error, .status = tcs_network_spec_copy(spec, &network->spec, error)};
    if (check.status == TCS_OK && !allocate_parts(network, error))
        check.status = TCS_OUT_OF_MEMORY;
    if (check.status == TCS_OK) {
        check_names(&check);
        for (size_t b = 0; b < spec->n_branches; b++)
            check_branch(&check, b);
        check_output(&check, spec->tc_branch, "Tc", 1);
        check_output(&check, spec->class_branch, "the class", 2);
        choose_group(network);
    }
    if (check.status == TCS_OK)
        *out = network;
    else
        tcs_network_free(network);
    return check.status;
}

void tcs_network_free(tcs_network *network) {
    if (!network)
        return;
    for (size_t b = 0; b < network->spec.n_branches; b++)
        free(network->branches[b].steps);
    free(network->tensors);
    tcs_network_spec_free(&network->spec);
    free(network);
}
