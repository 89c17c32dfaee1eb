/* Models and results as bytes: back as they were; cut short or damaged they are refused without harm. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_networks.h"
#include "problem.h"

static tcs_buffer model_bytes(const tcs_model *model) {
    tcs_buffer buffer = {0};
    tcs_model_encode(model, &buffer);
    CU_ASSERT_FALSE(buffer.failed);
    return buffer;
}

static bool same_bytes(const tcs_buffer *a, const tcs_buffer *b) {
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static void check_model_comes_back(const tcs_model *model) {
    tcs_error error = {0};
    tcs_buffer bytes = model_bytes(model);
    tcs_buffer_add_u32(&bytes, 0xabcdef); /* something that follows */
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    tcs_model back;
    CU_ASSERT_EQUAL_FATAL(tcs_model_decode(&reader, &back, &error), TCS_OK);
    CU_ASSERT_EQUAL(tcs_reader_take_u32(&reader), 0xabcdef);
    tcs_buffer again = model_bytes(&back);
    bytes.length -= sizeof(uint32_t);
    CU_ASSERT(same_bytes(&bytes, &again));
    CU_ASSERT_STRING_EQUAL(back.feature ? back.feature : "", model->feature ? model->feature : "");
    CU_ASSERT_EQUAL(back.n_stages, model->n_stages);
    CU_ASSERT_EQUAL(back.network.n_branches, model->network.n_branches);
    tcs_model_free(&back);
    tcs_buffer_clear(&bytes);
    tcs_buffer_clear(&again);
}

static void models_come_back(void) {
    const tcs_model baseline = {.learner = TCS_LEARNER_MAJORITY};
    check_model_comes_back(&baseline);
    tcs_model model;
    small_model(7, &model);
    check_model_comes_back(&model);
    tcs_model_free(&model);
    small_model_without(TCS_TARGET_TC, 7, &model);
    model.network.file = strdup("small.yaml");
    check_model_comes_back(&model);
    tcs_model_free(&model);
    const char *const names[] = {"fcnn", "cnn"};
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(paper_model(names[i], 5000, &model, NULL), TCS_OK);
        check_model_comes_back(&model);
        tcs_model_free(&model);
    }
}

static void decoded_model_has_the_same_values(void) {
    tcs_model model, back;
    CU_ASSERT_EQUAL_FATAL(paper_model("cnn", 5000, &model, NULL), TCS_OK);
    model.curve_every = 25;
    tcs_buffer bytes = model_bytes(&model);
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    CU_ASSERT_EQUAL_FATAL(tcs_model_decode(&reader, &back, NULL), TCS_OK);
    CU_ASSERT_EQUAL(back.curve_every, 25);
    CU_ASSERT_STRING_EQUAL(back.network.name, "cnn");
    CU_ASSERT_STRING_EQUAL(back.network.branches[2].name, "classification");
    CU_ASSERT_EQUAL(back.network.branches[0].from, TCS_FROM_INPUT);
    CU_ASSERT_PTR_EQUAL(back.network.branches[0].layers[2].type, tcs_layer_type_find("conv2d"));
    CU_ASSERT_EQUAL(back.network.branches[0].layers[2].option[1], 5);
    CU_ASSERT_EQUAL(back.network.input.extent[2], 12);
    CU_ASSERT_EQUAL(back.stages[0].n_trained, 2);
    CU_ASSERT_EQUAL(back.stages[1].trained[0], 2);
    CU_ASSERT_EQUAL(back.stages[1].target, TCS_TARGET_CLASS);
    CU_ASSERT_EQUAL(back.stages[0].learning_rate, 1e-4);
    CU_ASSERT_EQUAL(back.stages[0].rate_steps[0].from_epoch, 3000);
    CU_ASSERT_EQUAL(back.stages[0].rate_steps[0].factor, 0.1);
    CU_ASSERT_EQUAL(back.stages[1].optimizer.beta2, 0.999);
    tcs_model_free(&back);
    tcs_model_free(&model);
    tcs_buffer_clear(&bytes);
}

