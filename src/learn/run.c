/* run.c: a whole run: stages one after the other, then the predictions of all rows and their scores. */
#include "learner.h"

#include <math.h>
#include <stdlib.h>

tcs_status learn_note_diverged(const learner *l, size_t stage, uint32_t epoch, const char *what, tcs_error *error) {
    l->out->has_diverged = true;
    l->out->diverged_stage = stage;
    l->out->diverged_epoch = epoch;
    return tcs_error_add(error, TCS_DIVERGED, "%s became NaN or infinite in epoch %lu of stage %s", what, (unsigned long)epoch,
                         l->model->stages[stage].name);
}

static tcs_status check_rows(const char *what, const uint32_t *rows, size_t n, size_t n_rows, tcs_error *error) {
    for (size_t i = 0; i < n; i++)
        if (rows[i] >= n_rows)
            return tcs_error_add(error, TCS_INTERNAL, "%s row %zu is row %lu of %zu", what, i + 1, (unsigned long)rows[i] + 1,
                                 n_rows);
    return TCS_OK;
}

static tcs_status check_data(const tcs_model *model, const tcs_learn_data *data, tcs_error *error) {
    if (data->n_train == 0)
        return tcs_error_add(error, TCS_BAD_DATA, "there are no rows to train on");
    if (data->n_train > UINT32_MAX || data->n_test > UINT32_MAX)
        return tcs_error_add(error, TCS_BAD_DATA, "there are more than 2^32 rows");
    if (!data->tc_kelvin || (model->learner == TCS_LEARNER_NETWORK && !data->features))
        return tcs_error_add(error, TCS_INTERNAL, "a learner was started without its data");
    tcs_status status = check_rows("training", data->train_rows, data->n_train, data->n_rows, error);
    return status == TCS_OK ? check_rows("test", data->test_rows, data->n_test, data->n_rows, error) : status;
}

/* ---- scores ---------------------------------------------------------------------------------------------------------- */

tcs_status learn_score(const tcs_learn_data *data, const float *train_tc, const float *train_probability, const float *test_tc,
                       const float *test_probability, tcs_result *out, tcs_error *error) {
    size_t most = data->n_train > data->n_test ? data->n_train : data->n_test;
    size_t *scratch = tcs_allocate(most, sizeof *scratch, error);
    double *tc_kelvin = tcs_allocate(most, sizeof *tc_kelvin, error);
    tcs_status status = scratch && tc_kelvin ? TCS_OK : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK) {
        for (size_t i = 0; i < data->n_train; i++)
            tc_kelvin[i] = data->tc_kelvin[data->train_rows[i]];
        tcs_metrics_compute(data->n_train, tc_kelvin, train_tc, train_probability, scratch, out->metrics[TCS_SET_TRAIN]);
        for (size_t i = 0; i < data->n_test; i++)
            tc_kelvin[i] = data->tc_kelvin[data->test_rows[i]];
        tcs_metrics_compute(data->n_test, tc_kelvin, test_tc, test_probability, scratch, out->metrics[TCS_SET_TEST]);
    }
    free(tc_kelvin);
    free(scratch);
    return status;
}

