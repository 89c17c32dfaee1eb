/* The small part of a results file, for reports. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "raw.h"
#include "states.h"
#include "tcsweep/bytes.h"

#define BLOCK_TEXTS ((size_t)4096)

static size_t count_jobs(const store_file *file) {
    return file->shape.n_configurations * file->shape.n_splits;
}

/* ---- texts ----------------------------------------------------------------------------------------------------------- */

/* Copies that live longer than the file. */
static tcs_status copy_texts(const char *const *texts, size_t n, char ***out, tcs_error *error) {
    *out = tcs_allocate(n, sizeof **out, error);
    tcs_status status = *out ? TCS_OK : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n; i++) {
        (*out)[i] = tcs_text_copy(texts[i], error);
        status = (*out)[i] ? TCS_OK : TCS_OUT_OF_MEMORY;
    }
    return status;
}

static tcs_status read_texts(store_file *file, size_t dataset, char ***out, tcs_error *error) {
    const char **texts;
    tcs_status status = store_file_read_texts(file, dataset, &texts, error);
    return status == TCS_OK ? copy_texts(texts, file->schema.datasets[dataset].n_items, out, error) : status;
}

static tcs_status read_one_text(store_file *file, size_t dataset, char **out, tcs_error *error) {
    const char **texts;
    tcs_status status = store_file_read_texts(file, dataset, &texts, error);
    if (status != TCS_OK)
        return status;
    *out = tcs_text_copy(texts[0], error);
    return *out ? TCS_OK : TCS_OUT_OF_MEMORY;
}

/* Texts of a fixed length, one a job, of the jobs that have ended. */
static tcs_status read_job_texts(const store_file *file, size_t dataset, const tcs_outcome *outcomes, char ***out,
                                 tcs_error *error) {
    const store_dataset *from = &file->schema.datasets[dataset];
    size_t n_jobs = count_jobs(file), width = store_element_bytes(from->element);
    char *block = tcs_allocate(BLOCK_TEXTS, width, error);
    *out = tcs_allocate(n_jobs, sizeof **out, error);
    tcs_status status = block && *out ? TCS_OK : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n_jobs; i++) {
        if (i % BLOCK_TEXTS == 0) {
            size_t n = n_jobs - i < BLOCK_TEXTS ? n_jobs - i : BLOCK_TEXTS;
            status = store_raw_read(file->descriptor, file->path, from->address + i * width, block, n * width, error);
            if (status != TCS_OK)
                break;
        }
        char *text = block + i % BLOCK_TEXTS * width;
        text[width - 1] = 0;
        (*out)[i] = tcs_text_copy(tcs_outcome_is_final(outcomes[i]) ? text : "", error);
        status = (*out)[i] ? TCS_OK : TCS_OUT_OF_MEMORY;
    }
    free(block);
    return status;
}

/* An attribute of the root group; "" where there is none. */
static tcs_status read_attribute(store_file *file, const char *name, char **out, tcs_error *error) {
    hid_t root = H5Gopen2(file->h5, "/", H5P_DEFAULT);
    const char *text = root < 0 ? NULL : store_h5_text_attribute(root, name, &file->arena);
    if (root >= 0)
        H5Gclose(root);
    *out = tcs_text_copy(text ? text : "", error);
    return *out ? TCS_OK : TCS_OUT_OF_MEMORY;
}

static tcs_status read_digest(store_file *file, const char *name, char out[2 * TCS_DIGEST_BYTES + 1], tcs_error *error) {
    char *text = NULL;
    tcs_status status = read_attribute(file, name, &text, error);
    if (status == TCS_OK && strlen(text) != 2 * TCS_DIGEST_BYTES)
        status = tcs_error_add(error, TCS_BAD_RESULTS, "%s does not say its %s", file->path, name);
    if (status == TCS_OK)
        memcpy(out, text, 2 * TCS_DIGEST_BYTES + 1);
    free(text);
    return status;
}

/* ---- numbers --------------------------------------------------------------------------------------------------------- */

/* A dataset of numbers, in memory of its own. */
static tcs_status read_new(const store_file *file, size_t dataset, void *out, tcs_error *error) {
    const store_dataset *from = &file->schema.datasets[dataset];
    void *numbers = tcs_allocate(from->n_items, store_element_bytes(from->element), error);
    memcpy(out, &numbers, sizeof numbers);
    return numbers ? store_file_read(file, dataset, numbers, error) : TCS_OUT_OF_MEMORY;
}

