/* The space: combinations, labels, values, networks; and what identities depend on. */
#include <math.h>

#include "sweep_text.h"

#define TWO_ARCHITECTURES "architectures:\n  small:\n" SMALL_ARCHITECTURE "  base: {learner: majority}\n"
#define WHOLE DATA SPLITS ARCHITECTURES TRAIN
#define LABEL(sweep, i) ((sweep).configurations[i].label)

static void grid_in_order(void) {
    tcs_sweep sweep =
        read_right(DATA SPLITS TWO_ARCHITECTURES TRAIN
                   "space:\n  train.batch: [8, 16]\n  architecture: [base, small]\n  train.learning_rate: [1e-3, 1e-4]\n");
    static const char *const labels[] = {"base", "small batch=8 learning_rate=0.001", "small batch=8 learning_rate=0.0001",
                                         "small batch=16 learning_rate=0.001", "small batch=16 learning_rate=0.0001"};
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 5);
    for (size_t c = 0; c < 5; c++)
        assert_text(LABEL(sweep, c), labels[c]);
    CU_ASSERT_EQUAL_FATAL(sweep.n_hyperparameters, 3);
    assert_text(sweep.hyperparameters[0].path, "architecture");
    assert_text(sweep.hyperparameters[1].path, "train.batch");
    CU_ASSERT(sweep.hyperparameters[1].is_number);
    assert_text(sweep.hyperparameters[2].path, "train.learning_rate");
    CU_ASSERT(isnan(sweep.configurations[0].values[2].number));
    assert_text(sweep.configurations[0].values[2].text, "");
    assert_text(sweep.configurations[0].values[0].text, "base");
    CU_ASSERT_EQUAL(sweep.configurations[2].values[1].number, 8);
    CU_ASSERT_EQUAL(sweep.configurations[2].values[2].number, 1e-4);
    CU_ASSERT_EQUAL(sweep.configurations[2].model.stages[1].batch, 8);
    CU_ASSERT_EQUAL(sweep.configurations[2].model.stages[1].learning_rate, 1e-4);
    tcs_sweep_free(&sweep);
}

