/* study.c: a study as bytes and back. Writing and reading stand side by side, part for part. */
#include "tcsweep/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study_private.h"
#include "tcsweep/features.h"

static const char magic[8] = "tcstudy";
#define STUDY_VERSION 1

void tcs_study_free(tcs_study *study) {
    if (!study)
        return;
    tcs_table_free(&study->table);
    tcs_splits_free(&study->splits);
    for (size_t c = 0; c < study->n_configurations && study->models; c++)
        tcs_model_free(&study->models[c]);
    free(study->models);
    free(study->job_keys);
    *study = (tcs_study){0};
}

/* A count of things that take at least so many bytes each and must still lie in the reader. */
static size_t take_count(tcs_reader *reader, size_t least_bytes_each) {
    return (size_t)tcs_reader_take_bounded(reader, (reader->length - reader->position) / least_bytes_each);
}

static tcs_status damaged(const tcs_reader *reader, const char *what, tcs_error *error) {
    return tcs_error_add(error, TCS_INTERNAL, "the study for the trainers is damaged: %s, near byte %zu of %zu", what,
                         reader->position, reader->length);
}

/* ---- header ---------------------------------------------------------------------------------------------------------- */

static void put_header(tcs_buffer *out, const tcs_study *study) {
    tcs_buffer_add(out, magic, sizeof magic);
    tcs_buffer_add_u32(out, STUDY_VERSION);
    tcs_buffer_add_u32(out, (uint32_t)study->isa);
    tcs_buffer_add_f64(out, study->time_limit_s);
    tcs_buffer_add_u64(out, study->memory_limit_bytes);
}

static tcs_status take_header(tcs_reader *reader, tcs_study *out, tcs_error *error) {
    char found[sizeof magic];
    tcs_reader_take(reader, found, sizeof found);
    uint32_t version = tcs_reader_take_u32(reader);
    uint32_t isa = tcs_reader_take_u32(reader);
    out->time_limit_s = tcs_reader_take_f64(reader);
    out->memory_limit_bytes = tcs_reader_take_u64(reader);
    if (reader->failed || memcmp(found, magic, sizeof magic) != 0)
        return damaged(reader, "these bytes are no study", error);
    if (version != STUDY_VERSION)
        return tcs_error_add(error, TCS_INTERNAL,
                             "the study for the trainers has version %u, this program reads %d: all ranks must run "
                             "the same tcsweep",
                             version, STUDY_VERSION);
    if (isa >= TCS_N_ISAS)
        return damaged(reader, "unknown instruction set", error);
    out->isa = (tcs_isa)isa;
    if (!isfinite(out->time_limit_s) || out->time_limit_s < 0)
        return damaged(reader, "a time limit that is no time", error);
    return TCS_OK;
}

tcs_status tcs_study_peek_isa(const void *bytes, size_t n_bytes, tcs_isa *out, tcs_error *error) {
    tcs_reader reader = tcs_reader_start(bytes, n_bytes);
    tcs_study study = {0};
    tcs_status status = take_header(&reader, &study, error);
    *out = study.isa;
    return status;
}

/* ---- splits ---------------------------------------------------------------------------------------------------------- */

static void put_rows(tcs_buffer *out, size_t n, const uint32_t *rows) {
    tcs_buffer_add_u64(out, n);
    tcs_buffer_add(out, rows, n * sizeof *rows);
}

/* Rows in ascending order, each of the table. */
static tcs_status take_rows(tcs_reader *reader, size_t n_table_rows, size_t *n, uint32_t **rows, tcs_error *error) {
    size_t n_rows = take_count(reader, sizeof **rows);
    if (reader->failed || n_rows == 0)
        return damaged(reader, "a split has no rows", error);
    *rows = tcs_allocate(n_rows, sizeof **rows, error);
    if (!*rows)
        return TCS_OUT_OF_MEMORY;
    *n = n_rows;
    tcs_reader_take(reader, *rows, n_rows * sizeof **rows);
    for (size_t i = 0; i < n_rows; i++)
        if ((*rows)[i] >= n_table_rows || (i > 0 && (*rows)[i] <= (*rows)[i - 1]))
            return damaged(reader, "a split's rows are not the table's in ascending order", error);
    return TCS_OK;
}

static void put_splits(tcs_buffer *out, const tcs_splits *splits) {
    tcs_buffer_add_u64(out, splits->n_splits);
    for (size_t s = 0; s < splits->n_splits; s++) {
        tcs_buffer_add_u64(out, splits->seed[s]);
        put_rows(out, splits->n_train[s], splits->train_rows[s]);
        put_rows(out, splits->n_test[s], splits->test_rows[s]);
    }
}

/* The least that a split takes: its seed, two counts and a row each. */
#define SPLIT_LEAST_BYTES 32

