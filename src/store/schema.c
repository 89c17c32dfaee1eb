/* The list of datasets. */
#include "schema.h"

#include <stdlib.h>
#include <string.h>

#include "structure.h"

static const struct {
    const char *path, *axes;
    store_element element;
    store_role role;
    const char *units, *long_name;
} fixed[STORE_N_FIXED] = {
    [STORE_CONFIG] = {"/config", "c", STORE_TEXT, STORE_STATIC, NULL, "configuration"},
    [STORE_SPLIT] = {"/split", "s", STORE_U32, STORE_STATIC, "1", "index of the split, from 0"},
    [STORE_ROW] = {"/row", "r", STORE_U32, STORE_STATIC, "1", "index of the row of the data, from 0"},
    [STORE_TRAIN_ROW] = {"/train_row", "a", STORE_U32, STORE_STATIC, "1", "position in a split's list of training rows, from 0"},
    [STORE_TEST_ROW] = {"/test_row", "t", STORE_U32, STORE_STATIC, "1", "position in a split's list of test rows, from 0"},
    [STORE_SWEEP_YAML] = {"/sweep/yaml", "", STORE_TEXT, STORE_STATIC, NULL, "the sweep file as it was given"},
    [STORE_SWEEP_RESOLVED] = {"/sweep/resolved", "", STORE_TEXT, STORE_STATIC, NULL, "the sweep with every default written out"},
    [STORE_ARCHITECTURE] = {"/configs/architecture", "c", STORE_TEXT, STORE_STATIC, NULL, "name of the architecture or baseline"},
    [STORE_NETWORK] = {"/configs/network", "c", STORE_TEXT, STORE_STATIC, NULL, "name of its group in /weights, or nothing"},
    [STORE_WEIGHTS_INDEX] = {"/configs/weights_index", "c", STORE_I32, STORE_STATIC, "1",
                             "first index into its network's weights, or -1"},
    [STORE_KEY] = {"/configs/key", "c", STORE_TEXT, STORE_STATIC, NULL, "SHA-256 of what the configuration is, hexadecimal"},
    [STORE_SPLIT_SEED] = {"/splits/seed", "s", STORE_U64, STORE_STATIC, "1", "key of the split's random numbers"},
    [STORE_N_TRAIN] = {"/splits/n_train", "s", STORE_U32, STORE_STATIC, "1", "number of training rows"},
    [STORE_N_TEST] = {"/splits/n_test", "s", STORE_U32, STORE_STATIC, "1", "number of test rows"},
    [STORE_TRAIN_ROWS] = {"/splits/train_rows", "sa", STORE_I32, STORE_STATIC, "1", "training rows, then -1"},
    [STORE_TEST_ROWS] = {"/splits/test_rows", "st", STORE_I32, STORE_STATIC, "1", "test rows, then -1"},
    [STORE_FORMULA] = {"/data/formula", "r", STORE_TEXT, STORE_STATIC, NULL, "chemical formula as it was given"},
    [STORE_TC] = {"/data/tc", "r", STORE_F64, STORE_STATIC, "K", "critical temperature; 0: not a superconductor"},
    [STORE_STATUS] = {"/job/status", "cs", STORE_U8, STORE_JOB, "1", "state of the job"},
    [STORE_ATTEMPTS] = {"/job/attempts", "cs", STORE_U32, STORE_JOB, "1", "number of times it was tried"},
    [STORE_SEED] = {"/job/seed", "cs", STORE_U64, STORE_JOB, "1", "key of the job's random numbers"},
    [STORE_WALL] = {"/job/wall_s", "cs", STORE_F64, STORE_JOB, "s", "time that it took"},
    [STORE_CPU] = {"/job/cpu_s", "cs", STORE_F64, STORE_JOB, "s", "processor time that it took"},
    [STORE_STARTED] = {"/job/started", "cs", STORE_F64, STORE_JOB, "seconds since 1970-01-01 00:00:00", "start, UTC"},
    [STORE_FINISHED] = {"/job/finished", "cs", STORE_F64, STORE_JOB, "seconds since 1970-01-01 00:00:00", "end, UTC"},
    [STORE_RANK] = {"/job/rank", "cs", STORE_I32, STORE_JOB, "1", "rank that ran it, or -1"},
    [STORE_HOST] = {"/job/host", "cs", STORE_HOST_TEXT, STORE_JOB, NULL, "host that ran it"},
    [STORE_ERROR] = {"/job/error", "cs", STORE_ERROR_TEXT, STORE_JOB, NULL, "why it failed"},
    [STORE_CRC] = {"/job/crc32", "cs", STORE_U32, STORE_SUM, "1", "checksum of all that the job left"},
    [STORE_COMPLETE] = {"/state/complete", "", STORE_U8, STORE_STATE, "1", "1: every planned job has ended for good"},
    [STORE_JOBS_TOTAL] = {"/state/jobs_total", "", STORE_U64, STORE_STATE, "1", "number of planned jobs"},
    [STORE_JOBS_DONE] = {"/state/jobs_done", "", STORE_U64, STORE_STATE, "1", "number of jobs done"},
    [STORE_UPDATED] = {"/state/updated", "", STORE_F64, STORE_STATE, "seconds since 1970-01-01 00:00:00",
                       "last sign of life of the writer, UTC"},
    [STORE_WRITER] = {"/state/writer", "", STORE_WRITER_TEXT, STORE_STATE, NULL, "who is writing: host:process:number"},
    [STORE_STRUCTURE] = {"/structure/checksum", "w", STORE_U64, STORE_STATE, "1", "checksum of all bytes that do not change"},
};

