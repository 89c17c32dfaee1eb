/* Mistakes in a model's stages, each told in words, all at once. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_networks.h"
#include "problem.h"

/* Checks the model, expects one mistake with this text (NULL: none), and frees the model. */
static void expect(tcs_model *model, const char *part) {
    tcs_error error = {0};
    tcs_status status = tcs_model_check(model, &error);
    CU_ASSERT_EQUAL(status, part ? TCS_BAD_SWEEP : TCS_OK);
    CU_ASSERT_EQUAL(error.n_messages, part ? 1 : 0);
    if (part)
        TCS_ASSERT_CONTAINS(tcs_error_text(&error), part);
    else if (status != TCS_OK)
        printf("\n%s\n", tcs_error_text(&error));
    tcs_error_clear(&error);
    tcs_model_free(model);
}

static void accepts_right_models(void) {
    tcs_model model;
    small_model(10, &model);
    expect(&model, NULL);
    small_model_without(TCS_TARGET_TC, 10, &model);
    expect(&model, NULL);
    small_model_without(TCS_TARGET_CLASS, 10, &model);
    expect(&model, NULL);
    CU_ASSERT_EQUAL(paper_model("fcnn", 5000, &model, NULL), TCS_OK);
    expect(&model, NULL);
    CU_ASSERT_EQUAL(paper_model("cnn", 5000, &model, NULL), TCS_OK);
    expect(&model, NULL);
    small_model(10, &model); /* a second stage that goes on with the whole path */
    model.stages[1].n_trained = 2;
    model.stages[1].trained[0] = 0;
    model.stages[1].trained[1] = 2;
    expect(&model, NULL);
}

static void paper_networks_have_the_papers_parameters(void) {
    const struct {
        const char *name;
        size_t n[3];
    } expected[] = {{"fcnn", {4928, 56641, 6402}}, {"cnn", {27232, 138561, 85570}}};
    for (size_t i = 0; i < 2; i++) {
        tcs_model model;
        tcs_network *network;
        tcs_error error = {0};
        CU_ASSERT_EQUAL_FATAL(paper_model(expected[i].name, 1, &model, &error), TCS_OK);
        CU_ASSERT_EQUAL_FATAL(tcs_network_create(&model.network, &network, &error), TCS_OK);
        for (size_t b = 0; b < 3; b++) {
            size_t offset, n;
            tcs_network_branch_parameters(network, b, &offset, &n);
            CU_ASSERT_EQUAL(n, expected[i].n[b]);
        }
        tcs_network_free(network);
        tcs_model_free(&model);
    }
}

static void finds_wrong_branches(void) {
    tcs_model model;
    small_model(10, &model);
    model.stages[0].n_trained = 1; /* trained {0}: the output branch itself is not */
    expect(&model,
           "stage 1 (regression): the trained branches must be the last ones on the way from the input to its output branch "
           "\"regression\"");
    small_model(10, &model);
    model.stages[1].trained[0] = 1; /* not on the path */
    expect(&model, "must be the last ones on the way");
    small_model(10, &model);
    model.stages[0].trained[0] = 1;
    model.stages[0].trained[1] = 0;
    expect(&model, "must be different ones of the 3 branches, in their order");
    small_model(10, &model);
    model.stages[0].trained[1] = 3;
    expect(&model, "must be different ones of the 3 branches");
    small_model(10, &model);
    model.stages[0].n_trained = 0;
    expect(&model, "it trains no branch");
    small_model(10, &model);
    model.stages[0].n_trained = 1000;
    model.stages[0].trained[2] = 2;
    expect(&model, "must be");
    small_model_without(TCS_TARGET_CLASS, 10, &model);
    model.network.tc_branch = TCS_NO_BRANCH;
    expect(&model, "its output branch \"regression\" is not the one that the network predicts Tc with (none)");
    small_model_without(TCS_TARGET_CLASS, 10, &model);
    model.network.tc_branch = TCS_NO_BRANCH;
    model.stages[0].output_branch = 7;
    expect(&model, "its output branch is number 8 of 3");
}

