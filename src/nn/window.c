/* window.c: where a square window fits. */
#include "window.h"

#include <stdio.h>

bool tcs_window_set_shape(tcs_layer *layer, size_t n_channels, size_t kernel, size_t stride, size_t padding,
                          char message[TCS_LAYER_MESSAGE]) {
    char text[80];
    tcs_shape_text(&layer->input, text);
    if (!tcs_shape_is_image(&layer->input)) {
        snprintf(message, TCS_LAYER_MESSAGE, "is given %s, but needs an image, [channels, height, width]", text);
        return false;
    }
    const size_t height = layer->input.extent[1] + 2 * padding, width = layer->input.extent[2] + 2 * padding;
    if (kernel > height || kernel > width) {
        snprintf(message, TCS_LAYER_MESSAGE, "is given %s, with padding %zu × %zu pixels, but its kernel needs %zu × %zu", text,
                 height, width, kernel, kernel);
        return false;
    }
    layer->output = (tcs_shape){.rank = 3,
                                .extent = {n_channels ? n_channels : layer->input.extent[0], (height - kernel) / stride + 1,
                                           (width - kernel) / stride + 1}};
    return true;
}

tcs_window tcs_window_of(const tcs_layer *layer, size_t kernel, size_t stride, size_t padding) {
    return (tcs_window){.in_channels = layer->input.extent[0],
                        .in_height = layer->input.extent[1],
                        .in_width = layer->input.extent[2],
                        .out_channels = layer->output.extent[0],
                        .out_height = layer->output.extent[1],
                        .out_width = layer->output.extent[2],
                        .kernel = kernel,
                        .stride = stride,
                        .padding = padding};
}

tcs_range tcs_window_places(size_t n_in, size_t n_out, size_t stride, size_t padding, size_t tap) {
    /* place × stride + tap − padding must be in 0 … n_in − 1. */
    const size_t first = tap >= padding ? 0 : (padding - tap + stride - 1) / stride;
    const size_t end = n_in + padding > tap ? (n_in + padding - tap - 1) / stride + 1 : 0;
    const size_t last = end < n_out ? end : n_out;
    return (tcs_range){first, last > first ? last : first};
}
