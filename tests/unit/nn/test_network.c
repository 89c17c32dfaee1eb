/* Plans: shapes, tensors, mistakes. */
#include <math.h>
#include <string.h>

#include "check.h"
#include "networks.h"

/* Creates the network of a spec, which is freed; the messages must be these. */
static void expect_messages(tcs_network_spec spec, const char *messages) {
    tcs_network *network;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_network_create(&spec, &network, &error), TCS_BAD_SWEEP);
    CU_ASSERT_PTR_NULL(network);
    if (strcmp(tcs_error_text(&error), messages))
        printf("\n    \"%s\"\n    is not\n    \"%s\"\n", tcs_error_text(&error), messages);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), messages);
    tcs_error_clear(&error);
    tcs_network_spec_free(&spec);
}

static tcs_network_spec spec_of(int rank, size_t a, size_t b, size_t c, const char *layers) {
    tcs_network_spec spec = test_spec("cnn", rank, a, b, c);
    spec.file = strdup("cnn.yaml");
    test_add_branch(&spec, "regression", TCS_FROM_INPUT, layers, 31);
    return spec;
}

static void counts_parameters(void) {
    tcs_network *fcnn = test_network(test_fcnn()), *cnn = test_network(test_cnn());
    const size_t expected[2][3] = {{4928, 56641, 6402}, {27232, 138561, 85570}};
    CU_ASSERT_EQUAL(tcs_network_n_parameters(fcnn), 67971);
    CU_ASSERT_EQUAL(tcs_network_n_parameters(cnn), 251363);
    for (size_t b = 0; b < 3; b++) {
        size_t offset, n;
        tcs_network_branch_parameters(fcnn, b, &offset, &n);
        CU_ASSERT_EQUAL(n, expected[0][b]);
        tcs_network_branch_parameters(cnn, b, &offset, &n);
        CU_ASSERT_EQUAL(n, expected[1][b]);
    }
    tcs_network_free(fcnn);
    tcs_network_free(cnn);
}

static void names_tensors_like_pytorch(void) {
    tcs_network *cnn = test_network(test_cnn());
    const char *names[] = {"backbone.0.weight",       "backbone.0.bias",       "backbone.2.weight",       "backbone.2.bias",
                           "regression.0.weight",     "regression.0.bias",     "regression.2.weight",     "regression.2.bias",
                           "regression.4.weight",     "regression.4.bias",     "regression.6.weight",     "regression.6.bias",
                           "regression.10.weight",    "regression.10.bias",    "regression.13.weight",    "regression.13.bias",
                           "classification.0.weight", "classification.0.bias", "classification.5.weight", "classification.5.bias",
                           "classification.8.weight", "classification.8.bias"};
    const size_t n = sizeof names / sizeof *names;
    CU_ASSERT_EQUAL_FATAL(tcs_network_n_tensors(cnn), n);
    size_t offset = 0;
    for (size_t i = 0; i < n; i++) {
        const tcs_tensor *t = tcs_network_tensor(cnn, i);
        CU_ASSERT_STRING_EQUAL(t->name, names[i]);
        CU_ASSERT_EQUAL(t->offset, offset);
        offset += t->n;
    }
    CU_ASSERT_EQUAL(offset, tcs_network_n_parameters(cnn));
    const tcs_tensor *conv = tcs_network_tensor(cnn, 2);
    CU_ASSERT(conv->rank == 4 && conv->extent[0] == 32 && conv->extent[1] == 32 && conv->extent[2] == 5 && conv->extent[3] == 5);
    CU_ASSERT_EQUAL(conv->fan_in, 800);
    CU_ASSERT_EQUAL(tcs_network_tensor(cnn, 3)->fan_in, 800);
    CU_ASSERT_EQUAL(tcs_network_tensor(cnn, 21)->branch, 2);
    tcs_network_free(cnn);
}

static void knows_shapes(void) {
    tcs_network *cnn = test_network(test_cnn());
    char text[80];
    tcs_shape shape = tcs_network_branch_output(cnn, 0);
    tcs_shape_text(&shape, text);
    CU_ASSERT_STRING_EQUAL(text, "[32, 10, 12]");
    CU_ASSERT_EQUAL(tcs_shape_size(&shape), 3840);
    shape = tcs_network_branch_input(cnn, 1);
    tcs_shape_text(&shape, text);
    CU_ASSERT_STRING_EQUAL(text, "[32, 10, 12]");
    shape = tcs_network_branch_output(cnn, 2);
    tcs_shape_text(&shape, text);
    CU_ASSERT_STRING_EQUAL(text, "[2]");
    tcs_network_free(cnn);
}

