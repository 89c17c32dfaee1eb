/* networks.h: networks for tests, written as text: "conv2d 32 7 1 3 | relu | dropout 0.25".
 *
 * A layer is its name and its first options; those left out have their fallback values.
 */
#ifndef TCS_TESTS_NN_NETWORKS_H
#define TCS_TESTS_NN_NETWORKS_H

#include <stdlib.h>
#include <string.h>

#include "tcsweep/network.h"

static inline tcs_layer_spec test_layer(const char *text, size_t line) {
    tcs_layer_spec layer = {.line = line, .column = 9};
    char name[32];
    int length = 0;
    if (sscanf(text, " %31s%n", name, &length) != 1 || !(layer.type = tcs_layer_type_find(name))) {
        fprintf(stderr, "no layer \"%s\"\n", text);
        exit(2);
    }
    text += length;
    for (size_t i = 0; i < tcs_layer_type_n_options(layer.type); i++) {
        layer.option[i] = tcs_layer_type_option(layer.type, i)->fallback;
        if (sscanf(text, "%lf%n", &layer.option[i], &length) == 1)
            text += length;
    }
    return layer;
}

/* Appends a branch; `line` is where its first layer stands, the others follow. Ends the program where memory runs out. */
static inline void test_add_branch(tcs_network_spec *spec, const char *name, size_t from, const char *layers, size_t line) {
    tcs_branch_spec branch = {.name = strdup(name), .from = from, .layers = calloc(64, sizeof *branch.layers)};
    tcs_branch_spec *branches = realloc(spec->branches, (spec->n_branches + 1) * sizeof *branches);
    char *text = strdup(layers), *rest = text;
    if (!branch.name || !branch.layers || !branches || !text)
        exit(2);
    for (char *one; (one = strtok_r(rest, "|", &rest)) && branch.n_layers < 64;) {
        branch.layers[branch.n_layers] = test_layer(one, line + branch.n_layers);
        branch.n_layers++;
    }
    free(text);
    branches[spec->n_branches++] = branch;
    spec->branches = branches;
}

static inline tcs_network_spec test_spec(const char *name, int rank, size_t a, size_t b, size_t c) {
    return (tcs_network_spec){.name = strdup(name),
                              .input = {.rank = rank, .extent = {a, b, c}},
                              .tc_branch = TCS_NO_BRANCH,
                              .class_branch = TCS_NO_BRANCH};
}

/* The paper's two networks, with the layers' indices that PyTorch gives them. */
static inline tcs_network_spec test_fcnn(void) {
    tcs_network_spec spec = test_spec("fcnn", 1, 120, 0, 0);
    test_add_branch(&spec, "backbone", TCS_FROM_INPUT, "linear 32 | relu | linear 32 | relu", 5);
    test_add_branch(
        &spec, "regression", 0,
        "linear 64 | relu | linear 64 | relu | linear 128 | relu | linear 64 | relu | dropout 0.25 | linear 512 | relu |"
        "dropout 0.5 | linear 1",
        10);
    test_add_branch(&spec, "classification", 0,
                    "linear 64 | relu | dropout 0.25 | linear 64 | relu | dropout 0.5 | linear 2 | softmax", 30);
    spec.tc_branch = 1;
    spec.class_branch = 2;
    return spec;
}

static inline tcs_network_spec test_cnn(void) {
    tcs_network_spec spec = test_spec("cnn", 3, 1, 10, 12);
    test_add_branch(&spec, "backbone", TCS_FROM_INPUT, "conv2d 32 7 1 3 | relu | conv2d 32 5 1 2 | relu", 5);
    test_add_branch(
        &spec, "regression", 0,
        "conv2d 64 3 2 | relu | conv2d 64 3 2 | relu | conv2d 128 1 | relu | conv2d 64 1 | relu | dropout 0.25 | flatten |"
        "linear 512 | relu | dropout 0.5 | linear 1",
        10);
    test_add_branch(
        &spec, "classification", 0,
        "conv2d 64 3 2 | relu | maxpool2d 3 2 | dropout 0.25 | flatten | linear 512 | relu | dropout 0.5 | linear 2 | softmax", 30);
    spec.tc_branch = 1;
    spec.class_branch = 2;
    return spec;
}

/* The network of a spec, which is freed. Ends the program where it is wrong. */
static inline tcs_network *test_network(tcs_network_spec spec) {
    tcs_network *network;
    tcs_error error = {0};
    if (tcs_network_create(&spec, &network, &error) != TCS_OK) {
        fprintf(stderr, "%s\n", tcs_error_text(&error));
        exit(2);
    }
    tcs_network_spec_free(&spec);
    return network;
}

static inline tcs_workspace *test_workspace(const tcs_network *network, size_t max_rows, bool with_gradients) {
    tcs_workspace *workspace;
    if (tcs_workspace_create(network, max_rows, with_gradients, &workspace, NULL) != TCS_OK)
        exit(2);
    return workspace;
}

/* n zeros, 64-byte aligned. */
static inline tcs_real *test_reals(size_t n) {
    const size_t n_bytes = (n * sizeof(tcs_real) + 64) / 64 * 64;
    tcs_real *x = aligned_alloc(64, n_bytes);
    if (!x)
        exit(2);
    memset(x, 0, n_bytes);
    return x;
}

/* n numbers from U(−1, 1), of which `share` stay and the others are 0. */
static inline tcs_real *test_random(size_t n, uint32_t seed, float share) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(seed), TCS_RANDOM_TEST, 0, 0);
    tcs_real *x = test_reals(n);
    for (size_t i = 0; i < n; i++) {
        const tcs_real value = (tcs_real)(2 * tcs_random_next_uniform(&stream) - 1);
        x[i] = tcs_random_next_uniform(&stream) < share ? value : 0;
    }
    return x;
}

#endif
