/* /summary: means over the splits that are done. */
#include <math.h>
#include <stdlib.h>

#include "raw.h"
#include "summary.h"
#include "writer.h"

tcs_aggregate store_summary_of(const tcs_outcome *outcomes, const double *values, size_t n_splits, double *row) {
    for (size_t s = 0; s < n_splits; s++)
        row[s] = outcomes[s] == TCS_JOB_DONE ? values[s] : NAN;
    return tcs_aggregate_compute(row, n_splits);
}

/* One statistic of a configuration. */
static tcs_status write_statistic(const tcs_store *store, size_t dataset, size_t configuration, const void *value, size_t n_bytes,
                                  tcs_error *error) {
    const store_file *file = &store->file;
    return store_raw_write(file->descriptor, file->path, file->schema.datasets[dataset].address + configuration * n_bytes, value,
                           n_bytes, error);
}

static tcs_status write_aggregate(const tcs_store *store, size_t first, size_t configuration, const tcs_aggregate *aggregate,
                                  tcs_error *error) {
    const double values[] = {[STORE_MEAN] = aggregate->mean, [STORE_STD] = aggregate->std, [STORE_SEM] = aggregate->sem};
    uint32_t n = (uint32_t)aggregate->n;
    tcs_status status = write_statistic(store, first + STORE_N, configuration, &n, sizeof n, error);
    for (size_t i = STORE_MEAN; status == TCS_OK && i < STORE_N; i++)
        status = write_statistic(store, first + i, configuration, &values[i], sizeof values[i], error);
    return status;
}

tcs_status store_write_summary(tcs_store *store, size_t configuration, tcs_error *error) {
    const store_file *file = &store->file;
    size_t n_splits = file->shape.n_splits;
    tcs_status status = TCS_OK;
    for (size_t i = 0; status == TCS_OK && i < (size_t)TCS_N_SETS * TCS_N_METRICS; i++) {
        tcs_set set = (tcs_set)(i / TCS_N_METRICS);
        size_t metric = i % TCS_N_METRICS;
        uint64_t address =
            file->schema.datasets[store_schema_metric(set, metric)].address + configuration * n_splits * sizeof(double);
        status = store_raw_read(file->descriptor, file->path, address, store->row, n_splits * sizeof(double), error);
        if (status != TCS_OK)
            break;
        tcs_aggregate aggregate = store_summary_of(store->outcomes + configuration * n_splits, store->row, n_splits, store->row);
        status = write_aggregate(store, store_schema_summary(set, metric, STORE_MEAN), configuration, &aggregate, error);
    }
    return status;
}

static bool is_equal(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

/* One metric of all configurations: reports those whose summary is not what it must be. */
static tcs_status compare_metric(const store_file *file, const tcs_outcome *outcomes, tcs_set set, size_t metric, double *values,
                                 double *stored, store_summary_wrong *found, void *context, tcs_error *error) {
    size_t n = file->shape.n_configurations, n_splits = file->shape.n_splits;
    double *mean = stored, *std = mean + n, *sem = std + n, *row = sem + n;
    uint32_t *counts = (uint32_t *)(row + n_splits);
    const size_t first = store_schema_summary(set, metric, STORE_MEAN);
    void *const into[] = {[STORE_MEAN] = mean, [STORE_STD] = std, [STORE_SEM] = sem, [STORE_N] = counts};
    tcs_status status = store_file_read(file, store_schema_metric(set, metric), values, error);
    for (size_t i = 0; status == TCS_OK && i < STORE_N_STATISTICS; i++)
        status = store_file_read(file, first + i, into[i], error);
    for (size_t c = 0; status == TCS_OK && c < n; c++) {
        tcs_aggregate is = store_summary_of(outcomes + c * n_splits, values + c * n_splits, n_splits, row);
        if (counts[c] != is.n || !is_equal(mean[c], is.mean) || !is_equal(std[c], is.std) || !is_equal(sem[c], is.sem))
            status = found(context, set, metric, c, &is, error);
    }
    return status;
}

tcs_status store_summary_compare(const store_file *file, const tcs_outcome *outcomes, store_summary_wrong *found, void *context,
                                 tcs_error *error) {
    size_t n = file->shape.n_configurations, n_splits = file->shape.n_splits;
    double *values = tcs_allocate(n * n_splits, sizeof *values, error);
    double *stored = tcs_allocate(4 * n + n_splits, sizeof *stored, error);
    tcs_status status = values && stored ? TCS_OK : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < (size_t)TCS_N_SETS * TCS_N_METRICS; i++)
        status =
            compare_metric(file, outcomes, (tcs_set)(i / TCS_N_METRICS), i % TCS_N_METRICS, values, stored, found, context, error);
    free(values);
    free(stored);
    return status;
}

static tcs_status correct(void *store, tcs_set set, size_t metric, size_t configuration, const tcs_aggregate *is,
                          tcs_error *error) {
    return write_aggregate(store, store_schema_summary(set, metric, STORE_MEAN), configuration, is, error);
}

tcs_status store_refresh_summary(tcs_store *store, tcs_error *error) {
    return store_summary_compare(&store->file, store->outcomes, correct, store, error);
}
