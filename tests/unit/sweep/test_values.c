/* Values of sweep files: how they may be written, and their defaults. */
#include <math.h>

#include "sweep_text.h"

#define WHOLE DATA SPLITS ARCHITECTURES TRAIN

static void defaults_are_in_force(void) {
    tcs_sweep sweep = read_right(WHOLE);
    assert_text(sweep.name, "test");
    CU_ASSERT_EQUAL(sweep.seed, 1);
    CU_ASSERT_EQUAL(sweep.on_bad_row, TCS_BAD_ROW_ERROR);
    CU_ASSERT_FALSE(sweep.splits.is_stratified);
    CU_ASSERT(sweep.stores_weights && sweep.stores_predictions && sweep.stores_curves);
    CU_ASSERT_EQUAL(sweep.time_limit_s, 0);
    CU_ASSERT_EQUAL(sweep.memory_limit_bytes, 0);
    CU_ASSERT_EQUAL(sweep.max_attempts, 3);
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 1);
    assert_text(sweep.configurations[0].label, "small");
    const tcs_model *model = &sweep.configurations[0].model;
    CU_ASSERT_EQUAL(model->curve_every, 10);
    CU_ASSERT_EQUAL(model->stages[0].optimizer.beta2, 0.999);
    CU_ASSERT_EQUAL(model->stages[0].n_rate_steps, 0);
    CU_ASSERT_EQUAL(sweep.n_hyperparameters, 1);
    assert_text(sweep.hyperparameters[0].path, "architecture");
    CU_ASSERT_FALSE(sweep.hyperparameters[0].is_number);
    assert_text(sweep.configurations[0].values[0].text, "small");
    TCS_ASSERT_CONTAINS(sweep.resolved, "max_attempts: 3\n");
    TCS_ASSERT_CONTAINS(sweep.resolved, "epsilon: 1e-8\n");
    tcs_sweep_free(&sweep);
}

static double read_duration_s(const char *value) {
    char text[2048];
    snprintf(text, sizeof text, "%stime_limit: %s\n", WHOLE, value);
    tcs_sweep sweep = read_right(text);
    double duration_s = sweep.time_limit_s;
    tcs_sweep_free(&sweep);
    return duration_s;
}

static void durations(void) {
    CU_ASSERT_EQUAL(read_duration_s("90s"), 90);
    CU_ASSERT_EQUAL(read_duration_s("30m"), 1800);
    CU_ASSERT_EQUAL(read_duration_s("12h"), 43200);
    CU_ASSERT_EQUAL(read_duration_s("1.5 h"), 5400);
    CU_ASSERT_EQUAL(read_duration_s("2d"), 172800);
    CU_ASSERT_EQUAL(read_duration_s("1:02:03"), 3723);
    CU_ASSERT_EQUAL(read_duration_s("100:00:00"), 360000);
    CU_ASSERT_EQUAL(read_duration_s("none"), 0);
    static const char *const wrong[] = {"12",       "h",     "-1h",  "1:2:03", "1:60:00",  "01:02",
                                        "12 hours", "nan h", "infs", "1e9d",   "\"none\"", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[2048];
        snprintf(text, sizeof text, "%stime_limit: %s\n", WHOLE, wrong[i]);
        refuse(text, ": time_limit: found ");
    }
}

static uint64_t read_memory_bytes(const char *value) {
    char text[2048];
    snprintf(text, sizeof text, "%smemory_limit: %s\n", WHOLE, value);
    tcs_sweep sweep = read_right(text);
    uint64_t n_bytes = sweep.memory_limit_bytes;
    tcs_sweep_free(&sweep);
    return n_bytes;
}