static void says_what_does_not_fit(void) {
    expect_messages(
        spec_of(3, 32, 10, 12, "conv2d 64 3 2 | relu | linear 5"),
        "cnn.yaml:33:9: cnn.regression.2: linear is given [64, 4, 5], but needs one axis, [features]; put a flatten layer "
        "before it");
    expect_messages(spec_of(1, 120, 0, 0, "conv2d 64 3"),
                    "cnn.yaml:31:9: cnn.regression.0: conv2d is given [120], but needs an image, [channels, height, width]");
    expect_messages(
        spec_of(3, 2, 4, 5, "conv2d 64 7 1 1"),
        "cnn.yaml:31:9: cnn.regression.0: conv2d is given [2, 4, 5], with padding 6 × 7 pixels, but its kernel needs 7 × 7");
    expect_messages(spec_of(3, 2, 4, 5, "relu | maxpool2d 3 1 2"),
                    "cnn.yaml:32:9: cnn.regression.1: maxpool2d has padding 2, but at most half of its kernel 3 is allowed");
    expect_messages(spec_of(3, 2, 4, 5, "softmax"),
                    "cnn.yaml:31:9: cnn.regression.0: softmax is given [2, 4, 5], but needs one axis, "
                    "[features]; put a flatten layer before it");
    expect_messages(spec_of(1, 4, 0, 0, "linear 2.5"),
                    "cnn.yaml:31:9: cnn.regression.0: linear has features = 2.5, but needs a whole number from 1 to 1048576");
    expect_messages(spec_of(1, 4, 0, 0, "dropout 1"),
                    "cnn.yaml:31:9: cnn.regression.0: dropout has probability = 1, but needs a number from 0 to 0.9999");
    expect_messages(spec_of(1, 4, 0, 0, "dropout nan"),
                    "cnn.yaml:31:9: cnn.regression.0: dropout has probability = nan, but needs a number from 0 to 0.9999");
    expect_messages(spec_of(1, 1 << 20, 0, 0, "linear 1048576"), "cnn.yaml:31:9: cnn.regression.0: linear has too many weights");
    expect_messages(spec_of(1, 4, 0, 0, ""), "cnn.yaml: cnn.regression: has no layers");
    expect_messages(spec_of(2, 4, 4, 0, "relu"),
                    "cnn.yaml: cnn: its input must be [features] or [channels, height, width], of at least one number");
    expect_messages(spec_of(3, 4, 0, 4, "relu"),
                    "cnn.yaml: cnn: its input must be [features] or [channels, height, width], of at least one number");
}

static void reports_all_mistakes(void) {
    tcs_network_spec spec = spec_of(1, 120, 0, 0, "linear 3 | conv2d 2 2 | linear 0");
    test_add_branch(&spec, "after", 0, "linear 2", 40); /* its input is unknown: nothing to say */
    test_add_branch(&spec, "other", TCS_FROM_INPUT, "linear 0", 50);
    test_add_branch(&spec, "other", 7, "linear 2", 60);
    expect_messages(spec, "cnn.yaml: cnn.other: there are two branches of this name\n"
                          "cnn.yaml:32:9: cnn.regression.1: conv2d is given [3], but needs an image, [channels, height, width]\n"
                          "cnn.yaml:50:9: cnn.other.0: linear has features = 0, but needs a whole number from 1 to 1048576\n"
                          "cnn.yaml: cnn.other: must continue from the input or from a branch before it");
}

static void outputs_fit_what_they_predict(void) {
    tcs_network_spec spec = spec_of(1, 120, 0, 0, "linear 2");
    spec.tc_branch = 0;
    spec.class_branch = 3;
    expect_messages(spec, "cnn.yaml: cnn.regression: predicts Tc and so must yield [1], but yields [2]\n"
                          "cnn.yaml: cnn: the branch that predicts the class is missing");
}