/* Only what varies is in labels; names are as short as they can be told apart. */
static void labels_are_short(void) {
    tcs_sweep sweep = read_right(WHOLE "space:\n"
                                       "  train.learning_rate: [0.01]\n"
                                       "  train.stages.regression.learning_rate: [1e-3, 1e-4]\n"
                                       "  train.stages.classification.epochs: [3, 4]\n"
                                       "  train.loss.reduction: [sum, mean]\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 8);
    assert_text(LABEL(sweep, 0), "small regression.learning_rate=0.001 epochs=3 reduction=sum");
    assert_text(LABEL(sweep, 7), "small regression.learning_rate=0.0001 epochs=4 reduction=mean");
    CU_ASSERT_FALSE(sweep.hyperparameters[4].is_number);
    assert_text(sweep.configurations[7].values[4].text, "mean");
    CU_ASSERT(isnan(sweep.configurations[7].values[4].number));
    CU_ASSERT_EQUAL(sweep.configurations[0].values[1].number, 0.01);
    CU_ASSERT_EQUAL(sweep.configurations[0].model.stages[0].learning_rate, 1e-3);
    CU_ASSERT_EQUAL(sweep.configurations[0].model.stages[1].learning_rate, 0.01);
    CU_ASSERT_EQUAL(sweep.configurations[7].model.stages[0].n_epochs, 10);
    CU_ASSERT_EQUAL(sweep.configurations[7].model.stages[1].n_epochs, 4);
    for (size_t a = 0; a < 8; a++)
        for (size_t b = 0; b < a; b++) {
            CU_ASSERT_STRING_NOT_EQUAL(LABEL(sweep, a), LABEL(sweep, b));
            CU_ASSERT_FALSE(is_same(sweep.configurations[a].key, sweep.configurations[b].key));
        }
    tcs_sweep_free(&sweep);
}

/* A value may stand in the space alone, inside what is absent or written as a word. */
static void paths_make_their_way(void) {
    tcs_sweep sweep = read_right(DATA SPLITS ARCHITECTURES
                                 "train:\n  optimizer: adam\n  learning_rate_steps: [{from: 50%, factor: 0.1}]\n" STAGES "space:\n"
                                 "  train.learning_rate: [1e-3]\n"
                                 "  train.batch: [4]\n"
                                 "  train.epochs: [10]\n"
                                 "  train.optimizer.beta1: [0.8, 0.9]\n"
                                 "  train.optimizer: [adam]\n"
                                 "  train.learning_rate_steps.0.from: [20%, 5]\n"
                                 "  train.stages.regression.loss.reduction: [mean]\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 4);
    assert_text(LABEL(sweep, 0), "small beta1=0.8 from=20%");
    assert_text(LABEL(sweep, 3), "small beta1=0.9 from=5");
    assert_text(sweep.configurations[3].values[5].text, "adam");
    const tcs_stage *stages = sweep.configurations[3].model.stages;
    CU_ASSERT_EQUAL(stages[0].optimizer.beta1, 0.9);
    CU_ASSERT_EQUAL(stages[0].rate_steps[0].from_epoch, 5);
    CU_ASSERT_EQUAL(sweep.configurations[0].model.stages[0].rate_steps[0].from_epoch, 2);
    CU_ASSERT_EQUAL(stages[0].loss.reduction, TCS_REDUCE_MEAN);
    CU_ASSERT_EQUAL(stages[1].loss.reduction, TCS_REDUCE_SUM);
    tcs_sweep again = read_right(sweep.resolved);
    CU_ASSERT(is_same(again.digest, sweep.digest));
    tcs_sweep_free(&again);
    tcs_sweep_free(&sweep);
}

/* Values of architectures: other shapes are other networks, and other architectures do not use them. */
static void architectures_vary(void) {
    tcs_sweep sweep = read_right(DATA SPLITS TWO_ARCHITECTURES "  small-2:\n" SMALL_ARCHITECTURE TRAIN "space:\n"
                                                               "  architectures.small.branches.tc.layers.0.linear: [4, 6]\n"
                                                               "  architectures.small.branches.tc.layers.2.dropout: [0.25, 0.5]\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 6);
    assert_text(LABEL(sweep, 0), "small linear=4 dropout=0.25");
    assert_text(LABEL(sweep, 3), "small linear=6 dropout=0.5");
    assert_text(LABEL(sweep, 4), "base");
    assert_text(LABEL(sweep, 5), "small-2");
    CU_ASSERT(isnan(sweep.configurations[5].values[1].number));
    CU_ASSERT_EQUAL(sweep.configurations[3].values[1].number, 6);
    CU_ASSERT_EQUAL(sweep.configurations[3].model.network.branches[1].layers[2].option[0], 0.5);
    CU_ASSERT_EQUAL_FATAL(sweep.n_networks, 3);
    assert_text(sweep.networks[0].name, "small");
    assert_text(sweep.networks[1].name, "small-3"); /* small-2 is another architecture's */
    assert_text(sweep.networks[2].name, "small-2");
    CU_ASSERT_EQUAL(sweep.configurations[1].network, 0);
    CU_ASSERT_EQUAL(sweep.configurations[2].network, 1);
    tcs_sweep_free(&sweep);
}

static void equal_configurations_are_one(void) {
    tcs_sweep sweep = read_right(DATA "splits: {kind: k_fold, n: 5, stratified: no}\n" ARCHITECTURES
                                      "train:\n  learning_rate: 1\n  batch: 16\n  epochs: 10\n"
                                      "  learning_rate_steps: [{from: 1, factor: 0.1}]\n" STAGES
                                      "space: {train.learning_rate_steps.0.from: [60%, 6, 55%, 7]}\n");
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 2); /* 55 % of ten epochs are done before the seventh, as 60 % are */
    assert_text(LABEL(sweep, 0), "small from=60%");
    assert_text(LABEL(sweep, 1), "small from=7");
    tcs_sweep_free(&sweep);
}

/* ---- identities ---------------------------------------------------------------------------------------------------------- */

/* Whether the first configuration and the whole of two sweeps have the same identity. */
static void compare(const char *text, int has_same_key, int has_same_digest) {
    tcs_sweep sweep = read_right(WHOLE), other = read_right(text);
    int same_key = is_same(sweep.configurations[0].key, other.configurations[0].key),
        same_digest = is_same(sweep.digest, other.digest);
    if (same_key != has_same_key || same_digest != has_same_digest)
        printf("\n    same key: %d, same digest: %d for\n%s", same_key, same_digest, text);
    CU_ASSERT_EQUAL(same_key, has_same_key);
    CU_ASSERT_EQUAL(same_digest, has_same_digest);
    tcs_sweep_free(&sweep);
    tcs_sweep_free(&other);
}

static void what_changes_no_result_changes_no_identity(void) {
    compare("# a comment\n" WHOLE "time_limit: 3h\nmemory_limit: 2G\nmax_attempts: 7\nname: other\n", 1, 1);
    compare("data: {file: elsewhere/other.csv, formula: \"name\", tc: Tc, on_bad_row: error}\n" SPLITS ARCHITECTURES TRAIN, 1, 1);
    compare(WHOLE "store: {weights: all}\ncurves: {every: 10}\nseed: 1\nspace: {architecture: [small]}\n", 1, 1);
    compare(DATA SPLITS ARCHITECTURES
            "train:\n  learning_rate: 0.001\n  batch: 16\n  epochs: 1e1\n  optimizer: adam\n  loss: {}\n" STAGES,
            1, 1);
}

static void what_changes_the_file_changes_the_digest(void) {
    compare(WHOLE "curves: {every: 5}\n", 1, 0);
    compare(WHOLE "store: {weights: none}\n", 1, 0);
    compare("data: {file: table.csv, formula: formula, tc: Tc}\n" SPLITS ARCHITECTURES TRAIN, 1, 0);
    compare("data: {file: table.csv, formula: name, tc: Tc, on_bad_row: skip}\n" SPLITS ARCHITECTURES TRAIN, 1, 0);
    compare(DATA "splits: {kind: k_fold, n: 6}\n" ARCHITECTURES TRAIN, 1, 0);
    compare(DATA "splits: {kind: k_fold, n: 5, stratified: true}\n" ARCHITECTURES TRAIN, 1, 0);
    compare(DATA SPLITS TWO_ARCHITECTURES TRAIN, 1, 0);
}

static void what_changes_results_changes_the_key(void) {
    compare("seed: 2\n" WHOLE, 0, 0);
    compare(WHOLE "space: {train.learning_rate: [2e-3]}\n", 0, 0);
    compare(WHOLE "space: {train.batch: [17]}\n", 0, 0);
    compare(WHOLE "space: {train.stages.classification.epochs: [11]}\n", 0, 0);
    compare(WHOLE "space: {train.optimizer.epsilon: [1e-7]}\n", 0, 0);
    compare(WHOLE "space: {train.loss.reduction: [mean]}\n", 0, 0);
    compare(WHOLE "space: {architectures.small.branches.tc.layers.2.dropout: [0.3]}\n", 0, 0);
    compare(WHOLE "space: {architectures.small.branches.trunk.layers.0.linear: [9]}\n", 0, 0);
}

/* Adding to a space leaves the keys of what was there, and so their jobs' random numbers, as they were. */
static void other_configurations_change_no_key(void) {
    tcs_sweep sweep = read_right(WHOLE "space: {train.learning_rate: [1e-3, 1e-4]}\n");
    tcs_sweep more =
        read_right(DATA SPLITS TWO_ARCHITECTURES TRAIN "space: {train.batch: [8, 16], train.learning_rate: [1e-2, 1e-4, 1e-3]}\n");
    CU_ASSERT_EQUAL_FATAL(more.n_configurations, 7);
    assert_text(LABEL(more, 5), "small batch=16 learning_rate=0.001");
    CU_ASSERT(is_same(sweep.configurations[0].key, more.configurations[5].key));
    CU_ASSERT(is_same(sweep.configurations[1].key, more.configurations[4].key));
    tcs_sweep_free(&sweep);
    tcs_sweep_free(&more);
}

static void jobs_have_their_own_keys(void) {
    tcs_sweep sweep = read_right(WHOLE);
    const uint8_t *key = sweep.configurations[0].key;
    uint8_t bytes[TCS_DIGEST_BYTES + 4], digest[TCS_DIGEST_BYTES];
    memcpy(bytes, key, TCS_DIGEST_BYTES);
    memcpy(bytes + TCS_DIGEST_BYTES, "\x04\x03\x02\x01", 4);
    tcs_sha256(bytes, sizeof bytes, digest);
    tcs_random_key expected = tcs_random_key_from_digest(digest), made = tcs_sweep_job_key(key, 0x01020304);
    CU_ASSERT_EQUAL(made.word[0], expected.word[0]);
    CU_ASSERT_EQUAL(made.word[1], expected.word[1]);
    tcs_random_key first = tcs_sweep_job_key(key, 0), second = tcs_sweep_job_key(key, 1);
    CU_ASSERT(first.word[0] != second.word[0] || first.word[1] != second.word[1]);
    tcs_sweep_free(&sweep);
}

/* As many configurations as a file may ask for, in bounded time. */
static void large_grids_are_possible(void) {
    char text[65536] = DATA SPLITS ARCHITECTURES TRAIN "space:\n  train.batch: [1";
    for (int i = 2; i <= 50; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ", %d", i);
    strcat(text, "]\n  train.learning_rate: [1e-6");
    for (int i = 2; i <= 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ", %de-6", i);
    strcat(text, "]\n");
    tcs_sweep sweep = read_right(text);
    CU_ASSERT_EQUAL(sweep.n_configurations, 3000);
    assert_text(LABEL(sweep, 2999), "small batch=50 learning_rate=6e-05");
    CU_ASSERT_EQUAL(sweep.n_networks, 1);
    tcs_sweep_free(&sweep);
}

TCS_TESTS("spaces and identities", {"a grid in order", grid_in_order}, {"labels are short", labels_are_short},
          {"paths make their way", paths_make_their_way}, {"architectures vary", architectures_vary},
          {"equal configurations are one", equal_configurations_are_one},
          {"what changes no result changes no identity", what_changes_no_result_changes_no_identity},
          {"what changes the file changes the digest", what_changes_the_file_changes_the_digest},
          {"what changes results changes the key", what_changes_results_changes_the_key},
          {"other configurations change no key", other_configurations_change_no_key},
          {"jobs have their own keys", jobs_have_their_own_keys}, {"large grids are possible", large_grids_are_possible})