static void amounts_of_memory(void) {
    CU_ASSERT_EQUAL(read_memory_bytes("4G"), UINT64_C(4) << 30);
    CU_ASSERT_EQUAL(read_memory_bytes("1.5GiB"), UINT64_C(3) << 29);
    CU_ASSERT_EQUAL(read_memory_bytes("512 M"), UINT64_C(512) << 20);
    CU_ASSERT_EQUAL(read_memory_bytes("2048K"), UINT64_C(2) << 20);
    CU_ASSERT_EQUAL(read_memory_bytes("1T"), UINT64_C(1) << 40);
    CU_ASSERT_EQUAL(read_memory_bytes("none"), 0);
    refuse(WHOLE "memory_limit: 4096\n", "powers of 1024");
    refuse(WHOLE "memory_limit: 4GB\n", "powers of 1024");
    refuse(WHOLE "memory_limit: 9999999999T\n", "powers of 1024");
}

static void numbers(void) {
    static const struct {
        const char *text;
        double value;
    } right[] = {{"1e-4", 1e-4}, {".5", 0.5}, {"5.", 5}, {"1E2", 100}, {"+3", 3}, {"0.1", 0.1}, {"0e0", -1}, {"1e-320", 1e-320}};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        char text[2048];
        snprintf(text, sizeof text, DATA SPLITS ARCHITECTURES "train:\n  learning_rate: %s\n  batch: 16\n  epochs: 10\n" STAGES,
                 right[i].text);
        if (right[i].value < 0) {
            refuse(text, "expected a number above 0");
            continue;
        }
        tcs_sweep sweep = read_right(text);
        CU_ASSERT_EQUAL(sweep.configurations[0].model.stages[0].learning_rate, right[i].value);
        tcs_sweep_free(&sweep);
    }
    static const char *const wrong[] = {"1e",  "e5",    "0x1p3", "1 000", "1_000", "nan", ".inf",
                                        "--1", "1e-4f", "١",     "00.5",  "yes",   "[1]", "1e-400"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[2048];
        snprintf(text, sizeof text, DATA SPLITS ARCHITECTURES "train:\n  learning_rate: %s\n  batch: 16\n  epochs: 10\n" STAGES,
                 wrong[i]);
        refuse(text, ": train.learning_rate: found ");
    }
}

static void seeds_are_64_bits(void) {
    tcs_sweep sweep = read_right("seed: 18446744073709551615\n" WHOLE);
    CU_ASSERT_EQUAL(sweep.seed, UINT64_MAX);
    TCS_ASSERT_CONTAINS(sweep.resolved, "seed: 18446744073709551615\n");
    tcs_sweep_free(&sweep);
    refuse("seed: 1e3\n" WHOLE, ": seed: found \"1e3\"");
    refuse("seed: 007\n" WHOLE, "leading zero");
    refuse("seed: -1\n" WHOLE, ": seed: found \"-1\"");
}

static void booleans(void) {
    static const char *const words[] = {"true", "True", "YES", "on", "false", "No", "OFF"};
    for (size_t i = 0; i < 7; i++) {
        char text[2048];
        snprintf(text, sizeof text, DATA "splits: {kind: k_fold, n: 5, stratified: %s}\n" ARCHITECTURES TRAIN, words[i]);
        tcs_sweep sweep = read_right(text);
        CU_ASSERT_EQUAL(sweep.splits.is_stratified, i < 4);
        tcs_sweep_free(&sweep);
    }
    refuse(DATA "splits: {kind: k_fold, n: 5, stratified: 1}\n" ARCHITECTURES TRAIN, "found \"1\"; expected true or false");
    refuse(DATA "splits: {kind: k_fold, n: 5, stratified: \"true\"}\n" ARCHITECTURES TRAIN, "expected true or false");
}