/* Numbers of jobs; NaN where the job has not come so far, whatever was left there. */
static tcs_status read_job_numbers(const store_file *file, size_t dataset, const tcs_outcome *outcomes, bool done_only,
                                   double **out, tcs_error *error) {
    tcs_status status = read_new(file, dataset, out, error);
    for (size_t i = 0; status == TCS_OK && i < count_jobs(file); i++)
        if (done_only ? outcomes[i] != TCS_JOB_DONE : !tcs_outcome_is_final(outcomes[i]))
            (*out)[i] = NAN;
    return status;
}

/* ---- the parts of the results ---------------------------------------------------------------------------------------- */

static tcs_status read_about(store_file *file, tcs_results *out, tcs_error *error) {
    const struct {
        const char *name;
        char **into;
    } attributes[] = {{"tcsweep_version", &out->tcsweep_version}, {"created", &out->created},
                      {"sweep_name", &out->sweep_name},           {"data_file", &out->data_file},
                      {"instruction_set", &out->instruction_set}, {"uuid", &out->uuid}};
    tcs_status status = TCS_OK;
    for (size_t i = 0; status == TCS_OK && i < sizeof attributes / sizeof *attributes; i++)
        status = read_attribute(file, attributes[i].name, attributes[i].into, error);
    if (status == TCS_OK)
        status = read_digest(file, "sweep_sha256", out->sweep_sha256, error);
    if (status == TCS_OK)
        status = read_digest(file, "data_sha256", out->data_sha256, error);
    if (status == TCS_OK)
        status = read_one_text(file, STORE_SWEEP_YAML, &out->sweep_yaml, error);
    if (status == TCS_OK)
        status = read_one_text(file, STORE_SWEEP_RESOLVED, &out->sweep_resolved, error);
    return status == TCS_OK ? store_file_read(file, STORE_UPDATED, &out->updated, error) : status;
}

static tcs_status read_hyperparameters(store_file *file, tcs_results *out, tcs_error *error) {
    size_t n = file->shape.n_hyperparameters;
    out->hyperparameter_paths = tcs_allocate(n, sizeof *out->hyperparameter_paths, error);
    out->hyperparameter_numbers = tcs_allocate(n, sizeof *out->hyperparameter_numbers, error);
    out->hyperparameter_texts = tcs_allocate(n, sizeof *out->hyperparameter_texts, error);
    if (!out->hyperparameter_paths || !out->hyperparameter_numbers || !out->hyperparameter_texts)
        return TCS_OUT_OF_MEMORY;
    out->n_hyperparameters = n;
    for (size_t i = 0; i < n; i++) {
        size_t dataset = file->schema.first_hyperparameter + i;
        out->hyperparameter_paths[i] = tcs_text_copy(file->shape.hyperparameters[i].path, error);
        tcs_status status = !out->hyperparameter_paths[i] ? TCS_OUT_OF_MEMORY
                            : file->shape.hyperparameters[i].is_text
                                ? read_texts(file, dataset, &out->hyperparameter_texts[i], error)
                                : read_new(file, dataset, &out->hyperparameter_numbers[i], error);
        if (status != TCS_OK)
            return status;
    }
    return TCS_OK;
}

static tcs_status read_configurations(store_file *file, tcs_results *out, tcs_error *error) {
    size_t n_splits = file->shape.n_splits;
    tcs_status status = copy_texts(file->labels, file->shape.n_configurations, &out->labels, error);
    if (status == TCS_OK)
        status = read_texts(file, STORE_ARCHITECTURE, &out->architectures, error);
    if (status == TCS_OK)
        status = read_texts(file, STORE_NETWORK, &out->networks, error);
    if (status == TCS_OK)
        status = read_hyperparameters(file, out, error);
    out->n_train = tcs_allocate(n_splits, sizeof *out->n_train, error);
    out->n_test = tcs_allocate(n_splits, sizeof *out->n_test, error);
    if (!out->n_train || !out->n_test)
        return TCS_OUT_OF_MEMORY;
    for (size_t s = 0; s < n_splits; s++) {
        out->n_train[s] = file->n_train[s];
        out->n_test[s] = file->n_test[s];
    }
    return status;
}

