/* stage.c: the training of one stage: epochs of steps, each forward, loss, backward, update; curves along the way. */
#include "learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything a stage needs, allocated before its first epoch. */
typedef struct stage_run {
    learner *l;
    const tcs_stage *stage;
    uint32_t index;
    path way;        /* from the input to the stage's output */
    size_t n_frozen; /* branches of the way that are not trained: the first ones */
    size_t first;    /* place on the way of the first branch computed for every batch: n_frozen where outputs are kept, else 0 */
    size_t width;    /* outputs a row */
    size_t batch, n_steps;
    float *kept[TCS_N_SETS];       /* what the frozen branches yield, or NULL */
    row_source source[TCS_N_SETS]; /* what the branch at `first` reads */
    bool needed[TCS_MAX_BRANCHES]; /* the way from `first` on */
    float *target[TCS_N_SETS];     /* [n × width] */
    uint32_t *order;               /* [n_train]: this epoch's order of the training rows */
    float *input;                  /* [batch × source width] */
    float *batch_target;           /* [batch × width] */
    float *output_gradient;        /* [batch × width] */
    tcs_real *gradient;            /* [n_parameters] */
    tcs_optimizer *optimizer;
    tcs_workspace *workspace;
} stage_run;

/* ---- before the first epoch ------------------------------------------------------------------------------------------ */

static const uint32_t *set_rows(const tcs_learn_data *data, tcs_set set) {
    return set == TCS_SET_TRAIN ? data->train_rows : data->test_rows;
}

/* What the frozen branches yield for a set, which takes the place of its features. */
static tcs_status keep_frozen(stage_run *run, tcs_set set, tcs_error *error) {
    bool frozen[TCS_MAX_BRANCHES] = {false};
    for (size_t i = 0; i < run->n_frozen; i++)
        frozen[run->way.branch[i]] = true;
    size_t last = run->way.branch[run->n_frozen - 1];
    tcs_shape shape = tcs_network_branch_output(run->l->network, last);
    row_source *source = &run->source[set];
    row_source kept = {.width = tcs_shape_size(&shape), .n = source->n, .after = last};
    run->kept[set] = learn_allocate_floats(kept.n, kept.width, error);
    if (!run->kept[set])
        return TCS_OUT_OF_MEMORY;
    learn_compute_outputs(run->l, source, frozen, last, run->kept[set]);
    kept.values = run->kept[set];
    *source = kept;
    return TCS_OK;
}

static tcs_status make_targets(stage_run *run, tcs_set set, tcs_error *error) {
    const tcs_learn_data *data = run->l->data;
    size_t n = run->source[set].n;
    float *target = run->target[set] = learn_allocate_floats(n, run->width, error);
    if (!target)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++) {
        double tc_kelvin = data->tc_kelvin[set_rows(data, set)[i]];
        if (run->stage->target == TCS_TARGET_TC) {
            target[i] = (float)tc_kelvin;
        } else {
            target[2 * i] = tc_kelvin > 0 ? 0 : 1;
            target[2 * i + 1] = tc_kelvin > 0 ? 1 : 0;
        }
    }
    return TCS_OK;
}

static tcs_status allocate_batch(stage_run *run, tcs_error *error) {
    size_t n_parameters = tcs_network_n_parameters(run->l->network);
    run->order = tcs_allocate(run->l->data->n_train, sizeof *run->order, error);
    run->input = learn_allocate_floats(run->batch, run->source[TCS_SET_TRAIN].width, error);
    run->batch_target = learn_allocate_floats(run->batch, run->width, error);
    run->output_gradient = learn_allocate_floats(run->batch, run->width, error);
    run->gradient = learn_allocate_floats(n_parameters, 1, error);
    if (!run->order || !run->input || !run->batch_target || !run->output_gradient || !run->gradient)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = tcs_optimizer_create(&run->stage->optimizer, n_parameters, &run->optimizer, error);
    if (status != TCS_OK)
        return status;
    return tcs_workspace_create(run->l->network, run->batch, true, &run->workspace, error);
}

static tcs_status allocate_curves(stage_run *run, tcs_error *error) {
    struct tcs_result_curves *curves = &run->l->out->curves[run->index];
    size_t n = tcs_curve_n_recorded(run->stage->n_epochs, run->l->model->curve_every);
    if (n == 0)
        return TCS_OK;
    curves->values = tcs_allocate(n, TCS_N_SETS * TCS_N_CURVES * sizeof(double), error);
    return curves->values ? TCS_OK : TCS_OUT_OF_MEMORY;
}

