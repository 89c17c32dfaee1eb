/* An open store: opening, marking, committing, closing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "raw.h"
#include "states.h"
#include "summary.h"
#include "writer.h"

#define MOST_WARNINGS 20
#define BEAT_S 10.0

/* ---- opening --------------------------------------------------------------------------------------------------------- */

static bool parse_digest(const char *text, uint8_t digest[TCS_DIGEST_BYTES]) {
    char again[2 * TCS_DIGEST_BYTES + 1];
    for (size_t i = 0; text && i < TCS_DIGEST_BYTES; i++) {
        char pair[3] = {text[2 * i], text[2 * i] ? text[2 * i + 1] : 0, 0};
        if (!pair[1])
            return false;
        digest[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    if (!text)
        return false;
    tcs_digest_text(digest, again);
    return strcmp(again, text) == 0;
}

static tcs_status read_identity(tcs_store *store, tcs_error *error) {
    store_file *file = &store->file;
    hid_t root = H5Gopen2(file->h5, "/", H5P_DEFAULT);
    const char *sweep = root < 0 ? NULL : store_h5_text_attribute(root, "sweep_sha256", &file->arena);
    const char *data = root < 0 ? NULL : store_h5_text_attribute(root, "data_sha256", &file->arena);
    if (!parse_digest(sweep, store->sweep_sha256) || !parse_digest(data, store->data_sha256))
        return tcs_error_add(error, TCS_BAD_RESULTS, "%s does not say of which sweep and data it is", file->path);
    return TCS_OK;
}

typedef struct damage {
    tcs_store *store;
    tcs_error *warnings;
    size_t n;
} damage;

static tcs_status requeue_damaged(void *context, size_t job, tcs_error *error) {
    damage *found = context;
    char name[STORE_JOB_NAME_BYTES];
    store_job_name(&found->store->file, job, name);
    if (++found->n <= MOST_WARNINGS)
        tcs_error_add(found->warnings, TCS_BAD_RESULTS, "%s: what is stored of %s is damaged; it will run again",
                      found->store->file.path, name);
    return store_reset_job(found->store, job, error);
}

/* Brings the file to where a sweep goes on: nothing runs, nothing is damaged, the summary is that of the jobs done. */
static tcs_status recover(tcs_store *store, tcs_error *warnings, tcs_error *error) {
    const store_file *file = &store->file;
    size_t n_jobs = file->shape.n_configurations * file->shape.n_splits, n_checked;
    damage found = {.store = store, .warnings = warnings};
    tcs_status status = TCS_OK;
    for (size_t i = 0; status == TCS_OK && i < n_jobs; i++)
        if (store->outcomes[i] == TCS_JOB_RUNNING)
            status = store_write_status(store, i, TCS_JOB_QUEUED, error);
    if (status == TCS_OK)
        status = store_checksum_find_damage(file, store->outcomes, requeue_damaged, &found, &n_checked, error);
    if (found.n > MOST_WARNINGS)
        tcs_error_add(warnings, TCS_BAD_RESULTS, "%s: %zu more jobs are damaged; they will run again", file->path,
                      found.n - MOST_WARNINGS);
    if (status == TCS_OK)
        status = store_refresh_summary(store, error);
    if (status == TCS_OK)
        status = store_write_state(store, error);
    return status == TCS_OK ? store_raw_sync(file->descriptor, file->path, error) : status;
}

static tcs_status allocate(tcs_store *store, tcs_error *error) {
    store->parts = tcs_allocate(store->file.schema.most_job_bytes, 1, error);
    store->row = tcs_allocate(store->file.shape.n_splits, sizeof *store->row, error);
    return store->parts && store->row ? TCS_OK : TCS_OUT_OF_MEMORY;
}

static void free_store(tcs_store *store) {
    store_file_close(&store->file);
    free(store->outcomes);
    free(store->pending);
    free(store->parts);
    free(store->row);
    free(store);
}

tcs_status tcs_store_open(const char *path, double wait_s, tcs_store **out, tcs_error *warnings, tcs_error *error) {
    *out = NULL;
    tcs_store *store = tcs_allocate(1, sizeof *store, error);
    if (!store)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = store_file_open(path, STORE_FOR_WRITING, &store->file, error);
    if (status != TCS_OK) {
        free(store);
        return status;
    }
    status = store_file_check_version(&store->file, error);
    if (status == TCS_OK)
        status = read_identity(store, error);
    store_file_close_h5(&store->file);
    if (status == TCS_OK)
        status = store_lock_take(&store->file, wait_s, false, &store->lock, error);
    if (status == TCS_OK) /* the one that held it may have been replaced while we waited */
        status = store_file_check_in_place(&store->file, error);
    if (status == TCS_OK)
        status = allocate(store, error);
    if (status == TCS_OK)
        status = store_states_read(&store->file, &store->outcomes, error);
    if (status == TCS_OK && !store->file.is_intact)
        tcs_error_add(warnings, TCS_BAD_RESULTS,
                      "%s is not as it was made: it was repacked, edited or damaged outside the jobs' results", path);
    if (status == TCS_OK)
        status = recover(store, warnings, error);
    if (status != TCS_OK) {
        free_store(store);
        return status;
    }
    store->beat_s = tcs_clock_s();
    *out = store;
    return TCS_OK;
}

const uint8_t *tcs_store_sweep_sha256(const tcs_store *store) {
    return store->sweep_sha256;
}

const uint8_t *tcs_store_data_sha256(const tcs_store *store) {
    return store->data_sha256;
}

const tcs_outcome *tcs_store_outcomes(const tcs_store *store) {
    return store->outcomes;
}

/* ---- committing ------------------------------------------------------------------------------------------------------ */

tcs_status store_write_state(tcs_store *store, tcs_error *error) {
    const store_file *file = &store->file;
    size_t n_jobs = file->shape.n_configurations * file->shape.n_splits;
    uint64_t n_done = 0;
    uint8_t is_complete = 1;
    for (size_t i = 0; i < n_jobs; i++) {
        n_done += store->outcomes[i] == TCS_JOB_DONE;
        is_complete &= store->outcomes[i] == TCS_JOB_UNPLANNED || tcs_outcome_is_final(store->outcomes[i]);
    }
    double now = store_now();
    const struct {
        size_t dataset;
        const void *value;
    } parts[] = {{STORE_JOBS_DONE, &n_done}, {STORE_COMPLETE, &is_complete}, {STORE_UPDATED, &now}};
    tcs_status status = TCS_OK;
    for (size_t i = 0; status == TCS_OK && i < sizeof parts / sizeof *parts; i++) {
        const store_dataset *dataset = &file->schema.datasets[parts[i].dataset];
        status = store_raw_write(file->descriptor, file->path, dataset->address, parts[i].value, (size_t)dataset->n_bytes, error);
    }
    return status;
}

/* Before a promise is given: the file is still there, and ours. */
static tcs_status check_usable(const tcs_store *store, tcs_error *error) {
    if (store->is_broken)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s cannot be written any more: the disk failed earlier", store->file.path);
    tcs_status status = store_file_check_in_place(&store->file, error);
    return status == TCS_OK ? store_lock_check(&store->file, &store->lock, error) : status;
}

/* A failed sync may have thrown away what was written, and the next one would not say so: only opening anew helps. */
static tcs_status sync_store(tcs_store *store, tcs_error *error) {
    tcs_status status = store_raw_sync(store->file.descriptor, store->file.path, error);
    store->is_broken |= status != TCS_OK;
    return status;
}

/* By job; one that was put twice keeps the order of the puts. */
static int compare_pending(const void *a, const void *b) {
    const struct store_pending *one = a, *two = b;
    if (one->job != two->job)
        return one->job < two->job ? -1 : 1;
    return one->order < two->order ? -1 : one->order > two->order;
}

/* The second half of a commit: the data are on the disk. */
static tcs_status promise(tcs_store *store, tcs_error *error) {
    const store_file *file = &store->file;
    size_t last = STORE_NONE;
    tcs_status status = TCS_OK;
    qsort(store->pending, store->n_pending, sizeof *store->pending, compare_pending);
    for (size_t i = 0; status == TCS_OK && i < store->n_pending; i++) {
        const struct store_pending *pending = &store->pending[i];
        uint64_t address = file->schema.datasets[STORE_CRC].address + pending->job * sizeof pending->crc;
        status = store_raw_write(file->descriptor, file->path, address, &pending->crc, sizeof pending->crc, error);
        if (status == TCS_OK)
            status = store_write_status(store, pending->job, pending->outcome, error);
    }
    for (size_t i = 0; status == TCS_OK && i < store->n_pending; i++) {
        size_t configuration = store->pending[i].job / file->shape.n_splits;
        if (configuration != last)
            status = store_write_summary(store, configuration, error);
        last = configuration;
    }
    return status == TCS_OK ? store_write_state(store, error) : status;
}

static tcs_status beat(tcs_store *store, tcs_error *error) {
    if (tcs_clock_s() - store->beat_s < BEAT_S)
        return TCS_OK;
    tcs_status status = check_usable(store, error);
    double now = store_now();
    if (status == TCS_OK)
        status = store_raw_write(store->file.descriptor, store->file.path, store->file.schema.datasets[STORE_UPDATED].address, &now,
                                 sizeof now, error);
    store->beat_s = tcs_clock_s();
    return status;
}

tcs_status tcs_store_commit(tcs_store *store, tcs_error *error) {
    if (store->n_pending == 0)
        return beat(store, error);
    tcs_status status = check_usable(store, error);
    if (status == TCS_OK)
        status = sync_store(store, error);
    if (status == TCS_OK)
        status = promise(store, error);
    if (status == TCS_OK)
        status = sync_store(store, error);
    if (status == TCS_OK) {
        store->n_pending = 0;
        store->beat_s = tcs_clock_s();
    }
    return status;
}

tcs_status tcs_store_close(tcs_store *store, tcs_error *error) {
    if (!store)
        return TCS_OK;
    tcs_status status = tcs_store_commit(store, error);
    if (status == TCS_OK)
        status = check_usable(store, error);
    if (status == TCS_OK)
        status = store_lock_release(&store->file, &store->lock, error);
    free_store(store);
    return status;
}

/* ---- jobs ------------------------------------------------------------------------------------------------------------ */

static struct store_pending *add_pending(tcs_store *store) {
    if (store->n_pending == store->pending_capacity) {
        size_t capacity = 2 * store->pending_capacity + 64;
        struct store_pending *larger = realloc(store->pending, capacity * sizeof *larger);
        if (!larger)
            return NULL;
        store->pending = larger;
        store->pending_capacity = capacity;
    }
    return &store->pending[store->n_pending++];
}

tcs_status tcs_store_put(tcs_store *store, const tcs_store_record *record, tcs_error *error) {
    uint32_t crc;
    if (!tcs_outcome_is_final(record->outcome) && record->outcome != TCS_JOB_CANCELLED)
        return tcs_error_add(error, TCS_INTERNAL, "a job that is %s leaves nothing to store", tcs_outcome_name(record->outcome));
    tcs_status status = store_put_parts(store, record, &crc, error);
    if (status != TCS_OK)
        return status;
    size_t job = record->configuration * store->file.shape.n_splits + record->split;
    struct store_pending *pending = add_pending(store);
    if (!pending)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while storing a result in %s", store->file.path);
    *pending = (struct store_pending){.job = job, .order = store->n_pending, .outcome = record->outcome, .crc = crc};
    return TCS_OK;
}

tcs_status tcs_store_mark(tcs_store *store, size_t configuration, size_t split, tcs_outcome outcome, tcs_error *error) {
    const store_shape *shape = &store->file.shape;
    if (configuration >= shape->n_configurations || split >= shape->n_splits ||
        (outcome != TCS_JOB_QUEUED && outcome != TCS_JOB_RUNNING))
        return tcs_error_add(error, TCS_INTERNAL, "job (%zu, %zu) cannot be marked %s", configuration, split,
                             tcs_outcome_name(outcome));
    return store_write_status(store, configuration * shape->n_splits + split, outcome, error);
}

tcs_status tcs_store_requeue_failed(tcs_store *store, size_t *n_requeued, tcs_error *error) {
    size_t n_jobs = store->file.shape.n_configurations * store->file.shape.n_splits;
    tcs_status status = tcs_store_commit(store, error);
    *n_requeued = 0;
    for (size_t i = 0; status == TCS_OK && i < n_jobs; i++) {
        if (!tcs_outcome_is_failure(store->outcomes[i]) && store->outcomes[i] != TCS_JOB_CANCELLED)
            continue;
        status = store_reset_job(store, i, error);
        ++*n_requeued;
    }
    if (status == TCS_OK)
        status = store_write_state(store, error);
    return status == TCS_OK ? sync_store(store, error) : status;
}
