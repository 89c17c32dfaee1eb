#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

static tcs_status read_table(const tcs_sweep *sweep, tcs_table *out, tcs_error *error) {
    if (access(sweep->data_file, F_OK) != 0 && errno == ENOENT)
        return tcs_error_add(
            error, TCS_BAD_DATA,
            "%s: there is no such data file (named by %s); scripts/fetch-supercon brings SuperCon to data/supercon.csv",
            sweep->data_file, sweep->file);
    tcs_table_options options = {sweep->formula_column, sweep->tc_column, sweep->on_bad_row};
    return tcs_table_read(sweep->data_file, &options, out, error);
}

/* The models move from the sweep's configurations into one array; the sweep keeps its own. */
static tcs_status copy_models(const tcs_sweep *sweep, tcs_study *study, tcs_error *error) {
    study->models = tcs_allocate(sweep->n_configurations, sizeof *study->models, error);
    if (!study->models)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = TCS_OK;
    for (size_t c = 0; c < sweep->n_configurations && status == TCS_OK; c++) {
        tcs_buffer bytes = {0};
        tcs_model_encode(&sweep->configurations[c].model, &bytes);
        tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
        status = bytes.failed ? tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the models")
                              : tcs_model_decode(&reader, &study->models[c], error);
        tcs_buffer_clear(&bytes);
        study->n_configurations += status == TCS_OK;
    }
    return status;
}

static tcs_status make_jobs(run_plan *plan, tcs_error *error) {
    tcs_study *study = &plan->study;
    size_t n_splits = study->splits.n_splits, n_jobs = study->n_configurations * n_splits;
    study->job_keys = tcs_allocate(n_jobs, sizeof *study->job_keys, error);
    plan->cost = tcs_allocate(n_jobs, sizeof *plan->cost, error);
    if (!study->job_keys || !plan->cost)
        return TCS_OUT_OF_MEMORY;
    for (size_t job = 0; job < n_jobs; job++) {
        size_t c = job / n_splits, s = job % n_splits;
        study->job_keys[job] = tcs_sweep_job_key(plan->sweep.configurations[c].key, (uint32_t)s);
        plan->cost[job] = tcs_learn_flops(&study->models[c], study->splits.n_train[s], study->splits.n_test[s]);
    }
    return TCS_OK;
}

tcs_status plan_read(const char *sweep_file, run_plan *out, tcs_error *error) {
    *out = (run_plan){0};
    tcs_status status = tcs_sweep_read(sweep_file, &out->sweep, error);
    const tcs_sweep *sweep = &out->sweep;
    if (status == TCS_OK)
        status = read_table(sweep, &out->study.table, error);
    if (status == TCS_OK)
        status = tcs_splits_make(&sweep->splits, out->study.table.n_rows, out->study.table.tc_kelvin, sweep->seed,
                                 &out->study.splits, error);
    if (status == TCS_OK)
        status = copy_models(sweep, &out->study, error);
    if (status == TCS_OK)
        status = make_jobs(out, error);
    out->study.time_limit_s = sweep->time_limit_s;
    out->study.memory_limit_bytes = sweep->memory_limit_bytes;
    if (status != TCS_OK)
        plan_free(out);
    return status;
}

void plan_free(run_plan *plan) {
    tcs_sweep_free(&plan->sweep);
    tcs_study_free(&plan->study);
    free(plan->cost);
    *plan = (run_plan){0};
}

void plan_job_text(const run_plan *plan, size_t job, char text[256]) {
    size_t n_splits = plan->study.splits.n_splits;
    snprintf(text, 256, "%.200s, split %zu of %zu", plan->sweep.configurations[job / n_splits].label, job % n_splits + 1, n_splits);
}
