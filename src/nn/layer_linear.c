/* layer_linear.c: linear(features): y = x Wᵀ + b, with W [features, inputs]. */
#include <stdio.h>

#include "blas.h"
#include "kernels.h"
#include "layer.h"

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    if (layer->input.rank != 1) {
        char text[80];
        tcs_shape_text(&layer->input, text);
        snprintf(message, TCS_LAYER_MESSAGE, "is given %s, but needs one axis, [features]; put a flatten layer before it", text);
        return false;
    }
    layer->output = (tcs_shape){.rank = 1, .extent = {(size_t)layer->option[0]}};
    return true;
}

static size_t describe_tensors(const tcs_layer *layer, tcs_tensor tensors[2]) {
    const size_t n_in = layer->input.extent[0], n_out = layer->output.extent[0];
    tensors[0] = (tcs_tensor){.name = "weight", .rank = 2, .extent = {n_out, n_in}, .fan_in = n_in};
    tensors[1] = (tcs_tensor){.name = "bias", .rank = 1, .extent = {n_out}, .fan_in = n_in};
    return 2;
}

static void forward(const tcs_pass *pass) {
    const tcs_layer *layer = pass->layer;
    const size_t n_in = layer->input.extent[0], n_out = layer->output.extent[0];
    tcs_gemm(AS_IS, TRANSPOSED, pass->n_rows, n_out, n_in, pass->input, n_in, pass->parameters + layer->tensor_offsets[0], n_in,
             false, pass->output, n_out);
    tcs_kernels_in_use()->add_bias(pass->n_rows, n_out, pass->parameters + layer->tensor_offsets[1], layer->applies_relu,
                                   pass->output);
}

static void backward(const tcs_pass *pass) {
    const tcs_layer *layer = pass->layer;
    const size_t n_in = layer->input.extent[0], n_out = layer->output.extent[0];
    tcs_kernels_in_use()->bias_gradient(pass->n_rows, n_out, layer->applies_relu ? pass->output : NULL, pass->output_gradient,
                                        pass->add, pass->gradient + layer->tensor_offsets[1]);
    tcs_gemm(TRANSPOSED, AS_IS, n_out, n_in, pass->n_rows, pass->output_gradient, n_out, pass->input, n_in, pass->add,
             pass->gradient + layer->tensor_offsets[0], n_in);
    if (pass->input_gradient)
        tcs_gemm(AS_IS, AS_IS, pass->n_rows, n_in, n_out, pass->output_gradient, n_out, pass->parameters + layer->tensor_offsets[0],
                 n_in, false, pass->input_gradient, n_in);
}

static double flops_forward(const tcs_layer *layer) {
    return 2.0 * (double)layer->input.extent[0] * (double)layer->output.extent[0];
}

static double flops_backward(const tcs_layer *layer) {
    return 2 * flops_forward(layer);
}

const tcs_layer_type tcs_layer_linear = {
    .name = "linear",
    .help = "fully connected: every output is a weighted sum of all inputs, plus a bias",
    .n_options = 1,
    .options = {{"features", "number of outputs", true, true, 0, 1, 1 << 20}},
    .can_apply_relu = true,
    .set_shape = set_shape,
    .describe_tensors = describe_tensors,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops_forward,
    .flops_backward = flops_backward,
};