static tcs_status prepare(stage_run *run, tcs_error *error) {
    learner *l = run->l;
    const tcs_learn_data *data = l->data;
    run->way = learn_path_to(&l->model->network, run->stage->output_branch);
    run->n_frozen = learn_stage_n_frozen(&l->model->network, run->stage);
    run->width = run->stage->target == TCS_TARGET_TC ? 1 : 2;
    run->batch = learn_stage_batch(run->stage, data->n_train);
    run->n_steps = learn_stage_n_steps(run->stage, data->n_train);
    if ((uint64_t)run->n_steps * run->stage->n_epochs > UINT32_MAX)
        return tcs_error_add(error, TCS_BAD_SWEEP,
                             "stage %s: %zu steps an epoch for %lu epochs are more than the 2^32 steps possible", run->stage->name,
                             run->n_steps, (unsigned long)run->stage->n_epochs);
    bool keeps = learn_stage_keeps_frozen(l->network, l->model, run->stage, data->n_train, data->n_test);
    run->first = keeps ? run->n_frozen : 0;
    for (size_t i = run->first; i < run->way.n; i++)
        run->needed[run->way.branch[i]] = true;
    tcs_status status = TCS_OK;
    for (tcs_set set = 0; set < TCS_N_SETS && status == TCS_OK; set++) {
        if (set == TCS_SET_TEST && l->model->curve_every == 0)
            break;
        run->source[set] = learn_source_of_features(l, set);
        if (keeps)
            status = keep_frozen(run, set, error);
        if (status == TCS_OK)
            status = make_targets(run, set, error);
    }
    if (status == TCS_OK)
        status = allocate_batch(run, error);
    return status == TCS_OK ? allocate_curves(run, error) : status;
}

static void release(stage_run *run) {
    for (tcs_set set = 0; set < TCS_N_SETS; set++) {
        free(run->kept[set]);
        free(run->target[set]);
    }
    free(run->order);
    free(run->input);
    free(run->batch_target);
    free(run->output_gradient);
    free(run->gradient);
    tcs_optimizer_free(run->optimizer);
    tcs_workspace_free(run->workspace);
}

/* ---- steps and epochs ------------------------------------------------------------------------------------------------ */

static void gather_batch(stage_run *run, const uint32_t *order) {
    const row_source *source = &run->source[TCS_SET_TRAIN];
    for (size_t i = 0; i < run->batch; i++) {
        size_t row = source->row ? source->row[order[i]] : order[i];
        memcpy(run->input + i * source->width, source->values + row * source->width, source->width * sizeof(float));
        memcpy(run->batch_target + i * run->width, run->target[TCS_SET_TRAIN] + order[i] * run->width, run->width * sizeof(float));
    }
}

/* From the output's gradient back to the first trained branch; each is updated as soon as its gradient is there. */
static void backward(stage_run *run, double rate) {
    learner *l = run->l;
    tcs_real *gradient = run->output_gradient;
    tcs_optimizer_begin_step(run->optimizer);
    for (size_t i = run->way.n; i-- > run->n_frozen;) {
        size_t branch = run->way.branch[i], offset, n;
        gradient =
            tcs_network_backward(l->network, run->workspace, branch, l->parameters, gradient, run->gradient, i > run->n_frozen);
        tcs_network_branch_parameters(l->network, branch, &offset, &n);
        tcs_optimizer_update(run->optimizer, rate, offset, n, run->gradient, l->parameters);
    }
}

/* One step on the training rows order[0 … batch − 1]. Returns the loss before it; where that is not finite, nothing was updated. */
static double train_step(stage_run *run, const uint32_t *order, uint32_t step, double rate) {
    learner *l = run->l;
    const tcs_dropout dropout = {.key = l->key, .stage = run->index, .step = step};
    gather_batch(run, order);
    const tcs_real *output = run->input;
    for (size_t i = run->first; i < run->way.n; i++)
        output = tcs_network_forward(l->network, run->workspace, run->way.branch[i], l->parameters, output, run->batch,
                                     i < run->n_frozen ? NULL : &dropout);
    double loss = tcs_loss_compute(&run->stage->loss, run->batch, run->width, output, run->batch_target, run->output_gradient);
    if (isfinite(loss))
        backward(run, rate);
    return loss;
}

static double rate_in(const tcs_stage *stage, uint32_t epoch) {
    double factor = 1;
    for (size_t i = 0; i < stage->n_rate_steps && stage->rate_steps[i].from_epoch <= epoch; i++)
        factor = stage->rate_steps[i].factor;
    return stage->learning_rate * factor;
}