/* A copy of exactly n bytes, so that a sanitizer sees a step beyond them. */
static unsigned char *exact_copy(const unsigned char *bytes, size_t n) {
    unsigned char *copy = malloc(n > 0 ? n : 1);
    if (copy && n > 0)
        memcpy(copy, bytes, n);
    return copy;
}

static void cut_models_are_refused(void) {
    tcs_model model, back;
    CU_ASSERT_EQUAL_FATAL(paper_model("cnn", 50, &model, NULL), TCS_OK);
    tcs_buffer bytes = model_bytes(&model);
    for (size_t n = 0; n < bytes.length; n++) {
        unsigned char *cut = exact_copy(bytes.bytes, n);
        tcs_error error = {0};
        tcs_reader reader = tcs_reader_start(cut, n);
        CU_ASSERT_EQUAL(tcs_model_decode(&reader, &back, &error), TCS_INTERNAL);
        TCS_ASSERT_CONTAINS(tcs_error_text(&error), "damaged");
        CU_ASSERT(back.stages == NULL && back.network.branches == NULL && back.feature == NULL);
        tcs_error_clear(&error);
        free(cut);
    }
    tcs_model_free(&model);
    tcs_buffer_clear(&bytes);
}

/* Damages 1 … 4 bytes at random places. */
static void damage(tcs_random_stream *stream, unsigned char *bytes, size_t n) {
    for (uint32_t k = 1 + tcs_random_next_below(stream, 4); k > 0; k--)
        bytes[tcs_random_next_below(stream, (uint32_t)n)] =
            (unsigned char)(tcs_random_next_below(stream, 3) == 0 ? 0xff : tcs_random_next(stream));
}

static void damaged_models_do_no_harm(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(3), TCS_RANDOM_TEST, 1, 0);
    tcs_model model;
    small_model(7, &model);
    tcs_buffer bytes = model_bytes(&model);
    size_t n_refused = 0;
    for (int i = 0; i < 5000; i++) {
        unsigned char *damaged = exact_copy(bytes.bytes, bytes.length);
        damage(&stream, damaged, bytes.length);
        tcs_reader reader = tcs_reader_start(damaged, bytes.length);
        tcs_model back;
        if (tcs_model_decode(&reader, &back, NULL) == TCS_OK) {
            CU_ASSERT_EQUAL(tcs_model_check(&back, NULL), TCS_OK);
            tcs_model_free(&back);
        } else {
            n_refused++;
            CU_ASSERT(back.stages == NULL && back.network.branches == NULL);
        }
        free(damaged);
    }
    CU_ASSERT(n_refused > 2000);
    tcs_model_free(&model);
    tcs_buffer_clear(&bytes);
}

/* A result with every part filled, or a diverged one. */
static void make_result(bool has_diverged, tcs_result *out) {
    *out = (tcs_result){.n_test = 5, .n_stages = 3, .has_diverged = has_diverged, .diverged_stage = 1, .diverged_epoch = 17};
    out->curves = calloc(3, sizeof *out->curves);
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t i = 0; i < TCS_N_METRICS; i++)
            out->metrics[set][i] = has_diverged ? NAN : (double)(10 * set + i) + 0.25;
    const size_t n_recorded[3] = {4, has_diverged ? 1 : 2, 0};
    for (size_t s = 0; s < 2; s++) {
        size_t n = n_recorded[s] * TCS_N_SETS * TCS_N_CURVES;
        out->curves[s].n_recorded = n_recorded[s];
        out->curves[s].values = calloc(n, sizeof(double));
        for (size_t i = 0; i < n; i++)
            out->curves[s].values[i] = (double)i + 0.5 * (double)s;
    }
    if (has_diverged)
        return;
    out->test_tc = calloc(5, sizeof(float));
    out->test_probability = calloc(5, sizeof(float));
    out->n_parameters = 9;
    out->parameters = calloc(9, sizeof(float));
    for (size_t i = 0; i < 5; i++)
        out->test_tc[i] = (float)i;
    for (size_t i = 0; i < 9; i++)
        out->parameters[i] = -(float)i;
}

