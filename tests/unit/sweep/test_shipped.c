/* The sweeps that come with tcsweep. */
#include <dirent.h>
#include <math.h>

#include "sweep_text.h"

#define SWEEPS TCS_SOURCE_DIR "/sweeps/"

static tcs_sweep read_shipped(const char *path) {
    tcs_sweep sweep;
    tcs_error error = {0};
    tcs_status status = tcs_sweep_read(path, &sweep, &error);
    if (status != TCS_OK)
        printf("\n    %s\n", tcs_error_text(&error));
    CU_ASSERT_EQUAL_FATAL(status, TCS_OK);
    return sweep;
}

static size_t count_parameters(const tcs_configuration *configuration) {
    tcs_network *network = NULL;
    CU_ASSERT_EQUAL_FATAL(tcs_network_create(&configuration->model.network, &network, NULL), TCS_OK);
    size_t n = tcs_network_n_parameters(network);
    tcs_network_free(network);
    return n;
}

static void all_are_right(void) {
    DIR *directory = opendir(SWEEPS);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[512];
        if (!strstr(entry->d_name, ".yaml"))
            continue;
        snprintf(path, sizeof path, "%s%s", SWEEPS, entry->d_name);
        tcs_sweep sweep = read_shipped(path);
        CU_ASSERT(sweep.n_configurations > 0);
        tcs_sweep_free(&sweep);
        n++;
    }
    closedir(directory);
    CU_ASSERT(n >= 3);
}

static void paper_is_the_papers(void) {
    static const char *const labels[] = {"fcnn learning_rate=0.0001",
                                         "fcnn learning_rate=0.0003",
                                         "fcnn learning_rate=0.001",
                                         "cnn learning_rate=0.0001",
                                         "cnn learning_rate=0.0003",
                                         "cnn learning_rate=0.001",
                                         "majority"};
    tcs_sweep sweep = read_shipped(SWEEPS "paper.yaml");
    assert_text(sweep.name, "paper");
    assert_text(sweep.data_file, SWEEPS "../data/supercon.csv");
    assert_text(sweep.formula_column, "name");
    assert_text(sweep.tc_column, "Tc");
    CU_ASSERT_EQUAL(sweep.on_bad_row, TCS_BAD_ROW_LENIENT);
    CU_ASSERT_EQUAL(sweep.splits.kind, TCS_SPLIT_REPEATED_RANDOM);
    CU_ASSERT_EQUAL(sweep.splits.n_splits, 6);
    CU_ASSERT_EQUAL(sweep.splits.test_fraction, 0.2);
    CU_ASSERT_FALSE(sweep.splits.is_stratified);
    CU_ASSERT_EQUAL_FATAL(sweep.n_configurations, 7);
    for (size_t c = 0; c < 7; c++)
        assert_text(sweep.configurations[c].label, labels[c]);
    CU_ASSERT_EQUAL(count_parameters(&sweep.configurations[0]), 67971);
    CU_ASSERT_EQUAL(count_parameters(&sweep.configurations[3]), 251363);
    CU_ASSERT_EQUAL_FATAL(sweep.n_networks, 2);
    assert_text(sweep.networks[0].name, "fcnn");
    assert_text(sweep.networks[1].name, "cnn");
    CU_ASSERT_EQUAL(sweep.configurations[5].network, 1);
    CU_ASSERT_EQUAL(sweep.networks[1].configuration, 3);
    CU_ASSERT_EQUAL(sweep.configurations[6].network, TCS_NO_NETWORK);
    CU_ASSERT_EQUAL(sweep.time_limit_s, 2 * 86400);
    tcs_sweep_free(&sweep);
}

static void branches_have_the_papers_parameters(void) {
    static const size_t expected[2][3] = {{4928, 56641, 6402}, {27232, 138561, 85570}};
    tcs_sweep sweep = read_shipped(SWEEPS "paper.yaml");
    for (size_t i = 0; i < 2; i++) {
        tcs_network *network = NULL;
        const tcs_network_spec *spec = &sweep.configurations[3 * i].model.network;
        CU_ASSERT_EQUAL_FATAL(spec->n_branches, 3);
        CU_ASSERT_EQUAL_FATAL(tcs_network_create(spec, &network, NULL), TCS_OK);
        for (size_t b = 0; b < 3; b++) {
            size_t offset, n;
            tcs_network_branch_parameters(network, b, &offset, &n);
            CU_ASSERT_EQUAL(n, expected[i][b]);
        }
        tcs_network_free(network);
    }
    tcs_sweep_free(&sweep);
}

