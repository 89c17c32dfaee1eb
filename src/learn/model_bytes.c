/* model_bytes.c: a model as bytes for the trainers, and back. Writing and reading stand side by side, part for part. */
#include "tcsweep/learn.h"

#include <math.h>
#include <stdlib.h>

#include "bytes_read.h"
#include "paths.h"

static void put_text(tcs_buffer *out, const char *text) {
    tcs_buffer_add_u32(out, text != NULL);
    if (text)
        tcs_buffer_add_string(out, text);
}

static char *take_text(tcs_reader *reader) {
    return take_flag(reader) ? tcs_reader_take_string(reader) : NULL;
}

/* A branch index, or `none` (which is SIZE_MAX). */
static void put_branch(tcs_buffer *out, size_t branch) {
    tcs_buffer_add_u64(out, branch == SIZE_MAX ? UINT64_MAX : branch);
}

static size_t take_branch(tcs_reader *reader, size_t n_branches) {
    uint64_t branch = tcs_reader_take_u64(reader);
    if (branch == UINT64_MAX)
        return SIZE_MAX;
    if (branch >= n_branches)
        reader->failed = true;
    return reader->failed ? 0 : (size_t)branch;
}

/* ---- layers and branches --------------------------------------------------------------------------------------------- */

static void put_layer(tcs_buffer *out, const tcs_layer_spec *layer) {
    tcs_buffer_add_string(out, tcs_layer_type_name(layer->type));
    for (size_t i = 0; i < tcs_layer_type_n_options(layer->type); i++)
        tcs_buffer_add_f64(out, layer->option[i]);
    tcs_buffer_add_u64(out, layer->line);
    tcs_buffer_add_u64(out, layer->column);
}

static void take_layer(tcs_reader *reader, tcs_layer_spec *layer) {
    char *name = tcs_reader_take_string(reader);
    layer->type = name ? tcs_layer_type_find(name) : NULL;
    free(name);
    if (!layer->type) {
        reader->failed = true;
        return;
    }
    for (size_t i = 0; i < tcs_layer_type_n_options(layer->type); i++) {
        const tcs_layer_option *option = tcs_layer_type_option(layer->type, i);
        double value = tcs_reader_take_f64(reader);
        /* A fallback may lie outside the range that a user may write ("0: as kernel"). */
        bool is_in_range = (value >= option->minimum && value <= option->maximum) || value == option->fallback;
        if (!is_in_range || (option->is_integer && value != floor(value)))
            reader->failed = true;
        layer->option[i] = value;
    }
    layer->line = (size_t)tcs_reader_take_bounded(reader, SIZE_MAX);
    layer->column = (size_t)tcs_reader_take_bounded(reader, SIZE_MAX);
}

static void put_network(tcs_buffer *out, const tcs_network_spec *spec) {
    put_text(out, spec->name);
    put_text(out, spec->file);
    tcs_buffer_add_u32(out, (uint32_t)spec->input.rank);
    for (size_t i = 0; i < TCS_SHAPE_MAX_RANK; i++)
        tcs_buffer_add_u64(out, spec->input.extent[i]);
    tcs_buffer_add_u64(out, spec->n_branches);
    for (size_t b = 0; b < spec->n_branches; b++) {
        put_text(out, spec->branches[b].name);
        put_branch(out, spec->branches[b].from);
        tcs_buffer_add_u64(out, spec->branches[b].n_layers);
        for (size_t i = 0; i < spec->branches[b].n_layers; i++)
            put_layer(out, &spec->branches[b].layers[i]);
    }
    put_branch(out, spec->tc_branch);
    put_branch(out, spec->class_branch);
}

/* The least that a layer takes: length of its name, line and column. */
#define LAYER_LEAST_BYTES 20

static tcs_status take_network(tcs_reader *reader, tcs_network_spec *spec, tcs_error *error) {
    spec->name = take_text(reader);
    spec->file = take_text(reader);
    spec->input.rank = (int)take_below(reader, TCS_SHAPE_MAX_RANK + 1);
    for (size_t i = 0; i < TCS_SHAPE_MAX_RANK; i++)
        spec->input.extent[i] = (size_t)tcs_reader_take_bounded(reader, UINT32_MAX);
    size_t n_branches = (size_t)tcs_reader_take_bounded(reader, TCS_MAX_BRANCHES);
    spec->branches = tcs_allocate(n_branches, sizeof *spec->branches, error);
    if (!spec->branches)
        return TCS_OUT_OF_MEMORY;
    spec->n_branches = n_branches;
    for (size_t b = 0; b < n_branches && !reader->failed; b++) {
        tcs_branch_spec *branch = &spec->branches[b];
        branch->name = take_text(reader);
        branch->from = take_branch(reader, b);
        size_t n_layers = take_count(reader, LAYER_LEAST_BYTES);
        branch->layers = tcs_allocate(n_layers, sizeof *branch->layers, error);
        if (!branch->layers)
            return TCS_OUT_OF_MEMORY;
        branch->n_layers = n_layers;
        for (size_t i = 0; i < n_layers && !reader->failed; i++)
            take_layer(reader, &branch->layers[i]);
    }
    spec->tc_branch = take_branch(reader, n_branches);
    spec->class_branch = take_branch(reader, n_branches);
    return TCS_OK;
}

/* ---- stages ---------------------------------------------------------------------------------------------------------- */