static void results_come_back(void) {
    for (int has_diverged = 0; has_diverged < 2; has_diverged++) {
        tcs_result result, back;
        make_result(has_diverged, &result);
        tcs_buffer bytes = result_bytes(&result);
        tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
        CU_ASSERT_EQUAL_FATAL(tcs_result_decode(&reader, &back, NULL), TCS_OK);
        CU_ASSERT_EQUAL(reader.position, bytes.length);
        CU_ASSERT(same_results(&result, &back));
        CU_ASSERT_EQUAL(back.n_test, 5);
        CU_ASSERT_EQUAL(back.has_diverged, has_diverged);
        CU_ASSERT_EQUAL(back.diverged_epoch, 17);
        CU_ASSERT_EQUAL(back.curves[0].n_recorded, 4);
        CU_ASSERT_EQUAL(back.curves[1].values[3], 3.5);
        CU_ASSERT(back.curves[2].n_recorded == 0 && back.curves[2].values == NULL);
        CU_ASSERT_EQUAL(back.parameters == NULL, has_diverged);
        CU_ASSERT_EQUAL(back.test_probability == NULL, has_diverged);
        if (!has_diverged)
            CU_ASSERT(back.parameters[8] == -8.0F && back.metrics[1][2] == 12.25);
        tcs_result_free(&result);
        tcs_result_free(&back);
        tcs_buffer_clear(&bytes);
    }
}

static void cut_results_are_refused(void) {
    tcs_result result, back;
    make_result(false, &result);
    tcs_buffer bytes = result_bytes(&result);
    for (size_t n = 0; n < bytes.length; n++) {
        unsigned char *cut = exact_copy(bytes.bytes, n);
        tcs_error error = {0};
        tcs_reader reader = tcs_reader_start(cut, n);
        CU_ASSERT_EQUAL(tcs_result_decode(&reader, &back, &error), TCS_INTERNAL);
        TCS_ASSERT_CONTAINS(tcs_error_text(&error), "damaged");
        CU_ASSERT(back.curves == NULL && back.parameters == NULL && back.test_tc == NULL);
        tcs_error_clear(&error);
        free(cut);
    }
    tcs_result_free(&result);
    tcs_buffer_clear(&bytes);
}

static void damaged_results_do_no_harm(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(4), TCS_RANDOM_TEST, 2, 0);
    tcs_result result, back;
    make_result(false, &result);
    tcs_buffer bytes = result_bytes(&result);
    for (int i = 0; i < 20000; i++) {
        unsigned char *damaged = exact_copy(bytes.bytes, bytes.length);
        damage(&stream, damaged, bytes.length);
        tcs_reader reader = tcs_reader_start(damaged, bytes.length);
        if (tcs_result_decode(&reader, &back, NULL) == TCS_OK) {
            tcs_buffer again = result_bytes(&back); /* every array is as long as it says */
            CU_ASSERT_FALSE(again.failed);
            tcs_buffer_clear(&again);
        }
        tcs_result_free(&back);
        free(damaged);
    }
    tcs_result_free(&result);
    tcs_buffer_clear(&bytes);
}

static void lengths_beyond_memory_are_refused(void) {
    tcs_result result, back;
    make_result(false, &result);
    tcs_buffer bytes = result_bytes(&result);
    const size_t n_test_at = sizeof result.metrics + 4 + 8 + 4;
    const uint64_t lengths[] = {6, 0x40000000, UINT64_MAX / 4, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memcpy(bytes.bytes + n_test_at, &lengths[i], sizeof lengths[i]);
        tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
        CU_ASSERT_EQUAL(tcs_result_decode(&reader, &back, NULL), TCS_INTERNAL);
    }
    tcs_result_free(&result);
    tcs_buffer_clear(&bytes);
}

TCS_TESTS("bytes", {"models come back", models_come_back},
          {"a decoded model has the same values", decoded_model_has_the_same_values},
          {"cut models are refused", cut_models_are_refused}, {"damaged models do no harm", damaged_models_do_no_harm},
          {"results come back", results_come_back}, {"cut results are refused", cut_results_are_refused},
          {"damaged results do no harm", damaged_results_do_no_harm},
          {"lengths beyond the bytes are refused", lengths_beyond_memory_are_refused})
