/* result.c: a result's memory, and its bytes on the way from a trainer. */
#include "tcsweep/learn.h"

#include <stdlib.h>

#include "bytes_read.h"

/* Doubles a record of a stage's curves. */
#define RECORD_N (TCS_N_SETS * TCS_N_CURVES)

void tcs_result_free(tcs_result *result) {
    if (!result)
        return;
    for (size_t s = 0; s < result->n_stages && result->curves; s++)
        free(result->curves[s].values);
    free(result->curves);
    free(result->test_tc);
    free(result->test_probability);
    free(result->parameters);
    *result = (tcs_result){0};
}

static void put_floats(tcs_buffer *out, const float *values, size_t n) {
    tcs_buffer_add_u32(out, values != NULL);
    if (values)
        tcs_buffer_add(out, values, n * sizeof *values);
}

void tcs_result_encode(const tcs_result *result, tcs_buffer *out) {
    tcs_buffer_add(out, result->metrics, sizeof result->metrics);
    tcs_buffer_add_u32(out, result->has_diverged);
    tcs_buffer_add_u64(out, result->diverged_stage);
    tcs_buffer_add_u32(out, result->diverged_epoch);
    tcs_buffer_add_u64(out, result->n_test);
    put_floats(out, result->test_tc, result->n_test);
    put_floats(out, result->test_probability, result->n_test);
    tcs_buffer_add_u64(out, result->n_parameters);
    put_floats(out, result->parameters, result->n_parameters);
    tcs_buffer_add_u64(out, result->n_stages);
    for (size_t s = 0; s < result->n_stages; s++) {
        const struct tcs_result_curves *curves = &result->curves[s];
        tcs_buffer_add_u64(out, curves->n_recorded);
        if (curves->n_recorded > 0)
            tcs_buffer_add(out, curves->values, curves->n_recorded * RECORD_N * sizeof *curves->values);
    }
}

/* n items of so many bytes, copied; NULL, and failed, where the reader has fewer. */
static void *take_array(tcs_reader *reader, size_t n, size_t item_bytes, tcs_status *status, tcs_error *error) {
    size_t left = reader->failed ? 0 : reader->length - reader->position;
    if (reader->failed || n > left / item_bytes) {
        reader->failed = true;
        return NULL;
    }
    void *values = tcs_allocate(n, item_bytes, error);
    if (values)
        tcs_reader_take(reader, values, n * item_bytes);
    else
        *status = TCS_OUT_OF_MEMORY;
    return values;
}

static float *take_floats(tcs_reader *reader, size_t n, tcs_status *status, tcs_error *error) {
    return take_flag(reader) ? take_array(reader, n, sizeof(float), status, error) : NULL;
}

static tcs_status take_curves(tcs_reader *reader, tcs_result *out, tcs_error *error) {
    size_t n_stages = take_count(reader, sizeof(uint64_t));
    tcs_status status = TCS_OK;
    out->curves = tcs_allocate(n_stages, sizeof *out->curves, error);
    if (!out->curves)
        return TCS_OUT_OF_MEMORY;
    out->n_stages = n_stages;
    for (size_t s = 0; s < n_stages && !reader->failed && status == TCS_OK; s++) {
        size_t n_recorded = take_count(reader, RECORD_N * sizeof(double));
        if (n_recorded == 0)
            continue;
        out->curves[s].values = take_array(reader, n_recorded, RECORD_N * sizeof(double), &status, error);
        out->curves[s].n_recorded = out->curves[s].values ? n_recorded : 0;
    }
    return status;
}

static tcs_status take_result(tcs_reader *reader, tcs_result *out, tcs_error *error) {
    tcs_status status = TCS_OK;
    tcs_reader_take(reader, out->metrics, sizeof out->metrics);
    out->has_diverged = take_flag(reader);
    out->diverged_stage = (size_t)tcs_reader_take_bounded(reader, TCS_MAX_STAGES - 1);
    out->diverged_epoch = tcs_reader_take_u32(reader);
    out->n_test = (size_t)tcs_reader_take_bounded(reader, UINT32_MAX);
    out->test_tc = take_floats(reader, out->n_test, &status, error);
    out->test_probability = take_floats(reader, out->n_test, &status, error);
    out->n_parameters = (size_t)tcs_reader_take_bounded(reader, SIZE_MAX / sizeof(float));
    out->parameters = take_floats(reader, out->n_parameters, &status, error);
    if (status == TCS_OK && !reader->failed)
        status = take_curves(reader, out, error);
    if (status == TCS_OK && reader->failed)
        status = tcs_error_add(error, TCS_INTERNAL, "a result on its way from a trainer is damaged near byte %zu of %zu",
                               reader->position, reader->length);
    return status;
}

tcs_status tcs_result_decode(tcs_reader *reader, tcs_result *out, tcs_error *error) {
    *out = (tcs_result){0};
    tcs_status status = take_result(reader, out, error);
    if (status != TCS_OK)
        tcs_result_free(out);
    return status;
}