static void put_stage(tcs_buffer *out, const tcs_stage *stage) {
    put_text(out, stage->name);
    tcs_buffer_add_u64(out, stage->n_trained);
    for (size_t i = 0; i < stage->n_trained && i < TCS_MAX_BRANCHES; i++)
        put_branch(out, stage->trained[i]);
    put_branch(out, stage->output_branch);
    tcs_buffer_add_u32(out, (uint32_t)stage->target);
    tcs_buffer_add_u32(out, (uint32_t)stage->loss.kind);
    tcs_buffer_add_u32(out, (uint32_t)stage->loss.reduction);
    tcs_buffer_add_u32(out, stage->n_epochs);
    tcs_buffer_add_u32(out, stage->batch);
    tcs_buffer_add_u32(out, (uint32_t)stage->optimizer.kind);
    tcs_buffer_add_f64(out, stage->optimizer.beta1);
    tcs_buffer_add_f64(out, stage->optimizer.beta2);
    tcs_buffer_add_f64(out, stage->optimizer.epsilon);
    tcs_buffer_add_f64(out, stage->learning_rate);
    tcs_buffer_add_u64(out, stage->n_rate_steps);
    for (size_t i = 0; i < stage->n_rate_steps; i++) {
        tcs_buffer_add_u32(out, stage->rate_steps[i].from_epoch);
        tcs_buffer_add_f64(out, stage->rate_steps[i].factor);
    }
}

#define RATE_STEP_BYTES 12
/* The least that a stage takes: its numbers without name, trained branches and changes of the rate. */
#define STAGE_LEAST_BYTES 80

static tcs_status take_stage(tcs_reader *reader, size_t n_branches, tcs_stage *stage, tcs_error *error) {
    stage->name = take_text(reader);
    stage->n_trained = (size_t)tcs_reader_take_bounded(reader, TCS_MAX_BRANCHES);
    for (size_t i = 0; i < stage->n_trained; i++)
        stage->trained[i] = take_branch(reader, n_branches);
    stage->output_branch = take_branch(reader, n_branches);
    stage->target = (tcs_target)take_below(reader, TCS_TARGET_CLASS + 1);
    stage->loss.kind = (tcs_loss_kind)take_below(reader, TCS_LOSS_SQUARED_ERROR + 1);
    stage->loss.reduction = (tcs_reduction)take_below(reader, TCS_REDUCE_MEAN + 1);
    stage->n_epochs = tcs_reader_take_u32(reader);
    stage->batch = tcs_reader_take_u32(reader);
    stage->optimizer.kind = (tcs_optimizer_kind)take_below(reader, TCS_OPTIMIZER_ADAM + 1);
    stage->optimizer.beta1 = tcs_reader_take_f64(reader);
    stage->optimizer.beta2 = tcs_reader_take_f64(reader);
    stage->optimizer.epsilon = tcs_reader_take_f64(reader);
    stage->learning_rate = tcs_reader_take_f64(reader);
    size_t n_rate_steps = take_count(reader, RATE_STEP_BYTES);
    stage->rate_steps = tcs_allocate(n_rate_steps, sizeof *stage->rate_steps, error);
    if (!stage->rate_steps)
        return TCS_OUT_OF_MEMORY;
    stage->n_rate_steps = n_rate_steps;
    for (size_t i = 0; i < n_rate_steps; i++) {
        stage->rate_steps[i].from_epoch = tcs_reader_take_u32(reader);
        stage->rate_steps[i].factor = tcs_reader_take_f64(reader);
    }
    return TCS_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

void tcs_model_encode(const tcs_model *model, tcs_buffer *out) {
    tcs_buffer_add_u32(out, (uint32_t)model->learner);
    tcs_buffer_add_u32(out, model->curve_every);
    put_text(out, model->feature);
    if (model->learner != TCS_LEARNER_NETWORK)
        return;
    put_network(out, &model->network);
    tcs_buffer_add_u64(out, model->n_stages);
    for (size_t s = 0; s < model->n_stages; s++)
        put_stage(out, &model->stages[s]);
}

static tcs_status take_stages(tcs_reader *reader, tcs_model *out, tcs_error *error) {
    size_t n_stages = take_count(reader, STAGE_LEAST_BYTES);
    if (n_stages > TCS_MAX_STAGES) {
        reader->failed = true;
        return TCS_OK;
    }
    out->stages = tcs_allocate(n_stages, sizeof *out->stages, error);
    if (!out->stages)
        return TCS_OUT_OF_MEMORY;
    out->n_stages = n_stages;
    tcs_status status = TCS_OK;
    for (size_t s = 0; s < n_stages && !reader->failed && status == TCS_OK; s++)
        status = take_stage(reader, out->network.n_branches, &out->stages[s], error);
    return status;
}

static tcs_status take_model(tcs_reader *reader, tcs_model *out, tcs_error *error) {
    out->learner = (tcs_learner_kind)take_below(reader, TCS_LEARNER_MAJORITY + 1);
    out->curve_every = tcs_reader_take_u32(reader);
    out->feature_copy = take_text(reader);
    out->feature = out->feature_copy;
    tcs_status status = TCS_OK;
    if (!reader->failed && out->learner == TCS_LEARNER_NETWORK)
        status = take_network(reader, &out->network, error);
    if (status == TCS_OK && !reader->failed && out->learner == TCS_LEARNER_NETWORK)
        status = take_stages(reader, out, error);
    if (status == TCS_OK && reader->failed)
        status = tcs_error_add(error, TCS_INTERNAL, "a model on its way to a trainer is damaged near byte %zu of %zu",
                               reader->position, reader->length);
    return status;
}

tcs_status tcs_model_decode(tcs_reader *reader, tcs_model *out, tcs_error *error) {
    *out = (tcs_model){0};
    tcs_status status = take_model(reader, out, error);
    if (status == TCS_OK)
        status = tcs_model_check(out, error);
    if (status != TCS_OK)
        tcs_model_free(out);
    return status;
}