static tcs_status train_epoch(stage_run *run, uint32_t epoch, tcs_error *error) {
    size_t n_train = run->l->data->n_train;
    for (size_t i = 0; i < n_train; i++)
        run->order[i] = (uint32_t)i;
    tcs_random_stream stream = tcs_random_stream_start(run->l->key, TCS_RANDOM_SHUFFLE, run->index, epoch);
    tcs_random_permute(&stream, run->order, n_train);
    double rate = rate_in(run->stage, epoch);
    for (size_t i = 0; i < run->n_steps; i++) {
        uint32_t step = (uint32_t)(epoch * run->n_steps + i);
        if (!isfinite(train_step(run, run->order + i * run->batch, step, rate)))
            return learn_note_diverged(run->l, run->index, epoch + 1, "the loss of a step", error);
    }
    return TCS_OK;
}

/* ---- curves ---------------------------------------------------------------------------------------------------------- */

/* Where the values of one set and curve start, among n_records each. */
static double *curve_of(double *values, tcs_set set, size_t curve, size_t n_records) {
    return values + ((size_t)set * TCS_N_CURVES + curve) * n_records;
}

static tcs_status record(stage_run *run, uint32_t n_done, tcs_error *error) {
    learner *l = run->l;
    uint32_t every = l->model->curve_every;
    if (every == 0 || (n_done % every != 0 && n_done != run->stage->n_epochs))
        return TCS_OK;
    struct tcs_result_curves *curves = &l->out->curves[run->index];
    size_t n_records = tcs_curve_n_recorded(run->stage->n_epochs, every);
    for (tcs_set set = 0; set < TCS_N_SETS; set++) {
        double values[TCS_N_CURVES];
        learn_evaluate_stage(l, run->stage, &run->source[set], run->needed, run->target[set], set_rows(l->data, set), values);
        if (run->source[set].n > 0 && !isfinite(values[0]))
            return learn_note_diverged(l, run->index, n_done,
                                       set == TCS_SET_TRAIN ? "the loss on the training rows" : "the loss on the test rows", error);
        for (size_t curve = 0; curve < TCS_N_CURVES; curve++)
            curve_of(curves->values, set, curve, n_records)[curves->n_recorded] = values[curve];
    }
    curves->n_recorded++;
    return TCS_OK;
}

/* Closes the gaps that records never made have left between the curves. */
static void shorten_curves(const stage_run *run) {
    struct tcs_result_curves *curves = &run->l->out->curves[run->index];
    size_t n_records = tcs_curve_n_recorded(run->stage->n_epochs, run->l->model->curve_every);
    if (!curves->values || curves->n_recorded == n_records)
        return;
    for (tcs_set set = 0; set < TCS_N_SETS; set++)
        for (size_t curve = 0; curve < TCS_N_CURVES; curve++)
            memmove(curve_of(curves->values, set, curve, curves->n_recorded), curve_of(curves->values, set, curve, n_records),
                    curves->n_recorded * sizeof(double));
    if (curves->n_recorded == 0) {
        free(curves->values);
        curves->values = NULL;
    }
}

/* ---- the stage ------------------------------------------------------------------------------------------------------- */

static uint32_t n_epochs_of_all(const tcs_model *model) {
    uint32_t n = 0;
    for (size_t s = 0; s < model->n_stages; s++)
        n += model->stages[s].n_epochs;
    return n;
}

static tcs_status tell_progress(learner *l, tcs_error *error) {
    l->n_epochs_done++;
    if (!l->hooks || !l->hooks->progress)
        return TCS_OK;
    if (!l->hooks->progress(l->hooks->context, l->n_epochs_done, n_epochs_of_all(l->model)))
        return TCS_OK;
    return tcs_error_add(error, TCS_CANCELLED, "training was asked to stop after %lu epochs", (unsigned long)l->n_epochs_done);
}

tcs_status learn_train_stage(learner *l, uint32_t index, tcs_error *error) {
    stage_run run = {.l = l, .stage = &l->model->stages[index], .index = index};
    tcs_status status = prepare(&run, error);
    for (uint32_t epoch = 0; status == TCS_OK && epoch < run.stage->n_epochs; epoch++) {
        status = train_epoch(&run, epoch, error);
        if (status == TCS_OK)
            status = record(&run, epoch + 1, error);
        if (status == TCS_OK)
            status = tell_progress(l, error);
    }
    shorten_curves(&run);
    release(&run);
    return status;
}