static const struct {
    const char *name, *meaning;
} statistics[STORE_N_STATISTICS] = {[STORE_MEAN] = {"mean", "mean"},
                                    [STORE_STD] = {"std", "sample standard deviation (ddof = 1)"},
                                    [STORE_SEM] = {"sem", "standard error of the mean"},
                                    [STORE_N] = {"n", "number of values"}};

#define N_SETS ((size_t)TCS_N_SETS)
#define N_METRICS ((size_t)TCS_N_METRICS)

size_t store_schema_metric(tcs_set set, size_t metric) {
    return STORE_N_FIXED + (size_t)set * N_METRICS + metric;
}

size_t store_schema_summary(tcs_set set, size_t metric, store_statistic statistic) {
    return STORE_N_FIXED + N_SETS * N_METRICS + ((size_t)set * N_METRICS + metric) * STORE_N_STATISTICS + (size_t)statistic;
}

size_t store_dataset_rank(const store_dataset *dataset) {
    return strlen(dataset->axes);
}

size_t store_schema_scale(const store_dataset *dataset, size_t axis) {
    static const char letters[] = "csrat";
    char letter = dataset->axes[axis];
    const char *found = letter ? strchr(letters, letter) : NULL;
    return found ? STORE_CONFIG + (size_t)(found - letters) : letter == 'e' ? dataset->epoch_scale : STORE_NONE;
}

size_t store_element_bytes(store_element element) {
    static const size_t bytes[] = {[STORE_U8] = 1,
                                   [STORE_U32] = 4,
                                   [STORE_I32] = 4,
                                   [STORE_U64] = 8,
                                   [STORE_F32] = 4,
                                   [STORE_F64] = 8,
                                   [STORE_TEXT] = 16,
                                   [STORE_HOST_TEXT] = TCS_STORE_HOST_BYTES,
                                   [STORE_ERROR_TEXT] = TCS_STORE_ERROR_BYTES,
                                   [STORE_WRITER_TEXT] = STORE_WRITER_BYTES};
    return bytes[element];
}

bool store_schema_is_reserved(const char *hyperparameter) {
    static const char *const names[] = {"config", "architecture", "network", "weights_index", "key"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(hyperparameter, names[i]) == 0)
            return true;
    return false;
}

bool store_dataset_changes(const store_dataset *dataset) {
    return dataset->role != STORE_STATIC;
}

/* ---- making the list ------------------------------------------------------------------------------------------------- */

typedef struct maker {
    const store_shape *shape;
    store_schema *schema;
    bool is_too_large, is_out_of_memory;
} maker;

static size_t extent_of(const store_shape *shape, char axis) {
    switch (axis) {
    case 'c':
        return shape->n_configurations;
    case 's':
        return shape->n_splits;
    case 'r':
        return shape->n_rows;
    case 'a':
        return shape->n_train_most;
    default: /* 't' */
        return shape->n_test_most;
    }
}

/* Adds a dataset; the extents of axes e and w are those already set in it. */
static void add(maker *make, store_dataset dataset) {
    size_t n_jobs = 1;
    dataset.n_items = 1;
    for (size_t i = 0; dataset.axes[i]; i++) {
        char axis = dataset.axes[i];
        if (axis != 'e' && axis != 'w')
            dataset.extent[i] = extent_of(make->shape, axis);
        make->is_too_large |= __builtin_mul_overflow(dataset.n_items, dataset.extent[i], &dataset.n_items);
        if (i < 2)
            n_jobs = dataset.n_items;
    }
    size_t n_bytes;
    make->is_too_large |= __builtin_mul_overflow(dataset.n_items, store_element_bytes(dataset.element), &n_bytes);
    make->is_too_large |= n_bytes > INT64_MAX / 4;
    make->is_out_of_memory |= !dataset.path || !dataset.long_name;
    dataset.job_bytes = dataset.role == STORE_JOB && n_jobs > 0 ? n_bytes / n_jobs : 0;
    make->schema->datasets[make->schema->n_datasets++] = dataset;
}