/* Words that YAML 1.1 takes for something else are texts where texts are expected. */
static void texts_stay_texts(void) {
    tcs_sweep sweep =
        read_right("data: {file: \"my table.csv\", formula: no, tc: \"T \\\"c\\\" / K\"}\n" SPLITS ARCHITECTURES TRAIN);
    assert_text(sweep.formula_column, "no");
    assert_text(sweep.tc_column, "T \"c\" / K");
    TCS_ASSERT_CONTAINS(sweep.data_file, "/my table.csv");
    tcs_sweep again = read_right(sweep.resolved);
    assert_text(again.tc_column, sweep.tc_column);
    CU_ASSERT(is_same(again.digest, sweep.digest));
    tcs_sweep_free(&again);
    tcs_sweep_free(&sweep);
    sweep = read_right("data: {file: /data/table.csv, formula: 1, tc: 2}\n" SPLITS ARCHITECTURES TRAIN);
    assert_text(sweep.data_file, "/data/table.csv");
    tcs_sweep_free(&sweep);
}

/* No curves are computed that are not stored, and none are stored that are not computed. */
static void curves_and_their_storage_agree(void) {
    tcs_sweep sweep = read_right(WHOLE "curves: {every: 0}\n");
    CU_ASSERT_FALSE(sweep.stores_curves);
    tcs_sweep_free(&sweep);
    sweep = read_right(WHOLE "store: {curves: none, weights: none}\n");
    CU_ASSERT_FALSE(sweep.stores_curves);
    CU_ASSERT_FALSE(sweep.stores_weights);
    CU_ASSERT(sweep.stores_predictions);
    CU_ASSERT_EQUAL(sweep.configurations[0].model.curve_every, 0);
    tcs_sweep_free(&sweep);
}