static void finds_targets_that_do_not_fit(void) {
    tcs_model model;
    tcs_error error = {0};
    small_model(10, &model);
    model.stages[1].target = TCS_TARGET_TC;
    CU_ASSERT_EQUAL(tcs_model_check(&model, &error), TCS_BAD_SWEEP);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "\"classification\" is not the one that the network predicts Tc with (regression)");
    tcs_error_clear(&error);
    tcs_model_free(&model);

    small_model(10, &model);
    model.n_stages = 1; /* the other stage's strings are freed below */
    CU_ASSERT_EQUAL(tcs_model_check(&model, &error), TCS_BAD_SWEEP);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "predictions are read from branch \"classification\", but no stage trains it");
    CU_ASSERT_EQUAL(error.n_messages, 1);
    tcs_error_clear(&error);
    model.n_stages = 2;
    tcs_model_free(&model);
}

static void finds_numbers_out_of_range(void) {
    tcs_model model;
    tcs_error error = {0};
    small_model(10, &model);
    tcs_stage *stage = &model.stages[1];
    stage->n_epochs = 0;
    stage->batch = 0;
    stage->learning_rate = NAN;
    stage->optimizer.beta1 = 1;
    stage->optimizer.epsilon = -1;
    stage->rate_steps[0].factor = 0;
    free(stage->name);
    stage->name = strdup("Class/1");
    CU_ASSERT_EQUAL(tcs_model_check(&model, &error), TCS_BAD_SWEEP);
    CU_ASSERT_EQUAL(error.n_messages, 7);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "small: stage 2 (Class/1): it must have at least 1 epoch");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "batch must have at least 1 row");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "learning rate must be above 0, not nan");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "beta1 and beta2 must be at least 0 and below 1, not 1 and 0.999");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "epsilon must be above 0, not -1");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "must have a factor above 0, not 0");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "lower-case letters, digits and '_', not \"Class/1\"");
    tcs_error_clear(&error);
    tcs_model_free(&model);

    small_model(10, &model);
    free(model.stages[1].name);
    model.stages[1].name = strdup("regression");
    expect(&model, "stage 1 has the same name");
    small_model(10, &model);
    model.stages[1].loss.reduction = (tcs_reduction)9;
    expect(&model, "no reduction of number 9");
    small_model(10, &model);
    model.stages[0].n_epochs = model.stages[1].n_epochs = 3000000000U;
    expect(&model, "6000000000 epochs together");
    small_model(10, &model);
    model.feature = NULL;
    expect(&model, "which representation");
}

static void survives_models_that_are_none(void) {
    tcs_model model = {.learner = TCS_LEARNER_NETWORK, .feature = "f"};
    CU_ASSERT_EQUAL(tcs_model_check(&model, NULL), TCS_BAD_SWEEP);
    small_model(10, &model);
    model.network.branches[1].from = 2; /* later than itself */
    expect(&model, "continue from the input or from an earlier branch");
    small_model(10, &model);
    size_t n_stages = model.n_stages;
    model.n_stages = 0;
    CU_ASSERT_EQUAL(tcs_model_check(&model, NULL), TCS_BAD_SWEEP);
    model.n_stages = n_stages;
    tcs_model_free(&model);
    CU_ASSERT_PTR_NULL(model.stages);
    tcs_model_free(&model); /* twice is harmless */
    tcs_model_free(NULL);
}

TCS_TESTS("model check", {"accepts right models", accepts_right_models},
          {"the paper's numbers of parameters", paper_networks_have_the_papers_parameters},
          {"finds wrong branches", finds_wrong_branches}, {"finds targets that do not fit", finds_targets_that_do_not_fit},
          {"finds numbers out of range", finds_numbers_out_of_range},
          {"survives models that are none", survives_models_that_are_none})
