/* layer_relu.c: relu: y = max(x, 0). Where it follows a layer that can apply it (linear, conv2d), the plan leaves it to that layer. */
#include "kernels.h"
#include "layer.h"

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    (void)message;
    layer->output = layer->input;
    return true;
}

static void forward(const tcs_pass *pass) {
    tcs_kernels_in_use()->relu(pass->n_rows * tcs_shape_size(&pass->layer->input), pass->input, pass->output);
}

static void backward(const tcs_pass *pass) {
    if (pass->input_gradient)
        tcs_kernels_in_use()->relu_gradient(pass->n_rows * tcs_shape_size(&pass->layer->input), pass->output, pass->output_gradient,
                                            pass->input_gradient);
}

static double flops(const tcs_layer *layer) {
    return (double)tcs_shape_size(&layer->input);
}

const tcs_layer_type tcs_layer_relu = {
    .name = "relu",
    .help = "negative numbers become 0",
    .set_shape = set_shape,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops,
    .flops_backward = flops,
};