static void stages_may_differ(void) {
    tcs_sweep sweep = read_right(DATA SPLITS ARCHITECTURES
                                 "train:\n"
                                 "  learning_rate: 1e-3\n"
                                 "  learning_rate_steps: [{from: 50%, factor: 0.5}, {from: 99%, factor: 0.1}]\n"
                                 "  batch: 16\n"
                                 "  optimizer: {beta1: 0.8}\n"
                                 "  stages:\n"
                                 "    - {name: one, output: tc, train: [tc, trunk], epochs: 100, optimizer: {beta2: 0.99}}\n"
                                 "    - {name: two, output: class, train: [class], epochs: 7, learning_rate: 2e-3, batch: 32,\n"
                                 "       learning_rate_steps: [], loss: {reduction: mean}, optimizer: adam}\n"
                                 "    - {name: three, output: class, train: [class], epochs: 1}\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 1);
    const tcs_stage *one = &sweep.configurations[0].model.stages[0], *two = one + 1, *three = one + 2;
    CU_ASSERT_EQUAL(one->optimizer.beta1, 0.8);
    CU_ASSERT_EQUAL(one->optimizer.beta2, 0.99);
    CU_ASSERT_EQUAL(one->trained[0], 0);
    CU_ASSERT_EQUAL(one->trained[1], 1);
    CU_ASSERT_EQUAL_FATAL(one->n_rate_steps, 2);
    CU_ASSERT_EQUAL(one->rate_steps[0].from_epoch, 50);
    CU_ASSERT_EQUAL(one->rate_steps[1].from_epoch, 99);
    CU_ASSERT_EQUAL(two->learning_rate, 2e-3);
    CU_ASSERT_EQUAL(two->batch, 32);
    CU_ASSERT_EQUAL(two->optimizer.beta1, 0.8);
    CU_ASSERT_EQUAL(two->optimizer.beta2, 0.999);
    CU_ASSERT_EQUAL(two->n_rate_steps, 0);
    CU_ASSERT_EQUAL(two->loss.reduction, TCS_REDUCE_MEAN);
    CU_ASSERT_EQUAL(three->loss.reduction, TCS_REDUCE_SUM);
    CU_ASSERT_EQUAL(three->n_rate_steps, 0); /* half of one epoch is done only when it ends */
    tcs_sweep_free(&sweep);
}

/* A share lies at the first epoch before which that share is done; the later of two that fall together counts. */
static void shares_of_few_epochs(void) {
    static const struct {
        unsigned n_epochs;
        const char *steps;
        size_t n;
        unsigned from[2];
    } cases[] = {{5000, "{from: 60%, factor: 0.1}", 1, {3000}},
                 {30, "{from: 33.3%, factor: 0.1}", 1, {10}},
                 {3, "{from: 50%, factor: 0.1}", 1, {2}},
                 {10, "{from: 0%, factor: 0.1}", 1, {0}},
                 {10, "{from: 91%, factor: 0.1}", 0, {0}},
                 {10, "{from: 41%, factor: 0.5}, {from: 45%, factor: 0.1}", 1, {5}},
                 {10, "{from: 2, factor: 0.5}, {from: 70%, factor: 0.1}", 2, {2, 7}},
                 {1000, "{from: 7%, factor: 0.5}, {from: 29%, factor: 0.1}", 2, {70, 290}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 DATA SPLITS ARCHITECTURES
                 "train:\n  learning_rate: 1\n  batch: 16\n  epochs: %u\n  learning_rate_steps: [%s]\n" STAGES,
                 cases[i].n_epochs, cases[i].steps);
        tcs_sweep sweep = read_right(text);
        const tcs_stage *stage = &sweep.configurations[0].model.stages[0];
        CU_ASSERT_EQUAL_FATAL(stage->n_rate_steps, cases[i].n);
        for (size_t k = 0; k < cases[i].n; k++)
            CU_ASSERT_EQUAL(stage->rate_steps[k].from_epoch, cases[i].from[k]);
        if (i == 5)
            CU_ASSERT_EQUAL(stage->rate_steps[0].factor, 0.1);
        tcs_sweep_free(&sweep);
    }
}

/* As editors on Windows write it. */
static void line_ends_and_byte_order_marks(void) {
    tcs_sweep sweep = read_right("\xef\xbb\xbf"
                                 "seed: 3\r\n" WHOLE "max_attempts: 2\r\n");
    CU_ASSERT_EQUAL(sweep.seed, 3);
    CU_ASSERT_EQUAL(sweep.max_attempts, 2);
    tcs_sweep_free(&sweep);
}

static void anchors_are_written_out(void) {
    tcs_sweep sweep = read_right(DATA SPLITS "architectures:\n  one: &one\n" SMALL_ARCHITECTURE "  two: *one\n" TRAIN);
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 2);
    CU_ASSERT_FALSE(is_same(sweep.configurations[0].key, sweep.configurations[1].key)); /* the name counts */
    CU_ASSERT_EQUAL(sweep.n_networks, 2);
    CU_ASSERT_PTR_NULL(strchr(sweep.resolved, '*'));
    tcs_sweep_free(&sweep);
}

static void baselines_need_no_training(void) {
    tcs_sweep sweep = read_right(DATA SPLITS "architectures: {base: {learner: majority}}\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 1);
    CU_ASSERT_EQUAL(sweep.configurations[0].model.learner, TCS_LEARNER_MAJORITY);
    CU_ASSERT_EQUAL(sweep.configurations[0].network, TCS_NO_NETWORK);
    CU_ASSERT_EQUAL(sweep.n_networks, 0);
    tcs_sweep_free(&sweep);
    refuse(DATA SPLITS "architectures: {base: {learner: majority}}\ntrain: {learning_rate: 0, stages: []}\n", "found 0 stages");
}

TCS_TESTS("values of sweep files", {"defaults are in force", defaults_are_in_force}, {"durations", durations},
          {"amounts of memory", amounts_of_memory}, {"numbers", numbers}, {"seeds are 64 bits", seeds_are_64_bits},
          {"booleans", booleans}, {"texts stay texts", texts_stay_texts},
          {"curves and their storage agree", curves_and_their_storage_agree}, {"stages may differ", stages_may_differ},
          {"shares of few epochs", shares_of_few_epochs}, {"line ends and byte-order marks", line_ends_and_byte_order_marks},
          {"anchors are written out", anchors_are_written_out}, {"baselines need no training", baselines_need_no_training})
