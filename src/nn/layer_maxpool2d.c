/* layer_maxpool2d.c: maxpool2d(kernel, stride, padding): the largest number in each place of a square window, channel by channel.
 *
 * Where two are equally large the first one in row order counts, as in PyTorch. Pixels of the padding never count.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernels.h"
#include "window.h"

static size_t option(const tcs_layer *layer, size_t index) {
    return (size_t)layer->option[index];
}

static size_t stride(const tcs_layer *layer) {
    return option(layer, 1) ? option(layer, 1) : option(layer, 0);
}

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    const size_t kernel = option(layer, 0), padding = option(layer, 2);
    if (2 * padding > kernel) {
        snprintf(message, TCS_LAYER_MESSAGE, "has padding %zu, but at most half of its kernel %zu is allowed", padding, kernel);
        return false;
    }
    return tcs_window_set_shape(layer, 0, kernel, stride(layer), padding, message);
}

static tcs_window window_of(const tcs_layer *layer) {
    return tcs_window_of(layer, option(layer, 0), stride(layer), option(layer, 2));
}

/* For each output the tap that won. */
static size_t saved_bytes(const tcs_layer *layer, size_t n_rows) {
    return n_rows * tcs_shape_size(&layer->output) * sizeof(int32_t);
}

static void forward(const tcs_pass *pass) {
    const tcs_window w = window_of(pass->layer);
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_channels = w.in_channels, in_size = w.in_height * w.in_width * n_channels;
    const size_t out_size = w.out_height * w.out_width * n_channels;
    int32_t *winner = pass->saved;
    for (size_t i = 0; i < pass->n_rows * out_size; i++)
        pass->output[i] = -(tcs_real)INFINITY;
    memset(winner, 0xFF, pass->n_rows * out_size * sizeof *winner); /* −1: nobody, where all are −∞ */
    for (size_t ky = 0; ky < w.kernel; ky++)
        for (size_t kx = 0; kx < w.kernel; kx++) {
            const tcs_range rows = tcs_window_places(w.in_height, w.out_height, w.stride, w.padding, ky);
            const tcs_range columns = tcs_window_places(w.in_width, w.out_width, w.stride, w.padding, kx);
            const int32_t tap = (int32_t)(ky * w.kernel + kx);
            for (size_t row = 0; row < pass->n_rows; row++)
                for (size_t y = rows.first; y < rows.end; y++)
                    for (size_t x = columns.first; x < columns.end; x++) {
                        const size_t at = row * out_size + (y * w.out_width + x) * n_channels;
                        const size_t from = (y * w.stride + ky - w.padding) * w.in_width + x * w.stride + kx - w.padding;
                        kernels->keep_largest(n_channels, tap, pass->input + row * in_size + from * n_channels, pass->output + at,
                                              winner + at);
                    }
        }
}

static void backward(const tcs_pass *pass) {
    if (!pass->input_gradient)
        return;
    const tcs_window w = window_of(pass->layer);
    const size_t n_channels = w.in_channels, in_size = w.in_height * w.in_width * n_channels;
    const size_t n_places = w.out_height * w.out_width;
    const int32_t *winner = pass->saved;
    const tcs_real *dy = pass->output_gradient;
    memset(pass->input_gradient, 0, pass->n_rows * in_size * sizeof *pass->input_gradient);
    for (size_t row = 0; row < pass->n_rows; row++)
        for (size_t place = 0; place < n_places; place++) {
            const size_t y = place / w.out_width * w.stride, x = place % w.out_width * w.stride;
            for (size_t channel = 0; channel < n_channels; channel++) {
                const tcs_real gradient = *dy++;
                const int32_t tap_or_none = *winner++;
                if (tap_or_none < 0)
                    continue;
                const size_t tap = (size_t)tap_or_none;
                const size_t pixel = (y + tap / w.kernel - w.padding) * w.in_width + x + tap % w.kernel - w.padding;
                pass->input_gradient[row * in_size + pixel * n_channels + channel] += gradient;
            }
        }
}

static double flops_forward(const tcs_layer *layer) {
    const double kernel = layer->option[0];
    return kernel * kernel * (double)tcs_shape_size(&layer->output);
}

static double flops_backward(const tcs_layer *layer) {
    return (double)(tcs_shape_size(&layer->input) + 4 * tcs_shape_size(&layer->output));
}

const tcs_layer_type tcs_layer_maxpool2d = {
    .name = "maxpool2d",
    .help = "the largest number in each place of a square window",
    .n_options = 3,
    .options = {{"kernel", "side of the window, in pixels", true, true, 0, 1, 1024},
                {"stride", "pixels from place to place; 0: as kernel", true, false, 0, 0, 1024},
                {"padding", "pixels around the image that never count", true, false, 0, 0, 512}},
    .set_shape = set_shape,
    .saved_bytes = saved_bytes,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops_forward,
    .flops_backward = flops_backward,
};