static tcs_status read_jobs(const store_file *file, tcs_results *out, tcs_error *error) {
    const struct {
        size_t dataset;
        double **into;
    } times[] = {
        {STORE_WALL, &out->wall_s}, {STORE_CPU, &out->cpu_s}, {STORE_STARTED, &out->started}, {STORE_FINISHED, &out->finished}};
    tcs_status status = read_new(file, STORE_ATTEMPTS, &out->attempts, error);
    for (size_t i = 0; status == TCS_OK && i < sizeof times / sizeof *times; i++)
        status = read_job_numbers(file, times[i].dataset, out->outcomes, false, times[i].into, error);
    if (status == TCS_OK)
        status = read_job_texts(file, STORE_HOST, out->outcomes, &out->hosts, error);
    if (status == TCS_OK)
        status = read_job_texts(file, STORE_ERROR, out->outcomes, &out->errors, error);
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; status == TCS_OK && metric < TCS_N_METRICS; metric++)
            status = read_job_numbers(file, store_schema_metric((tcs_set)set, metric), out->outcomes, true,
                                      &out->metrics[set][metric], error);
    return status;
}

/* States are read before and after the rest: a job that ended meanwhile still counts as not ended, and one that was queued again
 * meanwhile (its numbers may be half gone) does too. */
static tcs_status reconcile(const store_file *file, tcs_results *out, tcs_error *error) {
    tcs_outcome *later;
    tcs_status status = store_states_read(file, &later, error);
    if (status != TCS_OK)
        return status;
    out->is_complete = true;
    for (size_t i = 0; i < count_jobs(file); i++) {
        if (tcs_outcome_is_final(out->outcomes[i]) && out->outcomes[i] != later[i]) {
            out->outcomes[i] = later[i] == TCS_JOB_RUNNING ? TCS_JOB_RUNNING : TCS_JOB_QUEUED;
            for (size_t set = 0; set < TCS_N_SETS; set++)
                for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
                    out->metrics[set][metric][i] = NAN;
        }
        out->is_complete &= out->outcomes[i] == TCS_JOB_UNPLANNED || tcs_outcome_is_final(out->outcomes[i]);
    }
    free(later);
    return TCS_OK;
}

static tcs_status read_all(store_file *file, tcs_results *out, tcs_error *error) {
    out->n_configurations = file->shape.n_configurations;
    out->n_splits = file->shape.n_splits;
    out->n_rows = file->shape.n_rows;
    out->path = tcs_text_copy(file->path, error);
    tcs_status status = out->path ? store_states_read(file, &out->outcomes, error) : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK)
        status = read_about(file, out, error);
    if (status == TCS_OK)
        status = read_configurations(file, out, error);
    if (status == TCS_OK)
        status = read_jobs(file, out, error);
    return status == TCS_OK ? reconcile(file, out, error) : status;
}

tcs_status tcs_results_read(const char *path, tcs_results *out, tcs_error *error) {
    store_file file;
    *out = (tcs_results){0};
    tcs_status status = store_file_open(path, STORE_FOR_READING, &file, error);
    if (status != TCS_OK)
        return status;
    status = read_all(&file, out, error);
    store_file_close(&file);
    if (status != TCS_OK)
        tcs_results_free(out);
    return status;
}

static void free_texts(char **texts, size_t n) {
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
}

void tcs_results_free(tcs_results *results) {
    size_t n_configurations = results->n_configurations, n_jobs = n_configurations * results->n_splits;
    free_texts(results->labels, n_configurations);
    free_texts(results->architectures, n_configurations);
    free_texts(results->networks, n_configurations);
    free_texts(results->errors, n_jobs);
    free_texts(results->hosts, n_jobs);
    for (size_t i = 0; i < results->n_hyperparameters; i++) {
        free(results->hyperparameter_numbers[i]);
        free_texts(results->hyperparameter_texts[i], n_configurations);
    }
    free_texts(results->hyperparameter_paths, results->n_hyperparameters);
    void *const blocks[] = {results->path,
                            results->hyperparameter_numbers,
                            results->hyperparameter_texts,
                            results->n_train,
                            results->n_test,
                            results->outcomes,
                            results->attempts,
                            results->wall_s,
                            results->cpu_s,
                            results->started,
                            results->finished,
                            results->tcsweep_version,
                            results->created,
                            results->sweep_name,
                            results->data_file,
                            results->instruction_set,
                            results->sweep_yaml,
                            results->sweep_resolved,
                            results->uuid};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            free(results->metrics[set][metric]);
    *results = (tcs_results){0};
}

const char *tcs_store_library_version(void) {
    return &H5_VERS_INFO[sizeof "HDF5 library version: " - 1]; /* "HDF5 library version: 1.10.8" */
}
