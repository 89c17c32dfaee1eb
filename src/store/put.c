/* A job's parts: what it left, in the order of its checksum. */
#include <math.h>
#include <string.h>

#include "raw.h"
#include "writer.h"

static const store_dataset *part_at(const tcs_store *store, size_t i) {
    return &store->file.schema.datasets[store->file.schema.job_parts[i]];
}

static bool has_part(const tcs_store *store, const store_dataset *part, size_t configuration) {
    return part->network == STORE_NONE || part->network == store->file.network_of[configuration];
}

/* Copies a text with zeros behind it, cut between two characters where it is too long. */
static void set_text(void *out, size_t n_bytes, const char *text) {
    size_t n = text ? strnlen(text, n_bytes) : 0;
    if (n == n_bytes) {
        n = n_bytes - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) /* the first byte left out goes on a character */
            n--;
    }
    memset(out, 0, n_bytes);
    if (n > 0)
        memcpy(out, text, n);
}

static void set_nothing(const store_dataset *part, unsigned char *out) {
    size_t n = part->job_bytes / store_element_bytes(part->element);
    if (part->element == STORE_F64)
        for (size_t i = 0; i < n; i++)
            memcpy(out + i * sizeof(double), &(double){NAN}, sizeof(double));
    else if (part->element == STORE_F32)
        for (size_t i = 0; i < n; i++)
            memcpy(out + i * sizeof(float), &(float){NAN}, sizeof(float));
    else
        memset(out, 0, part->job_bytes);
}

/* ---- one function for each kind of part; `out` holds nothing ("NaN") beforehand --------------------------------------------- */

static void set_job(size_t dataset, const tcs_store_record *record, unsigned char *out) {
    switch (dataset) {
    case STORE_STATUS:
        *out = (uint8_t)record->outcome;
        break;
    case STORE_ATTEMPTS:
        memcpy(out, &(uint32_t){record->attempts}, sizeof(uint32_t));
        break;
    case STORE_WALL:
        memcpy(out, &record->wall_s, sizeof(double));
        break;
    case STORE_CPU:
        memcpy(out, &record->cpu_s, sizeof(double));
        break;
    case STORE_STARTED:
        memcpy(out, &record->started, sizeof(double));
        break;
    case STORE_FINISHED:
        memcpy(out, &record->finished, sizeof(double));
        break;
    case STORE_RANK:
        memcpy(out, &(int32_t){record->rank}, sizeof(int32_t));
        break;
    case STORE_HOST:
        set_text(out, TCS_STORE_HOST_BYTES, record->host);
        break;
    case STORE_ERROR:
        set_text(out, TCS_STORE_ERROR_BYTES, record->error);
        break;
    default:
        break;
    }
}

static void set_metric(size_t dataset, const tcs_store_record *record, unsigned char *out) {
    size_t index = dataset - STORE_N_FIXED, set = index / TCS_N_METRICS;
    if (record->metrics[set])
        memcpy(out, &record->metrics[set][index % TCS_N_METRICS], sizeof(double));
}

/* True where the dataset belongs to a stage's curves. */
static bool set_curve(const tcs_store *store, size_t dataset, const tcs_store_record *record, unsigned char *out) {
    const store_shape *shape = &store->file.shape;
    for (size_t i = 0; i < shape->n_stages; i++) {
        size_t first = store->file.schema.first_curve[i] + 1, n = TCS_N_SETS * shape->stages[i].n_curves;
        if (dataset < first || dataset > first + n)
            continue;
        for (size_t k = 0; k < record->n_stages; k++) {
            if (record->curves[k].stage != i)
                continue;
            size_t n_epochs = shape->stages[i].n_epochs;
            if (dataset == first)
                memcpy(out, &(uint32_t){(uint32_t)record->curves[k].n_recorded}, sizeof(uint32_t));
            else if (record->curves[k].values)
                memcpy(out, record->curves[k].values + (dataset - first - 1) * n_epochs, n_epochs * sizeof(double));
        }
        return true;
    }
    return false;
}

static void set_prediction(const tcs_store *store, size_t dataset, const tcs_store_record *record, unsigned char *out) {
    const float *values = dataset == store->file.schema.predictions ? record->test_tc : record->test_probability;
    if (values)
        memcpy(out, values, record->n_test * sizeof(float));
}

