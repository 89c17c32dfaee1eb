/* workspace.c: where activations, gradients and scratch memory stand, and how rows go through a branch, forward and backward.
 *
 * With gradients every step of every branch has a place for its output of all rows. Without, the outputs of a group of rows take turns in
 * two places, and only the branch's own output is kept for all rows.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "tcsweep/bytes.h"

#define ALIGNMENT 64

/* Offsets of a step's memory in the block, in bytes. */
typedef struct step_memory {
    size_t output, prepared, saved;
    size_t saved_stride; /* from one group's to the next; 0: all groups share one */
} step_memory;

typedef struct branch_memory {
    step_memory *steps;
    size_t input_gradient;
    /* The last forward. */
    const tcs_real *input;
    size_t n_rows;
    bool has_dropout;
    tcs_dropout dropout;
} branch_memory;

struct tcs_workspace {
    const tcs_network *network;
    size_t max_rows;
    bool with_gradients;
    size_t scratch, turns[2]; /* offsets */
    size_t n_bytes;
    void *allocation;
    unsigned char *block;
    branch_memory branches[TCS_MAX_BRANCHES];
};

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t most(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t take(size_t *n_bytes, size_t size_bytes) {
    const size_t offset = *n_bytes;
    *n_bytes += (size_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return offset;
}

static size_t real_bytes(size_t n_rows, const tcs_shape *shape) {
    return n_rows * tcs_shape_size(shape) * sizeof(tcs_real);
}

/* Places what step s of a branch needs for itself, and widens *turn and *scratch to what it needs of the shared places. */
static void place_step(const tcs_network *network, size_t b, size_t s, size_t max_rows, bool with_gradients, step_memory *memory,
                       size_t *turn, size_t *scratch, size_t *n_bytes) {
    const tcs_branch *branch = &network->branches[b];
    const tcs_layer *layer = &branch->steps[s];
    const tcs_layer_type *type = layer->type;
    const size_t group = least(network->group_rows, max_rows), n_groups = (max_rows + group - 1) / group;
    const bool keeps_output = with_gradients || s + 1 == branch->n_steps;
    const size_t saved = type->saved_bytes ? type->saved_bytes(layer, group) : 0;
    memory->output = keeps_output ? take(n_bytes, real_bytes(max_rows, &layer->output)) : 0;
    memory->prepared = take(n_bytes, (type->n_prepared ? type->n_prepared(layer) : 0) * sizeof(tcs_real));
    memory->saved_stride = with_gradients ? (saved + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : 0;
    memory->saved = take(n_bytes, with_gradients ? n_groups * memory->saved_stride : saved);
    *turn = most(*turn, most(real_bytes(group, &layer->input), real_bytes(group, &layer->output)));
    *scratch = most(*scratch, (type->n_scratch ? type->n_scratch(layer, group) : 0) * sizeof(tcs_real));
}

/* Fills the offsets; steps' memory only where `branches` is not NULL. Returns the bytes of the whole block. */
static size_t place(const tcs_network *network, size_t max_rows, bool with_gradients, branch_memory *branches, size_t *scratch_at,
                    size_t turns[2]) {
    size_t n_bytes = 0, turn = 0, scratch = 0;
    for (size_t b = 0; b < network->spec.n_branches; b++) {
        for (size_t s = 0; s < network->branches[b].n_steps; s++) {
            step_memory memory;
            place_step(network, b, s, max_rows, with_gradients, &memory, &turn, &scratch, &n_bytes);
            if (branches)
                branches[b].steps[s] = memory;
        }
        const size_t input_gradient = take(&n_bytes, with_gradients ? real_bytes(max_rows, &network->branches[b].input) : 0);
        if (branches)
            branches[b].input_gradient = input_gradient;
    }
    *scratch_at = take(&n_bytes, scratch);
    turns[0] = take(&n_bytes, turn);
    turns[1] = take(&n_bytes, turn);
    return n_bytes;
}

size_t tcs_network_workspace_bytes(const tcs_network *network, size_t n_rows, bool with_gradients) {
    size_t scratch, turns[2];
    return place(network, n_rows ? n_rows : 1, with_gradients, NULL, &scratch, turns) + ALIGNMENT + sizeof(tcs_workspace);
}

tcs_status tcs_workspace_create(const tcs_network *network, size_t max_rows, bool with_gradients, tcs_workspace **out,
                                tcs_error *error) {
    *out = NULL;
    tcs_workspace *workspace = tcs_allocate(1, sizeof *workspace, error);
    if (!workspace)
        return TCS_OUT_OF_MEMORY;
    workspace->network = network;
    workspace->max_rows = max_rows ? max_rows : 1;
    workspace->with_gradients = with_gradients;
    bool is_good = true;
    for (size_t b = 0; is_good && b < network->spec.n_branches; b++) {
        workspace->branches[b].steps = tcs_allocate(network->branches[b].n_steps, sizeof(step_memory), error);
        is_good = workspace->branches[b].steps != NULL;
    }
    if (is_good) {
        workspace->n_bytes =
            place(network, workspace->max_rows, with_gradients, workspace->branches, &workspace->scratch, workspace->turns);
        workspace->allocation = tcs_allocate(workspace->n_bytes + ALIGNMENT, 1, error);
        is_good = workspace->allocation != NULL;
    }
    if (!is_good) {
        tcs_workspace_free(workspace);
        return TCS_OUT_OF_MEMORY;
    }
    workspace->block = (unsigned char *)(((uintptr_t)workspace->allocation + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    *out = workspace;
    return TCS_OK;
}

void tcs_workspace_free(tcs_workspace *workspace) {
    if (!workspace)
        return;
    for (size_t b = 0; b < TCS_MAX_BRANCHES; b++)
        free(workspace->branches[b].steps);
    free(workspace->allocation);
    free(workspace);
}

static tcs_real *reals_at(const tcs_workspace *workspace, size_t offset) {
    return (tcs_real *)(void *)(workspace->block + offset);
}

/* Whether a step only passes its input on in this pass: dropout in evaluation, unless its output is the branch's. */
static bool is_skipped(const tcs_workspace *workspace, size_t b, size_t s) {
    const tcs_branch *branch = &workspace->network->branches[b];
    return branch->steps[s].type->only_trains && !workspace->branches[b].has_dropout && s + 1 < branch->n_steps;
}

/* Where step s leaves the group that begins with first_row. */
static tcs_real *output_of(const tcs_workspace *workspace, size_t b, size_t s, size_t first_row) {
    const tcs_branch *branch = &workspace->network->branches[b];
    if (!workspace->with_gradients && s + 1 < branch->n_steps) {
        size_t turn = 0;
        for (size_t before = 0; before < s; before++)
            turn += !is_skipped(workspace, b, before);
        return reals_at(workspace, workspace->turns[turn % 2]);
    }
    return reals_at(workspace, workspace->branches[b].steps[s].output) + first_row * tcs_shape_size(&branch->steps[s].output);
}

/* What step s reads: the output of the last step before it that was not skipped, or the branch's input. */
static const tcs_real *input_of(const tcs_workspace *workspace, size_t b, size_t s, size_t first_row) {
    while (s && is_skipped(workspace, b, s - 1))
        s--;
    return s ? output_of(workspace, b, s - 1, first_row)
             : workspace->branches[b].input + first_row * tcs_shape_size(&workspace->network->branches[b].input);
}

/* The part of a pass that is the same forward and backward. */
static tcs_pass pass_for(const tcs_workspace *workspace, size_t b, size_t s, size_t first_row, const tcs_real *parameters) {
    const branch_memory *memory = &workspace->branches[b];
    const size_t group = workspace->network->group_rows;
    return (tcs_pass){
        .layer = &workspace->network->branches[b].steps[s],
        .n_rows = least(group, memory->n_rows - first_row),
        .first_row = first_row,
        .parameters = parameters,
        .input = input_of(workspace, b, s, first_row),
        .output = output_of(workspace, b, s, first_row),
        .prepared = reals_at(workspace, memory->steps[s].prepared),
        .saved = workspace->block + memory->steps[s].saved + first_row / group * memory->steps[s].saved_stride,
        .scratch = reals_at(workspace, workspace->scratch),
        .dropout = memory->has_dropout ? &memory->dropout : NULL,
    };
}

const tcs_real *tcs_network_forward(const tcs_network *network, tcs_workspace *workspace, size_t branch, const tcs_real *parameters,
                                    const tcs_real *input, size_t n_rows, const tcs_dropout *dropout) {
    branch_memory *memory = &workspace->branches[branch];
    const size_t n_steps = network->branches[branch].n_steps;
    memory->input = input;
    memory->n_rows = least(n_rows, workspace->max_rows);
    memory->has_dropout = dropout != NULL;
    memory->dropout = dropout ? *dropout : (tcs_dropout){0};
    for (size_t s = 0; s < n_steps; s++)
        if (network->branches[branch].steps[s].type->prepare) {
            const tcs_pass pass = pass_for(workspace, branch, s, 0, parameters);
            pass.layer->type->prepare(&pass);
        }
    for (size_t row = 0; row < memory->n_rows; row += network->group_rows)
        for (size_t s = 0; s < n_steps; s++)
            if (!is_skipped(workspace, branch, s)) {
                const tcs_pass pass = pass_for(workspace, branch, s, row, parameters);
                pass.layer->type->forward(&pass);
            }
    return output_of(workspace, branch, n_steps - 1, 0);
}

/* One group of rows backward through a branch. `into` takes the gradient of the branch's input; NULL: not wanted. */
static void group_backward(const tcs_workspace *workspace, size_t b, size_t first_row, const tcs_real *parameters,
                           tcs_real *output_gradient, tcs_real *gradient, tcs_real *into) {
    const tcs_branch *branch = &workspace->network->branches[b];
    size_t first_step = 0;
    while (is_skipped(workspace, b, first_step))
        first_step++;
    size_t turn = 0;
    for (size_t s = branch->n_steps; s-- > first_step;) {
        if (is_skipped(workspace, b, s))
            continue;
        tcs_pass pass = pass_for(workspace, b, s, first_row, parameters);
        pass.output_gradient = output_gradient;
        pass.input_gradient = s > first_step ? reals_at(workspace, workspace->turns[turn]) : into;
        pass.gradient = gradient;
        pass.add = first_row > 0;
        pass.layer->type->backward(&pass);
        output_gradient = pass.input_gradient;
        turn = 1 - turn;
    }
}

tcs_real *tcs_network_backward(const tcs_network *network, tcs_workspace *workspace, size_t branch, const tcs_real *parameters,
                               tcs_real *output_gradient, tcs_real *gradient, bool want_input_gradient) {
    const branch_memory *memory = &workspace->branches[branch];
    const size_t in_size = tcs_shape_size(&network->branches[branch].input);
    const size_t out_size = tcs_shape_size(&network->branches[branch].output);
    tcs_real *input_gradient = want_input_gradient ? reals_at(workspace, memory->input_gradient) : NULL;
    for (size_t row = 0; row < memory->n_rows; row += network->group_rows)
        group_backward(workspace, branch, row, parameters, output_gradient + row * out_size, gradient,
                       input_gradient ? input_gradient + row * in_size : NULL);
    return input_gradient;
}