static tcs_status take_splits(tcs_reader *reader, size_t n_table_rows, tcs_splits *out, tcs_error *error) {
    size_t n = take_count(reader, SPLIT_LEAST_BYTES);
    if (reader->failed || n == 0)
        return damaged(reader, "it has no splits", error);
    out->n_train = tcs_allocate(n, sizeof *out->n_train, error);
    out->n_test = tcs_allocate(n, sizeof *out->n_test, error);
    out->train_rows = tcs_allocate(n, sizeof *out->train_rows, error);
    out->test_rows = tcs_allocate(n, sizeof *out->test_rows, error);
    out->seed = tcs_allocate(n, sizeof *out->seed, error);
    if (!out->n_train || !out->n_test || !out->train_rows || !out->test_rows || !out->seed)
        return TCS_OUT_OF_MEMORY;
    out->n_splits = n;
    tcs_status status = TCS_OK;
    for (size_t s = 0; s < n && status == TCS_OK; s++) {
        out->seed[s] = tcs_reader_take_u64(reader);
        status = take_rows(reader, n_table_rows, &out->n_train[s], &out->train_rows[s], error);
        if (status == TCS_OK)
            status = take_rows(reader, n_table_rows, &out->n_test[s], &out->test_rows[s], error);
    }
    return status;
}

/* ---- models ---------------------------------------------------------------------------------------------------------- */

static void put_models(tcs_buffer *out, const tcs_study *study) {
    tcs_buffer_add_u64(out, study->n_configurations);
    for (size_t c = 0; c < study->n_configurations; c++)
        tcs_model_encode(&study->models[c], out);
    for (size_t j = 0; j < study->n_configurations * study->splits.n_splits; j++)
        tcs_buffer_add(out, study->job_keys[j].word, sizeof study->job_keys[j].word);
}

/* What a network reads is what its feature yields. */
static tcs_status check_feature(const tcs_reader *reader, const tcs_model *model, tcs_error *error) {
    if (model->learner != TCS_LEARNER_NETWORK)
        return TCS_OK;
    const tcs_feature *feature = model->feature ? tcs_feature_find(model->feature) : NULL;
    if (!feature)
        return damaged(reader, "a network without a known feature", error);
    bool is_same = feature->rank == model->network.input.rank;
    for (int i = 0; i < feature->rank && is_same; i++)
        is_same = feature->extent[i] == model->network.input.extent[i];
    return is_same ? TCS_OK : damaged(reader, "a network's input is not of its feature's shape", error);
}

/* The least that a model takes: learner, curve_every, whether it has a feature. */
#define MODEL_LEAST_BYTES 12

static tcs_status take_models(tcs_reader *reader, tcs_study *out, tcs_error *error) {
    size_t n = take_count(reader, MODEL_LEAST_BYTES);
    if (reader->failed || n == 0)
        return damaged(reader, "it has no models", error);
    out->models = tcs_allocate(n, sizeof *out->models, error);
    if (!out->models)
        return TCS_OUT_OF_MEMORY;
    out->n_configurations = n;
    tcs_status status = TCS_OK;
    for (size_t c = 0; c < n && status == TCS_OK; c++) {
        status = tcs_model_decode(reader, &out->models[c], error);
        if (status == TCS_OK)
            status = check_feature(reader, &out->models[c], error);
    }
    return status;
}

static tcs_status take_job_keys(tcs_reader *reader, tcs_study *out, tcs_error *error) {
    size_t n_splits = out->splits.n_splits, key_bytes = sizeof out->job_keys->word;
    if (out->n_configurations > (reader->length - reader->position) / key_bytes / n_splits)
        return damaged(reader, "the keys of its jobs are missing", error);
    size_t n_jobs = out->n_configurations * n_splits;
    out->job_keys = tcs_allocate(n_jobs, sizeof *out->job_keys, error);
    if (!out->job_keys)
        return TCS_OUT_OF_MEMORY;
    for (size_t j = 0; j < n_jobs; j++)
        tcs_reader_take(reader, out->job_keys[j].word, key_bytes);
    return TCS_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

void tcs_study_encode(const tcs_study *study, tcs_buffer *out) {
    put_header(out, study);
    tcs_table_encode(&study->table, out);
    put_splits(out, &study->splits);
    put_models(out, study);
}

static tcs_status take_study(tcs_reader *reader, tcs_study *out, tcs_error *error) {
    tcs_status status = take_header(reader, out, error);
    if (status == TCS_OK)
        status = tcs_table_decode(reader, &out->table, error);
    if (status == TCS_OK)
        status = take_splits(reader, out->table.n_rows, &out->splits, error);
    if (status == TCS_OK)
        status = take_models(reader, out, error);
    if (status == TCS_OK)
        status = take_job_keys(reader, out, error);
    if (status == TCS_OK && reader->failed)
        status = damaged(reader, "its end is missing", error);
    return status;
}

tcs_status tcs_study_decode(tcs_reader *reader, tcs_study *out, tcs_error *error) {
    *out = (tcs_study){0};
    tcs_status status = take_study(reader, out, error);
    if (status != TCS_OK)
        tcs_study_free(out);
    return status;
}