static void papers_training_is_in_force(void) {
    tcs_sweep sweep = read_shipped(SWEEPS "paper.yaml");
    const tcs_model *model = &sweep.configurations[0].model;
    assert_text(model->feature, "composition");
    CU_ASSERT_EQUAL(model->curve_every, 50);
    CU_ASSERT_EQUAL_FATAL(model->n_stages, 2);
    for (size_t s = 0; s < 2; s++) {
        const tcs_stage *stage = &model->stages[s];
        CU_ASSERT_EQUAL(stage->n_epochs, 5000);
        CU_ASSERT_EQUAL(stage->batch, 64);
        CU_ASSERT_EQUAL(stage->learning_rate, 1e-4);
        CU_ASSERT_EQUAL_FATAL(stage->n_rate_steps, 1);
        CU_ASSERT_EQUAL(stage->rate_steps[0].from_epoch, 3000);
        CU_ASSERT_EQUAL(stage->rate_steps[0].factor, 0.1);
        CU_ASSERT_EQUAL(stage->optimizer.kind, TCS_OPTIMIZER_ADAM);
        CU_ASSERT_EQUAL(stage->optimizer.beta1, 0.9);
        CU_ASSERT_EQUAL(stage->optimizer.beta2, 0.999);
        CU_ASSERT_EQUAL(stage->optimizer.epsilon, 1e-8);
        CU_ASSERT_EQUAL(stage->loss.kind, TCS_LOSS_SQUARED_ERROR);
        CU_ASSERT_EQUAL(stage->loss.reduction, TCS_REDUCE_SUM);
    }
    assert_text(model->stages[0].name, "regression");
    CU_ASSERT_EQUAL(model->stages[0].target, TCS_TARGET_TC);
    CU_ASSERT_EQUAL_FATAL(model->stages[0].n_trained, 2);
    CU_ASSERT_EQUAL(model->stages[0].trained[0], 0);
    CU_ASSERT_EQUAL(model->stages[0].trained[1], 1);
    CU_ASSERT_EQUAL(model->stages[0].output_branch, 1);
    CU_ASSERT_EQUAL(model->stages[1].target, TCS_TARGET_CLASS);
    CU_ASSERT_EQUAL_FATAL(model->stages[1].n_trained, 1);
    CU_ASSERT_EQUAL(model->stages[1].trained[0], 2);
    CU_ASSERT_EQUAL(model->stages[1].output_branch, 2);
    assert_text(sweep.configurations[3].model.feature, "composition_image");
    tcs_sweep_free(&sweep);
}

/* Whoever changes this value changes what every existing results file is the result of: see key.c. */
static void key_is_the_one_it_always_was(void) {
    char text[2 * TCS_DIGEST_BYTES + 1];
    tcs_sweep sweep = read_shipped(SWEEPS "paper.yaml");
    tcs_digest_text(sweep.configurations[3].key, text);
    assert_text(text, "033ad0ed5360c4a310f85f63d07a9f6ed4d566406aa57e0eaaf213af3891ac5e");
    tcs_digest_text(sweep.configurations[6].key, text);
    assert_text(text, "2f66261b422ac82e44d8f888a36d9618b7f05c08c04698a9557f90b79fdd17ec");
    tcs_sweep_free(&sweep);
}

/* What `resolved` says is what the file says, and it says all: reading it again adds nothing. */
static void resolved_is_the_same_sweep(void) {
    static const char *const names[] = {"paper", "paper-short", "quickstart"};
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s.yaml", SWEEPS, names[i]);
        tcs_sweep sweep = read_shipped(path), again = read_right(sweep.resolved);
        CU_ASSERT_EQUAL_FATAL(again.n_configurations, sweep.n_configurations);
        for (size_t c = 0; c < sweep.n_configurations; c++) {
            CU_ASSERT(is_same(again.configurations[c].key, sweep.configurations[c].key));
            assert_text(again.configurations[c].label, sweep.configurations[c].label);
        }
        CU_ASSERT(is_same(again.digest, sweep.digest));
        CU_ASSERT_EQUAL(again.time_limit_s, sweep.time_limit_s);
        assert_text(again.resolved, sweep.resolved);
        tcs_sweep_free(&again);
        tcs_sweep_free(&sweep);
    }
}

TCS_TESTS("shipped sweeps", {"all are right", all_are_right}, {"paper.yaml is the paper's", paper_is_the_papers},
          {"branches have the paper's parameters", branches_have_the_papers_parameters},
          {"the paper's training is in force", papers_training_is_in_force},
          {"a configuration's key is the one it always was", key_is_the_one_it_always_was},
          {"resolved is the same sweep", resolved_is_the_same_sweep})
