/* Dropout against network.h, word for word. */
#include <math.h>

#include "check.h"
#include "networks.h"
#include "tcsweep/isa.h"

/* Number i (16-bit, the lower half of each 32-bit number first) of the stream of a layer. */
static uint32_t number(tcs_random_key key, uint32_t stage, uint32_t ordinal, uint32_t step, size_t i) {
    const size_t word = i / 2;
    const uint32_t counter[4] = {(uint32_t)(word / 4), step, stage << 16 | ordinal, TCS_RANDOM_DROPOUT};
    uint32_t block[4];
    tcs_random_philox(key, counter, block);
    return i % 2 ? block[word % 4] >> 16 : block[word % 4] & 0xFFFF;
}

/* A network of one relu and then dropout; ones go in, so that the output is the mask times the scale. */
static void check_masks(int rank, size_t a, size_t b, size_t c, size_t n_rows, double probability) {
    const tcs_dropout dropout = {.key = {{0xDEADBEEF, 77}}, .stage = 3, .step = 123456};
    char layers[64];
    snprintf(layers, sizeof layers, "relu | dropout %.17g", probability);
    tcs_network_spec spec = test_spec("net", rank, a, b, c);
    test_add_branch(&spec, "first", TCS_FROM_INPUT, "relu | relu | relu", 1);
    test_add_branch(&spec, "second", TCS_FROM_INPUT, layers, 1);
    tcs_network *network = test_network(spec);
    tcs_workspace *workspace = test_workspace(network, n_rows, true);
    const tcs_shape shape = tcs_network_branch_output(network, 1);
    const size_t size = tcs_shape_size(&shape), n_channels = a, n_pixels = size / a;
    tcs_real *x = test_reals(n_rows * size), *dy = test_reals(n_rows * size);
    for (size_t i = 0; i < n_rows * size; i++)
        x[i] = dy[i] = 1;
    const tcs_real *y = tcs_network_forward(network, workspace, 1, NULL, x, n_rows, &dropout);
    const tcs_real *dx = tcs_network_backward(network, workspace, 1, NULL, dy, NULL, true);
    const tcs_real scale = (tcs_real)(1 / (1 - probability));
    size_t n_wrong = 0, n_kept = 0;
    for (size_t row = 0; row < n_rows; row++)
        for (size_t channel = 0; channel < n_channels; channel++)
            for (size_t pixel = 0; pixel < n_pixels; pixel++) {
                const size_t in_pytorch = row * size + channel * n_pixels + pixel, here = row * size + pixel * n_channels + channel;
                const bool keep = number(dropout.key, 3, 4, 123456, in_pytorch) >= (uint32_t)lround(65536 * probability);
                n_kept += keep;
                /* The gradient of the network's input is in PyTorch's order again. */
                n_wrong += y[here] != (keep ? scale : 0) || dx[in_pytorch] != (keep ? scale : 0);
            }
    CU_ASSERT_EQUAL(n_wrong, 0);
    const double n = (double)(n_rows * size);
    CU_ASSERT(fabs((double)n_kept - n * (1 - probability)) < 5 * sqrt(n * 0.25) + 1);
    free(x), free(dy);
    tcs_workspace_free(workspace);
    tcs_network_free(network);
}

static void masks(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa <= tcs_isa_detect(); isa++) {
        tcs_isa_use(isa);
        check_masks(1, 512, 0, 0, 64, 0.5);
        check_masks(1, 64, 0, 0, 64, 0.25);
        check_masks(1, 7, 0, 0, 1300, 0.1); /* several groups, none of whose rows begins with a block */
        check_masks(3, 5, 3, 7, 9, 0.3);
        check_masks(3, 1, 3, 7, 9, 0.3);
        check_masks(1, 33, 0, 0, 3, 0);
        check_masks(1, 33, 0, 0, 3, 0.9999);
    }
}

static void nothing_in_evaluation(void) {
    tcs_network_spec spec = test_spec("net", 1, 9, 0, 0);
    test_add_branch(&spec, "only", TCS_FROM_INPUT, "dropout 0.5 | dropout 0.3 | relu | dropout 0.9", 1);
    tcs_network *network = test_network(spec);
    tcs_real *x = test_random(9 * 5, 1, 1);
    for (int with_gradients = 0; with_gradients < 2; with_gradients++) {
        tcs_workspace *workspace = test_workspace(network, 5, with_gradients);
        const tcs_real *y = tcs_network_forward(network, workspace, 0, NULL, x, 5, NULL);
        for (size_t i = 0; i < 45; i++)
            CU_ASSERT(y[i] == (x[i] > 0 ? x[i] : 0));
        tcs_workspace_free(workspace);
    }
    free(x);
    tcs_network_free(network);
}

TCS_TESTS("nn: dropout", {"masks", masks}, {"nothing in evaluation", nothing_in_evaluation})
