/* layer_flatten.c: flatten: an image as one axis, in PyTorch's order (channel by channel); and its inverse for the network's input. */
#include <string.h>

#include "layer.h"

void tcs_transpose_each(size_t n_matrices, size_t n_columns, size_t n_rows, const tcs_real *x, tcs_real *y) {
    const size_t size = n_columns * n_rows;
    for (size_t i = 0; i < n_matrices; i++, x += size, y += size)
        for (size_t row = 0; row < n_rows; row++)
            for (size_t column = 0; column < n_columns; column++)
                y[row * n_columns + column] = x[column * n_rows + row];
}

static size_t n_channels(const tcs_layer *layer) {
    return layer->input.extent[0];
}

static size_t n_pixels(const tcs_layer *layer) {
    return tcs_shape_is_image(&layer->input) ? layer->input.extent[1] * layer->input.extent[2] : 1;
}

static bool set_flat_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    (void)message;
    layer->output = (tcs_shape){.rank = 1, .extent = {tcs_shape_size(&layer->input)}};
    return true;
}

static bool set_same_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    (void)message;
    layer->output = layer->input;
    return true;
}

static bool is_alias(const tcs_layer *layer) {
    return n_channels(layer) == 1 || n_pixels(layer) == 1;
}

static void to_pytorch_order(const tcs_pass *pass, const tcs_real *x, tcs_real *y) {
    tcs_transpose_each(pass->n_rows, n_pixels(pass->layer), n_channels(pass->layer), x, y);
}

static void to_channels_last(const tcs_pass *pass, const tcs_real *x, tcs_real *y) {
    tcs_transpose_each(pass->n_rows, n_channels(pass->layer), n_pixels(pass->layer), x, y);
}

static void flatten(const tcs_pass *pass) {
    to_pytorch_order(pass, pass->input, pass->output);
}

static void flatten_backward(const tcs_pass *pass) {
    if (pass->input_gradient)
        to_channels_last(pass, pass->output_gradient, pass->input_gradient);
}

static void channels_last(const tcs_pass *pass) {
    to_channels_last(pass, pass->input, pass->output);
}

static void channels_last_backward(const tcs_pass *pass) {
    if (pass->input_gradient)
        to_pytorch_order(pass, pass->output_gradient, pass->input_gradient);
}

/* No arithmetic; counted as one operation a number that is moved. */
static double flops(const tcs_layer *layer) {
    return is_alias(layer) ? 0 : (double)tcs_shape_size(&layer->input);
}

const tcs_layer_type tcs_layer_flatten = {
    .name = "flatten",
    .help = "an image [channels, height, width] as one axis, channel by channel",
    .set_shape = set_flat_shape,
    .is_alias = is_alias,
    .forward = flatten,
    .backward = flatten_backward,
    .flops_forward = flops,
    .flops_backward = flops,
};

const tcs_layer_type tcs_layer_channels_last = {
    .name = "channels_last",
    .help = "the network's input as the layers want it",
    .set_shape = set_same_shape,
    .is_alias = is_alias,
    .forward = channels_last,
    .backward = channels_last_backward,
    .flops_forward = flops,
    .flops_backward = flops,
};
