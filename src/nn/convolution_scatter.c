/* convolution_scatter.c: convolution of a sparse image of one channel with stride 1: only non-zero pixels cost anything.
 *
 * Pixel (y, x) is seen by the outputs (y + padding − ky, x + padding − kx). With the kernel's columns turned round, those of one ky
 * stand side by side, and so do their weights: one multiply-add over up to kernel × out numbers.
 */
#include <string.h>

#include "convolution.h"
#include "kernels.h"

static bool can(const tcs_window *w) {
    return w->in_channels == 1 && w->stride == 1;
}

static size_t n_prepared(const tcs_window *w) {
    return w->kernel * w->kernel * w->out_channels;
}

/* The packed weight gradient. */
static size_t n_scratch(const tcs_window *w, size_t n_rows) {
    (void)n_rows;
    return n_prepared(w);
}

static void prepare(const tcs_window *window, const tcs_real *weights, tcs_real *prepared) {
    tcs_weights_pack(window, true, weights, prepared);
}

/* Where the outputs that see a pixel through kernel row ky meet the weights. n is 0 where there are none. */
typedef struct meeting {
    size_t n, output_at, weights_at; /* numbers */
} meeting;

static meeting meet(const tcs_window *w, size_t pixel, size_t ky) {
    const size_t y = pixel / w->in_width + w->padding, x = pixel % w->in_width + w->padding;
    if (y < ky || y - ky >= w->out_height)
        return (meeting){0};
    /* Outputs x − (kernel − 1) … x, as far as they exist; column i of the turned kernel belongs to output x − (kernel − 1) + i. */
    const size_t first = x + 1 >= w->kernel ? x + 1 - w->kernel : 0, end = x < w->out_width ? x + 1 : w->out_width;
    if (first >= end)
        return (meeting){0};
    const size_t column = first + w->kernel - 1 - x;
    return (meeting){.n = (end - first) * w->out_channels,
                     .output_at = ((y - ky) * w->out_width + first) * w->out_channels,
                     .weights_at = (ky * w->kernel + column) * w->out_channels};
}

static void forward(const tcs_window *w, const tcs_pass *pass) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_pixels = w->in_height * w->in_width, out_size = w->out_height * w->out_width * w->out_channels;
    memset(pass->output, 0, pass->n_rows * out_size * sizeof *pass->output);
    for (size_t i = 0; i < pass->n_rows * n_pixels; i++) {
        if (pass->input[i] == 0)
            continue;
        tcs_real *output = pass->output + i / n_pixels * out_size;
        for (size_t ky = 0; ky < w->kernel; ky++) {
            const meeting m = meet(w, i % n_pixels, ky);
            kernels->add_scaled(m.n, pass->input[i], pass->prepared + m.weights_at, output + m.output_at);
        }
    }
}

static void differentiate_weights(const tcs_window *w, const tcs_pass *pass, tcs_real *packed) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_pixels = w->in_height * w->in_width, out_size = w->out_height * w->out_width * w->out_channels;
    memset(packed, 0, n_prepared(w) * sizeof *packed);
    for (size_t i = 0; i < pass->n_rows * n_pixels; i++) {
        if (pass->input[i] == 0)
            continue;
        const tcs_real *dy = pass->output_gradient + i / n_pixels * out_size;
        for (size_t ky = 0; ky < w->kernel; ky++) {
            const meeting m = meet(w, i % n_pixels, ky);
            kernels->add_scaled(m.n, pass->input[i], dy + m.output_at, packed + m.weights_at);
        }
    }
}

static void differentiate_input(const tcs_window *w, const tcs_pass *pass) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_pixels = w->in_height * w->in_width, out_size = w->out_height * w->out_width * w->out_channels;
    for (size_t i = 0; i < pass->n_rows * n_pixels; i++) {
        const tcs_real *dy = pass->output_gradient + i / n_pixels * out_size;
        tcs_real sum = 0;
        for (size_t ky = 0; ky < w->kernel; ky++) {
            const meeting m = meet(w, i % n_pixels, ky);
            sum += kernels->dot(m.n, pass->prepared + m.weights_at, dy + m.output_at);
        }
        pass->input_gradient[i] = sum;
    }
}

static void backward(const tcs_window *w, const tcs_pass *pass, tcs_real *weight_gradient) {
    differentiate_weights(w, pass, pass->scratch);
    tcs_weights_unpack(w, true, pass->scratch, pass->add, weight_gradient);
    if (pass->input_gradient)
        differentiate_input(w, pass);
}

/* Counted as if a tenth of the pixels were not 0, and one pass over the outputs. */
static double flops(const tcs_window *w) {
    const double n_outputs = (double)(w->out_height * w->out_width * w->out_channels);
    return 0.1 * 2.0 * (double)(w->kernel * w->kernel) * n_outputs + n_outputs;
}

const tcs_convolution tcs_convolution_scatter = {
    .name = "scatter",
    .can = can,
    .n_prepared = n_prepared,
    .n_scratch = n_scratch,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};