static tcs_status set_part(const tcs_store *store, size_t dataset, const tcs_store_record *record, unsigned char *out,
                           tcs_error *error) {
    const store_dataset *part = &store->file.schema.datasets[dataset];
    if (dataset == STORE_SEED) { /* known from the beginning */
        size_t job = record->configuration * store->file.shape.n_splits + record->split;
        return store_raw_read(store->file.descriptor, store->file.path, part->address + job * part->job_bytes, out, part->job_bytes,
                              error);
    }
    set_nothing(part, out);
    if (dataset < STORE_N_FIXED)
        set_job(dataset, record, out);
    else if (dataset < store_schema_summary(TCS_SET_TRAIN, 0, STORE_MEAN))
        set_metric(dataset, record, out);
    else if (part->network != STORE_NONE) {
        if (record->parameters)
            memcpy(out, record->parameters + part->place, part->job_bytes);
    } else if (!set_curve(store, dataset, record, out))
        set_prediction(store, dataset, record, out);
    return TCS_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

/* A record that does not fit the file is a mistake of the program; it must not become a damaged file. */
static tcs_status check_record(const tcs_store *store, const tcs_store_record *record, tcs_error *error) {
    const store_file *file = &store->file;
    if (record->configuration >= file->shape.n_configurations || record->split >= file->shape.n_splits)
        return tcs_error_add(error, TCS_INTERNAL, "%s has no job (%zu, %zu)", file->path, record->configuration, record->split);
    const char *what = NULL;
    size_t network = file->network_of[record->configuration];
    if ((record->test_tc || record->test_probability) && record->n_test != file->n_test[record->split])
        what = "another number of predictions than test rows";
    if (record->parameters && network != STORE_NONE && record->n_parameters != file->shape.networks[network].n_parameters)
        what = "another number of parameters than its network";
    for (size_t i = 0; i < record->n_stages; i++)
        if (file->shape.n_stages > 0 && record->curves[i].stage >= file->shape.n_stages)
            what = "a stage that the sweep does not have";
    return what ? tcs_error_add(error, TCS_INTERNAL, "job (%zu, %zu) has %s", record->configuration, record->split, what) : TCS_OK;
}

tcs_status store_put_parts(tcs_store *store, const tcs_store_record *record, uint32_t *crc, tcs_error *error) {
    const store_file *file = &store->file;
    tcs_status status = check_record(store, record, error);
    unsigned char *out = store->parts;
    *crc = 0;
    for (size_t i = 0; status == TCS_OK && i < file->schema.n_job_parts; i++) {
        const store_dataset *part = part_at(store, i);
        if (!has_part(store, part, record->configuration))
            continue;
        status = set_part(store, file->schema.job_parts[i], record, out, error);
        *crc = tcs_crc32(*crc, out, part->job_bytes);
        out += part->job_bytes;
    }
    size_t job = record->configuration * file->shape.n_splits + record->split;
    out = store->parts;
    for (size_t i = 0; status == TCS_OK && i < file->schema.n_job_parts; i++) {
        const store_dataset *part = part_at(store, i);
        uint64_t address;
        if (!store_file_job_address(file, part, job, &address))
            continue;
        size_t dataset = file->schema.job_parts[i];
        if (dataset != STORE_STATUS && dataset != STORE_SEED)
            status = store_raw_write(file->descriptor, file->path, address, out, part->job_bytes, error);
        out += part->job_bytes;
    }
    return status;
}

tcs_status store_write_status(tcs_store *store, size_t job, tcs_outcome outcome, tcs_error *error) {
    const store_file *file = &store->file;
    uint8_t value = (uint8_t)outcome;
    tcs_status status =
        store_raw_write(file->descriptor, file->path, file->schema.datasets[STORE_STATUS].address + job, &value, 1, error);
    if (status == TCS_OK)
        store->outcomes[job] = outcome;
    return status;
}

tcs_status store_reset_job(tcs_store *store, size_t job, tcs_error *error) {
    size_t n_splits = store->file.shape.n_splits;
    const tcs_store_record nothing = {.configuration = job / n_splits,
                                      .split = job % n_splits,
                                      .outcome = TCS_JOB_QUEUED,
                                      .wall_s = NAN,
                                      .cpu_s = NAN,
                                      .started = NAN,
                                      .finished = NAN,
                                      .rank = -1};
    uint32_t crc;
    tcs_status status = store_write_status(store, job, TCS_JOB_QUEUED, error);
    return status == TCS_OK ? store_put_parts(store, &nothing, &crc, error) : status;
}
