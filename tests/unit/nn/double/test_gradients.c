/* Every layer's gradients against central finite differences, in double precision. */
#include <math.h>
#include <stdio.h>

#include "check.h"
#include "nn/networks.h"

/* The loss is Σ c_i y_i over the outputs of a branch, with fixed random c. */
typedef struct probe {
    tcs_network *network;
    tcs_workspace *workspace;
    tcs_real *parameters, *input, *c;
    size_t n_rows, n_in, n_out;
    const tcs_dropout *dropout;
} probe;

static double loss(const probe *p) {
    const tcs_real *y = tcs_network_forward(p->network, p->workspace, 0, p->parameters, p->input, p->n_rows, p->dropout);
    double sum = 0;
    for (size_t i = 0; i < p->n_rows * p->n_out; i++)
        sum += p->c[i] * y[i];
    return sum;
}

static double slope(const probe *p, tcs_real *at) {
    const double h = 1e-6, before = *at;
    *at = before + h;
    const double above = loss(p);
    *at = before - h;
    const double below = loss(p);
    *at = before;
    return (above - below) / (2 * h);
}

/* ‖gradient − slopes‖ / ‖slopes‖ over about 100 of the n numbers. */
static double relative_error(const probe *p, tcs_real *x, const tcs_real *gradient, size_t n) {
    const size_t step = n / 100 + 1;
    double error = 0, size = 0;
    for (size_t i = 0; i < n; i += step) {
        const double s = slope(p, x + i);
        error += (gradient[i] - s) * (gradient[i] - s);
        size += s * s;
    }
    return n == 0 || error == 0 ? 0 : sqrt(error / size);
}

static void check_gradients(int rank, size_t a, size_t b, size_t c, size_t n_rows, const char *layers, float share,
                            const tcs_dropout *dropout) {
    tcs_network_spec spec = test_spec("net", rank, a, b, c);
    test_add_branch(&spec, "only", TCS_FROM_INPUT, layers, 1);
    probe p = {.network = test_network(spec), .n_rows = n_rows, .dropout = dropout};
    const tcs_shape in = tcs_network_branch_input(p.network, 0), out = tcs_network_branch_output(p.network, 0);
    p.n_in = tcs_shape_size(&in);
    p.n_out = tcs_shape_size(&out);
    const size_t n_parameters = tcs_network_n_parameters(p.network);
    p.workspace = test_workspace(p.network, n_rows, true);
    p.parameters = test_random(n_parameters, 1, 1);
    p.input = test_random(n_rows * p.n_in, 2, share);
    p.c = test_random(n_rows * p.n_out, 3, 1);
    tcs_real *dy = test_reals(n_rows * p.n_out), *gradient = test_reals(n_parameters), *dx = test_reals(n_rows * p.n_in);
    loss(&p);
    memcpy(dy, p.c, n_rows * p.n_out * sizeof *dy);
    const tcs_real *inside = tcs_network_backward(p.network, p.workspace, 0, p.parameters, dy, gradient, true);
    memcpy(dx, inside, n_rows * p.n_in * sizeof *dx);
    double worst = relative_error(&p, p.input, dx, n_rows * p.n_in);
    for (size_t t = 0; t < tcs_network_n_tensors(p.network); t++) {
        const tcs_tensor *tensor = tcs_network_tensor(p.network, t);
        worst = fmax(worst, relative_error(&p, p.parameters + tensor->offset, gradient + tensor->offset, tensor->n));
    }
    /* Without the input's gradient the others are the same bits. */
    tcs_real *again = test_reals(n_parameters);
    loss(&p);
    memcpy(dy, p.c, n_rows * p.n_out * sizeof *dy);
    CU_ASSERT_PTR_NULL(tcs_network_backward(p.network, p.workspace, 0, p.parameters, dy, again, false));
    CU_ASSERT(!memcmp(again, gradient, n_parameters * sizeof *again));
    if (!(worst < 1e-7))
        printf("\n    [%zu, %zu, %zu] %s: relative error %g\n", a, b, c, layers, worst);
    CU_ASSERT(worst < 1e-7);
    free(p.parameters), free(p.input), free(p.c), free(dy), free(gradient), free(dx), free(again);
    tcs_workspace_free(p.workspace);
    tcs_network_free(p.network);
}

static void linear_layers(void) {
    check_gradients(1, 5, 0, 0, 3, "linear 4", 1, NULL);
    check_gradients(1, 1, 0, 0, 1, "linear 1", 1, NULL);
    check_gradients(1, 33, 0, 0, 7, "linear 65 | relu | linear 3", 1, NULL);
}