static store_dataset plain(const char *path, const char *axes, store_element element, store_role role, const char *units,
                           const char *long_name) {
    return (store_dataset){.path = path,
                           .axes = axes,
                           .element = element,
                           .role = role,
                           .units = units,
                           .long_name = long_name,
                           .epoch_scale = STORE_NONE,
                           .network = STORE_NONE,
                           .place = -1};
}

static void add_fixed(maker *make) {
    for (size_t i = 0; i < STORE_N_FIXED; i++) {
        store_dataset dataset =
            plain(fixed[i].path, fixed[i].axes, fixed[i].element, fixed[i].role, fixed[i].units, fixed[i].long_name);
        dataset.is_scale = i <= STORE_TEST_ROW;
        add(make, dataset);
    }
}

static void add_metrics(maker *make, store_arena *arena) {
    for (size_t set = 0; set < N_SETS; set++)
        for (size_t metric = 0; metric < N_METRICS; metric++)
            add(make,
                plain(store_arena_print(arena, "/metrics/%s/%s", tcs_set_names[set], tcs_metric_name((tcs_metric)metric)), "cs",
                      STORE_F64, STORE_JOB, tcs_metric_units((tcs_metric)metric), tcs_metric_description((tcs_metric)metric)));
    for (size_t set = 0; set < N_SETS; set++)
        for (size_t metric = 0; metric < N_METRICS; metric++)
            for (size_t i = 0; i < STORE_N_STATISTICS; i++) {
                const char *name = tcs_metric_name((tcs_metric)metric);
                add(make, plain(store_arena_print(arena, "/summary/%s/%s_%s", tcs_set_names[set], name, statistics[i].name), "c",
                                i == STORE_N ? STORE_U32 : STORE_F64, STORE_SUMMARY,
                                i == STORE_N ? "1" : tcs_metric_units((tcs_metric)metric),
                                store_arena_print(arena, "%s of %s over the splits that are done", statistics[i].meaning, name)));
            }
}

static void add_hyperparameters(maker *make, store_arena *arena) {
    make->schema->first_hyperparameter = make->schema->n_datasets;
    for (size_t i = 0; i < make->shape->n_hyperparameters; i++) {
        bool is_text = make->shape->hyperparameters[i].is_text;
        const char *path = make->shape->hyperparameters[i].path;
        add(make, plain(store_arena_print(arena, "/configs/%s", path), "c", is_text ? STORE_TEXT : STORE_F64, STORE_STATIC,
                        is_text ? NULL : "1", "hyperparameter; nothing (NaN) where the configuration does not have it"));
    }
}

static void add_stage(maker *make, store_arena *arena, const tcs_store_stage *stage) {
    size_t epoch = make->schema->n_datasets;
    store_dataset scale = plain(store_arena_print(arena, "/curves/%s/epoch", stage->name), "e", STORE_U32, STORE_STATIC, "1",
                                "number of the epoch, from 1");
    scale.extent[0] = stage->n_epochs;
    scale.epoch_scale = epoch;
    scale.is_scale = true;
    add(make, scale);
    add(make, plain(store_arena_print(arena, "/curves/%s/n_recorded", stage->name), "cs", STORE_U32, STORE_JOB, "1",
                    "number of epochs recorded"));
    for (size_t set = 0; set < N_SETS; set++)
        for (size_t i = 0; i < stage->n_curves; i++) {
            const char *name = stage->curve_names[i];
            store_dataset curve = plain(store_arena_print(arena, "/curves/%s/%s_%s", stage->name, tcs_set_names[set], name), "cse",
                                        STORE_F64, STORE_JOB, stage->curve_units[i],
                                        store_arena_print(arena, "%s on the %s rows after the epoch", name, tcs_set_names[set]));
            curve.extent[2] = stage->n_epochs;
            curve.epoch_scale = epoch;
            curve.place = (int64_t)i;
            add(make, curve);
        }
}

static void add_predictions(maker *make) {
    make->schema->predictions = STORE_NONE;
    if (!make->shape->has_predictions)
        return;
    make->schema->predictions = make->schema->n_datasets;
    add(make, plain("/predictions/test_tc", "cst", STORE_F32, STORE_JOB, "K", "predicted critical temperature of the test rows"));
    add(make, plain("/predictions/test_probability", "cst", STORE_F32, STORE_JOB, "1",
                    "predicted probability of being a superconductor"));
}

