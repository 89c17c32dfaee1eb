/* convolution_spectral.c: convolution of stride 1 as a product of spectra, for larger kernels and many channels.
 *
 * The image stands at (padding, padding) of a cyclic area of height + padding by width + padding (made even), whose zeros serve as padding on
 * both sides. With spectra X, W and G (of the outputs' gradient), for each frequency:
 *   outputs: X conj(W), read at 0 … out − 1;    inputs' gradient: G W, read at padding …;    weights' gradient: X conj(G), read at 0 … kernel − 1.
 * The spectrum of X is saved for the backward pass.
 */
#include <string.h>

#include "convolution.h"
#include "kernels.h"

/* A plane of one frequency begins on another cache line than that of the frequency before, in every set of the caches. */
#define GAP 16
#define ALIGNED(n) (((n) + 15) / 16 * 16)

static size_t even(size_t n) {
    return n + n % 2;
}

static size_t cycle_height(const tcs_window *w) {
    return even(w->in_height + w->padding);
}

static size_t cycle_width(const tcs_window *w) {
    return even(w->in_width + w->padding);
}

static size_t n_frequencies(const tcs_window *w) {
    return tcs_spectra_n_frequencies(cycle_height(w), cycle_width(w));
}

/* Of one transform forward or back, of one image and channel; counted from its four folded products, and as much again for folding. */
static double transform_flops(const tcs_window *w) {
    const double ly = (double)cycle_height(w), lx = (double)cycle_width(w);
    return (double)w->in_height * lx * lx / 2 + lx / 2 * ly * ly + 4 * ly * lx;
}

static double flops(const tcs_window *w) {
    const double products = 6.0 * (double)n_frequencies(w) * (double)w->in_channels * (double)w->out_channels;
    return products + transform_flops(w) * (double)(w->in_channels + w->out_channels);
}

static bool can(const tcs_window *w) {
    return w->stride == 1 && w->padding < w->kernel && w->kernel <= cycle_height(w) && w->kernel <= cycle_width(w) &&
           w->in_channels % 16 == 0 && w->out_channels % 16 == 0 && cycle_height(w) >= 4 && cycle_width(w) >= 4 &&
           cycle_height(w) <= TCS_LONGEST_CYCLE && cycle_width(w) <= TCS_LONGEST_CYCLE &&
           /* The transforms of the weights, which do not count by the row, must pay too. */
           1.5 * flops(w) < tcs_convolution_gemm.flops(w);
}

/* ---- memory: the two tables of cosines, then the spectrum of the weights, [in × out] at each frequency ------------------ */

static size_t n_tables(const tcs_window *w) {
    return ALIGNED(tcs_cycle_n_table(cycle_height(w))) + ALIGNED(tcs_cycle_n_table(cycle_width(w)));
}

static size_t n_weights(const tcs_window *w) {
    return w->kernel * w->kernel * w->in_channels * w->out_channels;
}

static tcs_spectra spectra_of(const tcs_window *w, const tcs_real *tables, size_t n_images, size_t n_channels) {
    return (tcs_spectra){.vertical = {cycle_height(w), tables},
                         .horizontal = {cycle_width(w), tables + ALIGNED(tcs_cycle_n_table(cycle_height(w)))},
                         .frequency_stride = 2 * n_images * n_channels + GAP,
                         .plane_stride = n_images * n_channels};
}

static size_t n_spectra(const tcs_window *w, size_t n_images, size_t n_channels) {
    return n_frequencies(w) * (2 * n_images * n_channels + GAP);
}

/* Behind them the packed weights. */
static size_t n_prepared(const tcs_window *w) {
    return n_tables(w) + n_spectra(w, w->in_channels, w->out_channels) + n_weights(w);
}

static size_t saved_bytes(const tcs_window *w, size_t n_rows) {
    return n_spectra(w, n_rows, w->in_channels) * sizeof(tcs_real);
}

/* Scratch memory: the sums of one frequency's product; the outputs' spectrum; then, backward, those of the inputs and the weights. */
static size_t n_sums(const tcs_window *w, size_t n_rows) {
    const size_t more = w->in_channels > w->out_channels ? w->in_channels : w->out_channels;
    return (3 * n_rows + 2 * more) * more;
}