static void several_groups_of_rows(void) {
    check_gradients(1, 3, 0, 0, 1100, "linear 4 | relu | linear 2", 1, NULL);
    check_gradients(3, 2, 10, 12, 70, "conv2d 48 3 1 1 | relu | maxpool2d 2 | flatten | linear 3", 1, NULL);
}

static void convolutions(void) {
    static const size_t kernels[] = {1, 2, 3, 5}, strides[] = {1, 2, 3}, paddings[] = {0, 1, 2, 6};
    for (size_t k = 0; k < 4; k++)
        for (size_t s = 0; s < 3; s++)
            for (size_t p = 0; p < 4; p++)
                for (size_t channels = 1; channels <= 3; channels += 2) {
                    char layers[80];
                    snprintf(layers, sizeof layers, "conv2d 5 %zu %zu %zu", kernels[k], strides[s], paddings[p]);
                    check_gradients(3, channels, 6, 5, 3, layers, 1, NULL);
                }
    check_gradients(3, 1, 10, 12, 2, "conv2d 32 7 1 3 | relu | conv2d 8 3 2", 0.05F, NULL);
    check_gradients(3, 16, 6, 7, 3, "conv2d 16 5 1 2", 1, NULL); /* by spectra */
    check_gradients(3, 16, 10, 12, 1, "conv2d 16 5 1 2 | relu | conv2d 32 3 2", 1, NULL);
    check_gradients(3, 32, 7, 4, 3, "conv2d 16 4 1", 1, NULL);
    check_gradients(3, 3, 9, 7, 3, "conv2d 4 3 1 1 | conv2d 6 1 | relu | conv2d 17 3 2 1", 1, NULL);
}

static void pools(void) {
    check_gradients(3, 1, 4, 4, 3, "maxpool2d 2", 1, NULL);
    check_gradients(3, 3, 7, 9, 3, "maxpool2d 3 2", 1, NULL);
    /* So few winners that the convolution's gradient is sparse. */
    check_gradients(3, 3, 9, 8, 3, "conv2d 5 3 1 1 | relu | maxpool2d 4", 1, NULL);
    check_gradients(3, 2, 9, 8, 3, "conv2d 5 3 2 3 | maxpool2d 4 | flatten | linear 2", 1, NULL);
    check_gradients(3, 5, 7, 6, 3, "conv2d 4 1 | maxpool2d 3 1 1 | flatten", 1, NULL);
    check_gradients(3, 2, 5, 5, 3, "maxpool2d 4 3 2", 1, NULL);
}

static void other_layers(void) {
    check_gradients(1, 6, 0, 0, 4, "relu", 1, NULL);
    check_gradients(3, 3, 2, 2, 4, "relu | flatten", 1, NULL);
    check_gradients(3, 3, 4, 2, 4, "flatten", 1, NULL);
    check_gradients(1, 7, 0, 0, 4, "softmax", 1, NULL);
    check_gradients(1, 3, 0, 0, 4, "linear 2 | softmax | linear 2", 1, NULL);
    check_gradients(1, 3, 0, 0, 4, "dropout 0.5", 1, NULL);
    check_gradients(1, 3, 0, 0, 4, "dropout 0.5 | dropout 0.5 | linear 4 | dropout 0.2 | dropout 0.3 | relu | linear 2", 1, NULL);
}

static void dropout(void) {
    const tcs_dropout dropout = {.key = tcs_random_key_from_seed(5), .stage = 1, .step = 9};
    check_gradients(1, 30, 0, 0, 9, "dropout 0.5", 1, &dropout);
    check_gradients(3, 3, 5, 4, 3, "conv2d 4 3 | relu | dropout 0.3 | flatten | linear 9 | dropout 0.2 | softmax", 1, &dropout);
}

static void whole_networks(void) {
    check_gradients(
        3, 1, 10, 12, 3,
        "conv2d 32 7 1 3 | relu | conv2d 32 5 1 2 | relu | conv2d 64 3 2 | relu | maxpool2d 3 2 | flatten | linear 30 | relu |"
        "linear 2 | softmax",
        0.05F, NULL);
}

TCS_TESTS("nn: gradients", {"linear", linear_layers}, {"several groups of rows", several_groups_of_rows},
          {"convolutions", convolutions}, {"pools", pools}, {"other layers", other_layers}, {"dropout", dropout},
          {"whole networks", whole_networks})
