#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

struct run_sink {
    const run_plan *plan;
    const run_layout *layout;
    tcs_store *store;
    display display;
    size_t n_splits;
    struct tcs_store_record_curves *curves; /* [most stages] */
    double **spread;                        /* [most stages]: curves over the layout's epochs */
};

/* ---- making ------------------------------------------------------------------------------------------------------------- */

static size_t spread_size(const tcs_store_stage *stage) {
    return TCS_N_SETS * stage->n_curves * stage->n_epochs;
}

tcs_status sink_create(const run_plan *plan, const run_layout *layout, tcs_store *store, bool is_quiet, run_sink **out,
                       tcs_error *error) {
    run_sink *sink = *out = tcs_allocate(1, sizeof *sink, error);
    if (!sink)
        return TCS_OUT_OF_MEMORY;
    *sink = (run_sink){.plan = plan, .layout = layout, .store = store, .n_splits = plan->study.splits.n_splits};
    sink->display = display_start(is_quiet);
    size_t largest = 0;
    for (size_t i = 0; i < layout->layout.n_stages; i++)
        largest = spread_size(&layout->layout.stages[i]) > largest ? spread_size(&layout->layout.stages[i]) : largest;
    sink->curves = tcs_allocate(layout->most_stages, sizeof *sink->curves, error);
    sink->spread = tcs_allocate(layout->most_stages, sizeof *sink->spread, error);
    bool is_complete = sink->curves && sink->spread;
    for (size_t i = 0; is_complete && i < layout->most_stages; i++)
        is_complete = (sink->spread[i] = tcs_allocate(largest, sizeof **sink->spread, error)) != NULL;
    if (is_complete)
        return TCS_OK;
    sink_free(sink);
    *out = NULL;
    return TCS_OUT_OF_MEMORY;
}

void sink_free(run_sink *sink) {
    if (!sink)
        return;
    for (size_t i = 0; sink->spread && i < sink->layout->most_stages; i++)
        free(sink->spread[i]);
    free(sink->spread);
    free(sink->curves);
    free(sink);
}

/* ---- recording ---------------------------------------------------------------------------------------------------------- */

/* A configuration's records onto the epochs of the layout, which are the union of all configurations'. */
static void spread_curves(const tcs_model *model, size_t stage_index, const struct tcs_result_curves *from,
                          const tcs_store_stage *stage, double *to) {
    for (size_t i = 0; i < spread_size(stage); i++)
        to[i] = NAN;
    uint32_t n_epochs = model->stages[stage_index].n_epochs;
    size_t place = 0;
    for (size_t i = 0; i < from->n_recorded; i++) {
        uint32_t epoch = tcs_curve_epoch(n_epochs, model->curve_every, i);
        while (place < stage->n_epochs && stage->epochs[place] < epoch)
            place++;
        if (place == stage->n_epochs)
            return;
        for (size_t curve = 0; curve < TCS_N_SETS * stage->n_curves; curve++)
            to[curve * stage->n_epochs + place] = from->values[curve * from->n_recorded + i];
    }
}

static size_t fill_curves(run_sink *sink, size_t configuration, const tcs_result *result) {
    const tcs_model *model = &sink->plan->study.models[configuration];
    if (!sink->layout->layout.stores_curves || model->curve_every == 0)
        return 0;
    size_t n = result->n_stages < model->n_stages ? result->n_stages : model->n_stages;
    for (size_t i = 0; i < n; i++) {
        size_t at = sink->layout->stage_of[configuration * sink->layout->most_stages + i];
        spread_curves(model, i, &result->curves[i], &sink->layout->layout.stages[at], sink->spread[i]);
        sink->curves[i] = (struct tcs_store_record_curves){at, result->curves[i].n_recorded, sink->spread[i]};
    }
    return n;
}

static tcs_status record(void *context, const tcs_job_record *job, tcs_error *error) {
    run_sink *sink = context;
    tcs_store_record record = {.configuration = job->job / sink->n_splits,
                               .split = job->job % sink->n_splits,
                               .outcome = job->outcome,
                               .attempts = job->n_attempts,
                               .wall_s = job->wall_s,
                               .cpu_s = job->cpu_s,
                               .started = job->started,
                               .finished = job->finished,
                               .rank = job->rank,
                               .host = job->host,
                               .error = job->message};
    if (job->result) {
        for (size_t set = 0; set < TCS_N_SETS; set++)
            record.metrics[set] = job->result->metrics[set];
        record.n_stages = fill_curves(sink, record.configuration, job->result);
        record.curves = sink->curves;
        record.n_test = job->result->n_test;
        record.test_tc = job->result->test_tc;
        record.test_probability = job->result->test_probability;
        record.n_parameters = job->result->n_parameters;
        record.parameters = job->result->parameters;
    }
    if (tcs_outcome_is_failure(job->outcome)) {
        char text[256], line[1024];
        plan_job_text(sink->plan, job->job, text);
        snprintf(line, sizeof line, "%s: %s: %s", text, tcs_outcome_name(job->outcome), job->message);
        display_say(&sink->display, line);
    }
    return tcs_store_put(sink->store, &record, error);
}

static tcs_status mark(void *context, size_t job, tcs_outcome outcome, tcs_error *error) {
    run_sink *sink = context;
    return tcs_store_mark(sink->store, job / sink->n_splits, job % sink->n_splits, outcome, error);
}

static tcs_status commit(void *context, tcs_error *error) {
    run_sink *sink = context;
    return tcs_store_commit(sink->store, error);
}

/* ---- showing -------------------------------------------------------------------------------------------------------------- */

static void show(void *context, const tcs_engine_progress *progress, bool is_last) {
    run_sink *sink = context;
    display_progress(&sink->display, progress, is_last);
}

static void say(void *context, const char *line) {
    run_sink *sink = context;
    display_say(&sink->display, line);
}

static void retry(void *context, const tcs_job_record *job) {
    run_sink *sink = context;
    char text[256], line[1024], attempt[64] = "not counted as an attempt";
    plan_job_text(sink->plan, job->job, text);
    if (job->n_attempts > 0)
        snprintf(attempt, sizeof attempt, "attempt %u of %u", job->n_attempts, sink->plan->sweep.max_attempts);
    snprintf(line, sizeof line, "%s: %s: %s (%s); it will run again", text, tcs_outcome_name(job->outcome), job->message, attempt);
    display_say(&sink->display, line);
}

tcs_engine_sink sink_interface(run_sink *sink) {
    return (tcs_engine_sink){
        .context = sink, .mark = mark, .record = record, .commit = commit, .show = show, .retry = retry, .say = say};
}