static bool all_finite(const float *values, size_t n) {
    for (size_t i = 0; values && i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* The last stage that changed what this output is computed from: trained branches follow each other, so that the first of them lies on
 * the path to the output if any does. */
static size_t last_stage_of(const tcs_model *model, size_t output_branch) {
    path p = learn_path_to(&model->network, output_branch);
    size_t last = 0;
    for (size_t s = 0; s < model->n_stages; s++)
        for (size_t i = 0; i < p.n; i++)
            if (model->stages[s].trained[0] == p.branch[i])
                last = s;
    return last;
}

/* A step can leave parameters from which no finite number comes without any loss having told it. */
static tcs_status check_predictions(const learner *l, size_t branch, const float *train, const float *test, tcs_error *error) {
    if (all_finite(train, l->data->n_train) && all_finite(test, l->data->n_test))
        return TCS_OK;
    size_t stage = last_stage_of(l->model, branch);
    return learn_note_diverged(l, stage, l->model->stages[stage].n_epochs, "a prediction", error);
}

static tcs_status predict_and_score(const learner *l, tcs_error *error) {
    const tcs_network_spec *spec = &l->model->network;
    const tcs_learn_data *data = l->data;
    tcs_result *out = l->out;
    bool has_tc = spec->tc_branch != TCS_NO_BRANCH, has_class = spec->class_branch != TCS_NO_BRANCH;
    float *train_tc = has_tc ? learn_allocate_floats(data->n_train, 1, error) : NULL;
    float *train_probability = has_class ? learn_allocate_floats(data->n_train, 1, error) : NULL;
    out->test_tc = has_tc ? learn_allocate_floats(data->n_test, 1, error) : NULL;
    out->test_probability = has_class ? learn_allocate_floats(data->n_test, 1, error) : NULL;
    tcs_status status = TCS_OK;
    if ((has_tc && (!train_tc || !out->test_tc)) || (has_class && (!train_probability || !out->test_probability)))
        status = TCS_OUT_OF_MEMORY;
    if (status == TCS_OK) {
        learn_predict(l, TCS_SET_TRAIN, train_tc, train_probability);
        learn_predict(l, TCS_SET_TEST, out->test_tc, out->test_probability);
        status = check_predictions(l, spec->tc_branch, train_tc, out->test_tc, error);
    }
    if (status == TCS_OK)
        status = check_predictions(l, spec->class_branch, train_probability, out->test_probability, error);
    if (status == TCS_OK)
        status = learn_score(data, train_tc, train_probability, out->test_tc, out->test_probability, out, error);
    free(train_tc);
    free(train_probability);
    return status;
}

/* ---- the run --------------------------------------------------------------------------------------------------------- */

static tcs_status start(learner *l, tcs_error *error) {
    tcs_status status = tcs_network_create(&l->model->network, &l->network, error);
    if (status != TCS_OK)
        return status;
    l->out->n_stages = l->model->n_stages;
    l->out->curves = tcs_allocate(l->model->n_stages, sizeof *l->out->curves, error);
    l->parameters = learn_allocate_floats(tcs_network_n_parameters(l->network), 1, error);
    l->chunk = learn_allocate_floats(CHUNK_ROWS, tcs_shape_size(&l->model->network.input), error);
    if (!l->out->curves || !l->parameters || !l->chunk)
        return TCS_OUT_OF_MEMORY;
    tcs_network_initialize(l->network, l->key, l->parameters);
    return tcs_workspace_create(l->network, CHUNK_ROWS, false, &l->evaluation, error);
}

/* What a diverged job keeps: where it happened, and the curves up to there. */
static void keep_only_curves(tcs_result *out) {
    free(out->test_tc);
    free(out->test_probability);
    out->test_tc = out->test_probability = NULL;
}

static tcs_status run_network(learner *l, tcs_error *error) {
    tcs_status status = start(l, error);
    for (uint32_t s = 0; status == TCS_OK && s < l->model->n_stages; s++)
        status = learn_train_stage(l, s, error);
    if (status == TCS_OK)
        status = predict_and_score(l, error);
    if (status == TCS_OK) {
        l->out->n_parameters = tcs_network_n_parameters(l->network);
        l->out->parameters = l->parameters;
        l->parameters = NULL;
    }
    if (status == TCS_DIVERGED)
        keep_only_curves(l->out);
    free(l->parameters);
    free(l->chunk);
    tcs_workspace_free(l->evaluation);
    tcs_network_free(l->network);
    return status;
}

tcs_status tcs_learn_run(const tcs_model *model, const tcs_learn_data *data, tcs_random_key key, const tcs_learn_hooks *hooks,
                         tcs_result *out, tcs_error *error) {
    *out = (tcs_result){.n_test = data->n_test};
    for (tcs_set set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            out->metrics[set][metric] = NAN;
    tcs_status status = tcs_model_check(model, error);
    if (status == TCS_OK)
        status = check_data(model, data, error);
    if (status == TCS_OK) {
        learner l = {.model = model, .data = data, .key = key, .hooks = hooks, .out = out};
        status = model->learner == TCS_LEARNER_MAJORITY ? learn_run_majority(data, out, error) : run_network(&l, error);
    }
    if (status != TCS_OK && status != TCS_DIVERGED)
        tcs_result_free(out);
    return status;
}