static size_t n_scratch(const tcs_window *w, size_t n_rows) {
    return n_sums(w, n_rows) + n_spectra(w, n_rows, w->out_channels) + n_spectra(w, n_rows, w->in_channels) +
           n_spectra(w, w->in_channels, w->out_channels) + n_weights(w);
}

/* ---- images ---------------------------------------------------------------------------------------------------------- */

static tcs_images inputs_of(const tcs_window *w, size_t n_rows) {
    return (tcs_images){.n_images = n_rows,
                        .n_channels = w->in_channels,
                        .height = w->in_height,
                        .width = w->in_width,
                        .image_stride = w->in_height * w->in_width * w->in_channels,
                        .pixel_stride = w->in_channels,
                        .top = w->padding,
                        .left = w->padding};
}

static tcs_images outputs_of(const tcs_window *w, size_t n_rows) {
    return (tcs_images){.n_images = n_rows,
                        .n_channels = w->out_channels,
                        .height = w->out_height,
                        .width = w->out_width,
                        .image_stride = w->out_height * w->out_width * w->out_channels,
                        .pixel_stride = w->out_channels};
}

/* Weights [kernel, kernel, images, channels]: what connects one channel with the others is an image. */
static tcs_images weights_of(const tcs_window *w, size_t n_images, size_t n_channels) {
    return (tcs_images){.n_images = n_images,
                        .n_channels = n_channels,
                        .height = w->kernel,
                        .width = w->kernel,
                        .image_stride = n_channels,
                        .pixel_stride = n_images * n_channels};
}

/* ---- computing ------------------------------------------------------------------------------------------------------- */

static void prepare(const tcs_window *w, const tcs_real *weights, tcs_real *prepared) {
    const tcs_spectra spectra = spectra_of(w, prepared, w->in_channels, w->out_channels);
    const tcs_images images = weights_of(w, w->in_channels, w->out_channels);
    tcs_real *spectrum = prepared + n_tables(w), *packed = spectrum + n_spectra(w, w->in_channels, w->out_channels);
    tcs_cycle_fill(spectra.vertical.length, prepared);
    tcs_cycle_fill(spectra.horizontal.length, prepared + ALIGNED(tcs_cycle_n_table(spectra.vertical.length)));
    tcs_weights_pack(w, false, weights, packed);
    tcs_kernels_in_use()->spectra_of_images(&images, &spectra, packed, spectrum);
}

/* Spectra and where they stand. */
typedef struct placed {
    tcs_spectra spectra;
    tcs_real *at;
} placed;

/* `product` of A and B at every frequency. */
static void multiply_spectra(const tcs_window *w, tcs_product product, const placed *a, const placed *b, const placed *out) {
    for (size_t f = 0; f < n_frequencies(w); f++) {
        for (size_t part = 0; part < 2; part++) {
            product.a[part] = a->at + f * a->spectra.frequency_stride + part * a->spectra.plane_stride;
            product.b[part] = b->at + f * b->spectra.frequency_stride + part * b->spectra.plane_stride;
            product.out[part] = out->at + f * out->spectra.frequency_stride + part * out->spectra.plane_stride;
        }
        tcs_kernels_in_use()->complex_product(&product);
    }
}

static void forward(const tcs_window *w, const tcs_pass *pass) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_in = w->in_channels, n_out = w->out_channels, rows = pass->n_rows;
    const tcs_images inputs = inputs_of(w, rows), outputs = outputs_of(w, rows);
    const placed x = {spectra_of(w, pass->prepared, rows, n_in), pass->saved};
    const placed weights = {spectra_of(w, pass->prepared, n_in, n_out), pass->prepared + n_tables(w)};
    const placed y = {spectra_of(w, pass->prepared, rows, n_out), pass->scratch + n_sums(w, rows)};
    const tcs_product product = {
        .m = rows, .n = n_out, .k = n_in, .a_row = n_in, .a_column = 1, .conjugate_b = true, .scratch = pass->scratch};
    kernels->spectra_of_images(&inputs, &x.spectra, pass->input, x.at);
    multiply_spectra(w, product, &x, &weights, &y);
    kernels->images_of_spectra(&outputs, &y.spectra, y.at, pass->output);
}

