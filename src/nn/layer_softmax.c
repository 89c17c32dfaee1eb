/* layer_softmax.c: softmax: y_i = e^(x_i − max x) / Σ_j e^(x_j − max x). */
#include <stdio.h>

#include "exponential.h"
#include "layer.h"

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    if (layer->input.rank != 1) {
        char text[80];
        tcs_shape_text(&layer->input, text);
        snprintf(message, TCS_LAYER_MESSAGE, "is given %s, but needs one axis, [features]; put a flatten layer before it", text);
        return false;
    }
    layer->output = layer->input;
    return true;
}

static void forward(const tcs_pass *pass) {
    const size_t n = pass->layer->input.extent[0];
    for (size_t row = 0; row < pass->n_rows; row++) {
        const tcs_real *x = pass->input + row * n;
        tcs_real *y = pass->output + row * n;
        tcs_real largest = x[0];
        for (size_t i = 1; i < n; i++)
            largest = x[i] > largest ? x[i] : largest;
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += tcs_exponential((double)(x[i] - largest));
        for (size_t i = 0; i < n; i++)
            y[i] = (tcs_real)(tcs_exponential((double)(x[i] - largest)) / sum);
    }
}

static void backward(const tcs_pass *pass) {
    const size_t n = pass->layer->input.extent[0];
    for (size_t row = 0; pass->input_gradient && row < pass->n_rows; row++) {
        const tcs_real *y = pass->output + row * n, *dy = pass->output_gradient + row * n;
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += (double)y[i] * (double)dy[i];
        for (size_t i = 0; i < n; i++)
            pass->input_gradient[row * n + i] = (tcs_real)((double)y[i] * ((double)dy[i] - mean));
    }
}

static double flops_forward(const tcs_layer *layer) {
    return 64.0 * (double)layer->input.extent[0];
}

static double flops_backward(const tcs_layer *layer) {
    return 4.0 * (double)layer->input.extent[0];
}

const tcs_layer_type tcs_layer_softmax = {
    .name = "softmax",
    .help = "positive numbers whose sum is 1: probabilities",
    .set_shape = set_shape,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops_forward,
    .flops_backward = flops_backward,
};
