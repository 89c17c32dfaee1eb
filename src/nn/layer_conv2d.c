/* layer_conv2d.c: conv2d(channels, kernel, stride, padding): a square kernel moved over an image padded with zeros, plus a bias. */
#include "convolution.h"
#include "kernels.h"

static const tcs_convolution *const ways[] = {&tcs_convolution_scatter, &tcs_convolution_spectral, &tcs_convolution_gemm};

static size_t option(const tcs_layer *layer, size_t index) {
    return (size_t)layer->option[index];
}

static tcs_window window_of(const tcs_layer *layer) {
    return tcs_window_of(layer, option(layer, 1), option(layer, 2), option(layer, 3));
}

/* The first way that can; the last one can always. */
static const tcs_convolution *way_for(const tcs_window *window) {
    const tcs_convolution *const *way = ways;
    while (!(*way)->can(window))
        way++;
    return *way;
}

static bool set_shape(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]) {
    return tcs_window_set_shape(layer, option(layer, 0), option(layer, 1), option(layer, 2), option(layer, 3), message);
}

static size_t describe_tensors(const tcs_layer *layer, tcs_tensor tensors[2]) {
    const size_t n_in = layer->input.extent[0], n_out = layer->output.extent[0], kernel = option(layer, 1);
    const size_t fan_in = n_in * kernel * kernel;
    tensors[0] = (tcs_tensor){.name = "weight", .rank = 4, .extent = {n_out, n_in, kernel, kernel}, .fan_in = fan_in};
    tensors[1] = (tcs_tensor){.name = "bias", .rank = 1, .extent = {n_out}, .fan_in = fan_in};
    return 2;
}

static size_t n_prepared(const tcs_layer *layer) {
    const tcs_window window = window_of(layer);
    return way_for(&window)->n_prepared(&window);
}

static size_t saved_bytes(const tcs_layer *layer, size_t n_rows) {
    const tcs_window window = window_of(layer);
    const tcs_convolution *way = way_for(&window);
    return way->saved_bytes ? way->saved_bytes(&window, n_rows) : 0;
}

static size_t n_scratch(const tcs_layer *layer, size_t n_rows) {
    const tcs_window window = window_of(layer);
    return way_for(&window)->n_scratch(&window, n_rows);
}

static void prepare(const tcs_pass *pass) {
    const tcs_window window = window_of(pass->layer);
    way_for(&window)->prepare(&window, pass->parameters + pass->layer->tensor_offsets[0], pass->prepared);
}

static void forward(const tcs_pass *pass) {
    const tcs_layer *layer = pass->layer;
    const tcs_window w = window_of(layer);
    way_for(&w)->forward(&w, pass);
    tcs_kernels_in_use()->add_bias(pass->n_rows * w.out_height * w.out_width, w.out_channels,
                                   pass->parameters + layer->tensor_offsets[1], layer->applies_relu, pass->output);
}

static void backward(const tcs_pass *pass) {
    const tcs_layer *layer = pass->layer;
    const tcs_window w = window_of(layer);
    tcs_kernels_in_use()->bias_gradient(pass->n_rows * w.out_height * w.out_width, w.out_channels,
                                        layer->applies_relu ? pass->output : NULL, pass->output_gradient, pass->add,
                                        pass->gradient + layer->tensor_offsets[1]);
    way_for(&w)->backward(&w, pass, pass->gradient + layer->tensor_offsets[0]);
}

static double flops_forward(const tcs_layer *layer) {
    const tcs_window window = window_of(layer);
    return way_for(&window)->flops(&window);
}

static double flops_backward(const tcs_layer *layer) {
    return 2 * flops_forward(layer);
}

const tcs_layer_type tcs_layer_conv2d = {
    .name = "conv2d",
    .help = "a square kernel moved over an image [channels, height, width], plus a bias",
    .n_options = 4,
    .options = {{"channels", "number of output channels", true, true, 0, 1, 1 << 16},
                {"kernel", "side of the kernel, in pixels", true, true, 0, 1, 1024},
                {"stride", "pixels from place to place", true, false, 1, 1, 1024},
                {"padding", "zeros around the image, in pixels", true, false, 0, 0, 1024}},
    .can_apply_relu = true,
    .set_shape = set_shape,
    .describe_tensors = describe_tensors,
    .n_prepared = n_prepared,
    .saved_bytes = saved_bytes,
    .n_scratch = n_scratch,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .flops_forward = flops_forward,
    .flops_backward = flops_backward,
};
