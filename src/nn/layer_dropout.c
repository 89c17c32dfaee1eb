/* layer_dropout.c: dropout(probability): in training, numbers become 0 with that probability, and the others are scaled to make up for it.
 *
 * network.h says which random number decides on which element: they count in PyTorch's order, whatever the order here.
 */
#include <math.h>
#include <string.h>

#include "kernels.h"
#include "layer.h"

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    (void)message;
    layer->output = layer->input;
    return true;
}

/* What each number was multiplied by. */
static size_t saved_bytes(const tcs_layer *layer, size_t n_rows) {
    return n_rows * tcs_shape_size(&layer->input) * sizeof(tcs_real);
}

/* One row's factors, before they are turned to channels-last. */
static size_t n_scratch(const tcs_layer *layer, size_t n_rows) {
    (void)n_rows;
    return tcs_shape_size(&layer->input);
}

static void draw_factors(const tcs_pass *pass, tcs_real *factors) {
    const tcs_layer *layer = pass->layer;
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t size = tcs_shape_size(&layer->input), n_channels = layer->input.extent[0], n_pixels = size / n_channels;
    const uint32_t threshold = (uint32_t)lround(65536 * layer->option[0]);
    const tcs_real scale = (tcs_real)(1 / (1 - layer->option[0]));
    const uint32_t counter[4] = {0, pass->dropout->step, pass->dropout->stage << 16 | (uint32_t)layer->ordinal, TCS_RANDOM_DROPOUT};
    const uint64_t first = (uint64_t)pass->first_row * size;
    if (n_channels == 1 || n_pixels == 1) {
        kernels->dropout_factors(pass->dropout->key, counter, first, pass->n_rows * size, threshold, scale, factors);
        return;
    }
    for (size_t row = 0; row < pass->n_rows; row++) {
        kernels->dropout_factors(pass->dropout->key, counter, first + row * size, size, threshold, scale, pass->scratch);
        tcs_transpose_each(1, n_channels, n_pixels, pass->scratch, factors + row * size);
    }
}

static void forward(const tcs_pass *pass) {
    const size_t n = pass->n_rows * tcs_shape_size(&pass->layer->input);
    if (!pass->dropout) {
        memcpy(pass->output, pass->input, n * sizeof *pass->output);
        return;
    }
    draw_factors(pass, pass->saved);
    tcs_kernels_in_use()->multiply(n, pass->input, pass->saved, pass->output);
}

static void backward(const tcs_pass *pass) {
    const size_t n = pass->n_rows * tcs_shape_size(&pass->layer->input);
    if (pass->input_gradient && pass->dropout)
        tcs_kernels_in_use()->multiply(n, pass->output_gradient, pass->saved, pass->input_gradient);
    else if (pass->input_gradient)
        memcpy(pass->input_gradient, pass->output_gradient, n * sizeof *pass->input_gradient);
}

static double flops(const tcs_layer *layer) {
    return 2.0 * (double)tcs_shape_size(&layer->input);
}

const tcs_layer_type tcs_layer_dropout = {
    .name = "dropout",
    .help = "in training, numbers become 0 with this probability; in evaluation, nothing",
    .n_options = 1,
    .options = {{"probability", "of becoming 0; below 1", false, true, 0, 0, 0.9999}},
    .only_trains = true,
    .set_shape = set_shape,
    .saved_bytes = saved_bytes,
    .n_scratch = n_scratch,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops,
    .flops_backward = flops,
};