static void table_of_layers(void) {
    CU_ASSERT_EQUAL(tcs_layer_type_count(), 7);
    CU_ASSERT_PTR_NULL(tcs_layer_type_find("channels_last"));
    CU_ASSERT_PTR_NULL(tcs_layer_type_find(""));
    for (size_t i = 0; i < tcs_layer_type_count(); i++) {
        const tcs_layer_type *type = tcs_layer_type_at(i);
        CU_ASSERT_PTR_EQUAL(tcs_layer_type_find(tcs_layer_type_name(type)), type);
        CU_ASSERT(strlen(tcs_layer_type_help(type)) > 10);
        for (size_t j = 0; j < tcs_layer_type_n_options(type); j++) {
            const tcs_layer_option *option = tcs_layer_type_option(type, j);
            CU_ASSERT(strlen(option->name) > 0 && strlen(option->help) > 0);
            CU_ASSERT(option->is_required || (option->fallback >= option->minimum && option->fallback <= option->maximum));
        }
    }
    const tcs_layer_type *conv = tcs_layer_type_find("conv2d");
    CU_ASSERT_EQUAL(tcs_layer_type_n_options(conv), 4);
    CU_ASSERT_STRING_EQUAL(tcs_layer_type_option(conv, 2)->name, "stride");
    CU_ASSERT(tcs_layer_type_option(conv, 2)->fallback == 1);
}

static void costs_grow_with_work(void) {
    tcs_network *fcnn = test_network(test_fcnn()), *cnn = test_network(test_cnn());
    /* Two operations a weight and row, and a little for what is not linear. */
    const double forward = tcs_network_flops_forward(fcnn, 1), products = 2.0 * (56641 - 833);
    CU_ASSERT(forward >= products && forward < 1.1 * products);
    CU_ASSERT(tcs_network_flops_backward(fcnn, 1) >= 2 * products);
    CU_ASSERT(tcs_network_flops_forward(cnn, 0) > tcs_network_flops_forward(fcnn, 0) * 20);
    const size_t with = tcs_network_workspace_bytes(cnn, 64, true), without = tcs_network_workspace_bytes(cnn, 64, false);
    CU_ASSERT(with > without && without > 0);
    /* Evaluation holds one group of rows beside the outputs. */
    CU_ASSERT(tcs_network_workspace_bytes(cnn, 128, false) - without < 64 * 2 * 3840 * sizeof(tcs_real));
    tcs_network_free(fcnn);
    tcs_network_free(cnn);
}

static void copies_specs(void) {
    tcs_network_spec spec = test_cnn(), copy;
    CU_ASSERT_EQUAL(tcs_network_spec_copy(&spec, &copy, NULL), TCS_OK);
    tcs_network_spec_free(&spec);
    CU_ASSERT_STRING_EQUAL(copy.name, "cnn");
    CU_ASSERT_PTR_NULL(copy.file);
    CU_ASSERT_EQUAL(copy.branches[1].n_layers, 14);
    CU_ASSERT_STRING_EQUAL(copy.branches[2].name, "classification");
    CU_ASSERT_STRING_EQUAL(tcs_layer_type_name(copy.branches[2].layers[2].type), "maxpool2d");
    tcs_network *network = test_network(copy);
    CU_ASSERT_EQUAL(tcs_network_get_spec(network)->class_branch, 2);
    tcs_network_free(network);
}

static void initial_weights(void) {
    tcs_network *cnn = test_network(test_cnn());
    const tcs_random_key key = tcs_random_key_from_seed(11);
    tcs_real *weights = test_reals(tcs_network_n_parameters(cnn));
    tcs_network_initialize(cnn, key, weights);
    for (size_t i = 0; i < tcs_network_n_tensors(cnn); i++) {
        const tcs_tensor *t = tcs_network_tensor(cnn, i);
        const double bound = 1 / sqrt((double)t->fan_in);
        tcs_random_stream stream = tcs_random_stream_start(key, TCS_RANDOM_INITIAL_WEIGHTS, (uint32_t)i, 0);
        double largest = 0;
        for (size_t j = 0; j < t->n; j++) {
            const double expected = (2 * (double)tcs_random_next_uniform(&stream) - 1) * bound;
            CU_ASSERT_DOUBLE_EQUAL((double)weights[t->offset + j], expected, 1e-7);
            largest = fmax(largest, fabs((double)weights[t->offset + j]));
        }
        CU_ASSERT(largest <= bound);
        CU_ASSERT(t->n < 100 || largest > 0.9 * bound);
    }
    free(weights);
    tcs_network_free(cnn);
}

TCS_TESTS("nn: network", {"counts parameters", counts_parameters}, {"names tensors like PyTorch", names_tensors_like_pytorch},
          {"knows shapes", knows_shapes}, {"says what does not fit", says_what_does_not_fit},
          {"reports all mistakes", reports_all_mistakes}, {"outputs fit what they predict", outputs_fit_what_they_predict},
          {"table of layers", table_of_layers}, {"costs grow with work", costs_grow_with_work}, {"copies specs", copies_specs},
          {"initial weights", initial_weights})