static void add_network(maker *make, store_arena *arena, size_t index) {
    const tcs_store_network *network = &make->shape->networks[index];
    if (make->shape->n_configurations_of[index] == 0)
        return;
    for (size_t i = 0; i < network->n_tensors; i++) {
        const tcs_store_tensor *tensor = &network->tensors[i];
        static const char axes[] = "wwwwww";
        store_dataset weights = plain(store_arena_print(arena, "/weights/%s/%s", network->name, tensor->name),
                                      axes + (4 - tensor->rank), STORE_F32, STORE_JOB, "1", "trained parameters");
        weights.extent[0] = make->shape->n_configurations_of[index];
        weights.extent[1] = make->shape->n_splits;
        memcpy(weights.extent + 2, tensor->extent, (size_t)tensor->rank * sizeof *tensor->extent);
        weights.network = index;
        weights.place = (int64_t)tensor->offset;
        add(make, weights);
    }
}

typedef struct named_part {
    const char *path;
    size_t index;
} named_part;

static int compare_paths(const void *a, const void *b) {
    return strcmp(((const named_part *)a)->path, ((const named_part *)b)->path);
}

/* The parts of a job in the order of the checksum, and the room that they take. */
static tcs_status list_job_parts(const store_shape *shape, store_arena *arena, store_schema *schema, tcs_error *error) {
    named_part *parts = store_arena_array(arena, schema->n_datasets, sizeof *parts, error);
    schema->job_parts = store_arena_array(arena, schema->n_datasets, sizeof *schema->job_parts, error);
    size_t *bytes_of = store_arena_array(arena, shape->n_networks + 1, sizeof *bytes_of, error);
    if (!parts || !schema->job_parts || !bytes_of)
        return TCS_OUT_OF_MEMORY;
    size_t n = 0, n_common = 0;
    for (size_t i = 0; i < schema->n_datasets; i++) {
        const store_dataset *dataset = &schema->datasets[i];
        if (dataset->role != STORE_JOB)
            continue;
        parts[n++] = (named_part){dataset->path, i};
        *(dataset->network == STORE_NONE ? &n_common : &bytes_of[dataset->network]) += dataset->job_bytes;
    }
    qsort(parts, n, sizeof *parts, compare_paths);
    for (size_t i = 0; i < n; i++)
        schema->job_parts[i] = parts[i].index;
    schema->n_job_parts = n;
    schema->most_job_bytes = n_common;
    for (size_t i = 0; i < shape->n_networks; i++)
        if (n_common + bytes_of[i] > schema->most_job_bytes)
            schema->most_job_bytes = n_common + bytes_of[i];
    return TCS_OK;
}

tcs_status store_schema_make(const store_shape *shape, store_arena *arena, tcs_status refusal, store_schema *out,
                             tcs_error *error) {
    size_t n = STORE_N_FIXED + N_SETS * N_METRICS * (1 + STORE_N_STATISTICS) + shape->n_hyperparameters + 2;
    for (size_t i = 0; i < shape->n_stages; i++)
        n += 2 + N_SETS * shape->stages[i].n_curves;
    for (size_t i = 0; i < shape->n_networks; i++)
        n += shape->networks[i].n_tensors;
    *out = (store_schema){0};
    if (n > STORE_MOST_DATASETS)
        return tcs_error_add(error, refusal, "a results file of %zu datasets is too large", n);
    out->datasets = store_arena_array(arena, n, sizeof *out->datasets, error);
    out->first_curve = store_arena_array(arena, shape->n_stages, sizeof *out->first_curve, error);
    out->first_tensor = store_arena_array(arena, shape->n_networks, sizeof *out->first_tensor, error);
    if (!out->datasets || !out->first_curve || !out->first_tensor)
        return TCS_OUT_OF_MEMORY;
    maker make = {.shape = shape, .schema = out};
    add_fixed(&make);
    add_metrics(&make, arena);
    add_hyperparameters(&make, arena);
    for (size_t i = 0; i < shape->n_stages; i++) {
        out->first_curve[i] = out->n_datasets;
        add_stage(&make, arena, &shape->stages[i]);
    }
    add_predictions(&make);
    for (size_t i = 0; i < shape->n_networks; i++) {
        out->first_tensor[i] = out->n_datasets;
        add_network(&make, arena, i);
    }
    size_t n_changing = 0;
    for (size_t i = 0; i < out->n_datasets; i++)
        n_changing += store_dataset_changes(&out->datasets[i]);
    out->datasets[STORE_STRUCTURE].n_items = out->datasets[STORE_STRUCTURE].extent[0] = store_structure_length(n_changing);
    if (make.is_out_of_memory)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the list of datasets");
    if (make.is_too_large)
        return tcs_error_add(error, refusal, "the results would be too large for any file");
    return list_job_parts(shape, arena, out, error);
}