/* [kernel × kernel, out, in] to [out, in, kernel × kernel] */
static void unpack_gradient(const tcs_window *w, const tcs_real *packed, bool add, tcs_real *gradient) {
    const size_t n_taps = w->kernel * w->kernel, n_pairs = w->in_channels * w->out_channels;
    for (size_t pair = 0; pair < n_pairs; pair++)
        for (size_t tap = 0; tap < n_taps; tap++) {
            const tcs_real value = packed[tap * n_pairs + pair];
            gradient[pair * n_taps + tap] = add ? gradient[pair * n_taps + tap] + value : value;
        }
}

/* conj(G) X, [out × in]. `scratch` takes its spectrum and the weights. */
static void differentiate_weights(const tcs_window *w, const tcs_pass *pass, const placed *g, tcs_real *scratch,
                                  tcs_real *weight_gradient) {
    const size_t n_in = w->in_channels, n_out = w->out_channels, rows = pass->n_rows;
    const placed x = {spectra_of(w, pass->prepared, rows, n_in), pass->saved};
    const placed dw = {spectra_of(w, pass->prepared, n_out, n_in), scratch};
    const tcs_images images = weights_of(w, n_out, n_in);
    const tcs_product product = {
        .m = n_out, .n = n_in, .k = rows, .a_row = 1, .a_column = n_out, .conjugate_a = true, .scratch = pass->scratch};
    tcs_real *packed = scratch + n_spectra(w, n_out, n_in);
    multiply_spectra(w, product, g, &x, &dw);
    tcs_kernels_in_use()->images_of_spectra(&images, &dw.spectra, dw.at, packed);
    unpack_gradient(w, packed, pass->add, weight_gradient);
}

/* G W. `scratch` takes its spectrum, that of the weights and the weights, which are wanted as [out × in] here. */
static void differentiate_input(const tcs_window *w, const tcs_pass *pass, const placed *g, tcs_real *scratch) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_in = w->in_channels, n_out = w->out_channels, rows = pass->n_rows;
    const placed dx = {spectra_of(w, pass->prepared, rows, n_in), scratch};
    const placed weights = {spectra_of(w, pass->prepared, n_out, n_in), scratch + n_spectra(w, rows, n_in)};
    const tcs_images images = weights_of(w, n_out, n_in), inputs = inputs_of(w, rows);
    const tcs_product product = {.m = rows, .n = n_in, .k = n_out, .a_row = n_out, .a_column = 1, .scratch = pass->scratch};
    tcs_real *packed = weights.at + n_spectra(w, n_out, n_in);
    tcs_transpose_each(1, n_in * n_out, w->kernel * w->kernel, pass->parameters + pass->layer->tensor_offsets[0], packed);
    kernels->spectra_of_images(&images, &weights.spectra, packed, weights.at);
    multiply_spectra(w, product, g, &weights, &dx);
    kernels->images_of_spectra(&inputs, &dx.spectra, dx.at, pass->input_gradient);
}

static void backward(const tcs_window *w, const tcs_pass *pass, tcs_real *weight_gradient) {
    const size_t rows = pass->n_rows;
    const tcs_images outputs = outputs_of(w, rows);
    const placed g = {spectra_of(w, pass->prepared, rows, w->out_channels), pass->scratch + n_sums(w, rows)};
    tcs_real *scratch = g.at + n_spectra(w, rows, w->out_channels);
    tcs_kernels_in_use()->spectra_of_images(&outputs, &g.spectra, pass->output_gradient, g.at);
    differentiate_weights(w, pass, &g, scratch, weight_gradient);
    if (pass->input_gradient)
        differentiate_input(w, pass, &g, scratch);
}

const tcs_convolution tcs_convolution_spectral = {
    .name = "spectral",
    .can = can,
    .n_prepared = n_prepared,
    .saved_bytes = saved_bytes,
    .n_scratch = n_scratch,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};
