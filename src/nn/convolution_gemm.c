/* convolution_gemm.c: convolution as matrix products: windows [places × (kernel × kernel × in)] times weights [(…) × out].
 *
 * Rows are taken a few at a time, so that the windows stay in the second-level cache. A 1 × 1 kernel of stride 1 needs no copy.
 * Where few outputs carry a gradient, as before a max-pool, the weights' gradient is summed from these alone.
 */
#include <string.h>

#include "blas.h"
#include "convolution.h"
#include "kernels.h"

#define MOST_WINDOW_BYTES ((size_t)384 << 10)
/* The outputs' gradient is sparse where less than one in so many numbers is not 0. */
#define SPARSE 8

static bool can(const tcs_window *window) {
    (void)window;
    return true;
}

static size_t n_places(const tcs_window *w) {
    return w->out_height * w->out_width;
}

static size_t n_taps(const tcs_window *w) {
    return w->kernel * w->kernel * w->in_channels;
}

static bool is_pointwise(const tcs_window *w) {
    return w->kernel == 1 && w->stride == 1 && w->padding == 0;
}

/* How many rows' windows are held at a time. */
static size_t rows_at_a_time(const tcs_window *w) {
    const size_t most = MOST_WINDOW_BYTES / sizeof(tcs_real) / (n_places(w) * n_taps(w));
    return most ? most : 1;
}

static size_t window_numbers(const tcs_window *w, size_t n_rows) {
    const size_t held = rows_at_a_time(w) < n_rows ? rows_at_a_time(w) : n_rows;
    return is_pointwise(w) ? 0 : held * n_places(w) * n_taps(w);
}

static size_t n_prepared(const tcs_window *w) {
    return n_taps(w) * w->out_channels;
}

/* The packed weight gradient, then the windows. */
static size_t n_scratch(const tcs_window *w, size_t n_rows) {
    return n_prepared(w) + 16 + window_numbers(w, n_rows);
}

static void prepare(const tcs_window *window, const tcs_real *weights, tcs_real *prepared) {
    tcs_weights_pack(window, false, weights, prepared);
}

/* The part of one line of a window that stands on the image: numbers first … end − 1 of the line, from image[at] on. */
typedef struct overlap {
    size_t first, end, at;
} overlap;

static overlap overlap_of(const tcs_window *w, size_t place, size_t ky) {
    const size_t y = place / w->out_width * w->stride + ky, left = place % w->out_width * w->stride;
    const size_t first = left < w->padding ? w->padding - left : 0;
    const size_t room = w->in_width + w->padding > left ? w->in_width + w->padding - left : 0;
    const size_t end = room < w->kernel ? room : w->kernel;
    if (y < w->padding || y >= w->in_height + w->padding || first >= end)
        return (overlap){0};
    return (overlap){.first = first * w->in_channels,
                     .end = end * w->in_channels,
                     .at = ((y - w->padding) * w->in_width + left + first - w->padding) * w->in_channels};
}

/* The windows [places × taps] of one image; pixels outside are 0. */
static void copy_windows(const tcs_window *w, const tcs_real *image, tcs_real *windows) {
    const size_t line = w->kernel * w->in_channels;
    for (size_t place = 0; place < n_places(w); place++)
        for (size_t ky = 0; ky < w->kernel; ky++, windows += line) {
            const overlap o = overlap_of(w, place, ky);
            memset(windows, 0, o.first * sizeof *windows);
            memcpy(windows + o.first, image + o.at, (o.end - o.first) * sizeof *windows);
            memset(windows + o.end, 0, (line - o.end) * sizeof *windows);
        }
}

/* Adds windows back to the image. */
static void add_windows(const tcs_window *w, const tcs_real *windows, tcs_real *image) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t line = w->kernel * w->in_channels;
    for (size_t place = 0; place < n_places(w); place++)
        for (size_t ky = 0; ky < w->kernel; ky++, windows += line) {
            const overlap o = overlap_of(w, place, ky);
            kernels->add_scaled(o.end - o.first, 1, windows + o.first, image + o.at);
        }
}

/* The windows of n rows from `row` on, in `held` or where they stand. */
static const tcs_real *windows_of(const tcs_window *w, const tcs_real *input, size_t row, size_t n, tcs_real *held) {
    const size_t in_size = w->in_height * w->in_width * w->in_channels;
    if (is_pointwise(w))
        return input + row * in_size;
    for (size_t i = 0; i < n; i++)
        copy_windows(w, input + (row + i) * in_size, held + i * n_places(w) * n_taps(w));
    return held;
}

static void forward(const tcs_window *w, const tcs_pass *pass) {
    const size_t places = n_places(w), taps = n_taps(w), n_out = w->out_channels, step = rows_at_a_time(w);
    for (size_t row = 0; row < pass->n_rows; row += step) {
        const size_t n = pass->n_rows - row < step ? pass->n_rows - row : step;
        const tcs_real *windows = windows_of(w, pass->input, row, n, pass->scratch);
        tcs_gemm(AS_IS, AS_IS, n * places, n_out, taps, windows, taps, pass->prepared, n_out, false,
                 pass->output + row * places * n_out, n_out);
    }
}

static bool is_sparse(size_t n, const tcs_real *x) {
    size_t n_not_zero = 0;
    for (size_t i = 0; i < n; i++)
        n_not_zero += x[i] != 0;
    return n_not_zero * SPARSE < n;
}

/* From the outputs that carry a gradient alone; `sums` takes [out, kernel, kernel, in]. */
static void differentiate_weights_sparsely(const tcs_window *w, const tcs_pass *pass, tcs_real *sums, tcs_real *weight_gradient) {
    const tcs_kernels *kernels = tcs_kernels_in_use();
    const size_t n_out = w->out_channels, taps = n_taps(w), line = w->kernel * w->in_channels;
    const tcs_real *dy = pass->output_gradient;
    memset(sums, 0, n_prepared(w) * sizeof *sums);
    for (size_t i = 0; i < pass->n_rows * n_places(w); i++) {
        const tcs_real *image = pass->input + i / n_places(w) * w->in_height * w->in_width * w->in_channels;
        for (size_t out = 0; out < n_out; out++) {
            const tcs_real slope = *dy++;
            for (size_t ky = 0; slope != 0 && ky < w->kernel; ky++) {
                const overlap o = overlap_of(w, i % n_places(w), ky);
                kernels->add_scaled(o.end - o.first, slope, image + o.at, sums + out * taps + ky * line + o.first);
            }
        }
    }
    const size_t area = w->kernel * w->kernel;
    for (size_t out = 0; out < n_out; out++)
        for (size_t in = 0; in < w->in_channels; in++)
            for (size_t place = 0; place < area; place++, weight_gradient++) {
                const tcs_real value = sums[out * taps + place * w->in_channels + in];
                *weight_gradient = pass->add ? *weight_gradient + value : value;
            }
}

static void differentiate_weights(const tcs_window *w, const tcs_pass *pass, tcs_real *packed, tcs_real *held,
                                  tcs_real *weight_gradient) {
    const size_t places = n_places(w), taps = n_taps(w), n_out = w->out_channels, step = rows_at_a_time(w);
    for (size_t row = 0; row < pass->n_rows; row += step) {
        const size_t n = pass->n_rows - row < step ? pass->n_rows - row : step;
        const tcs_real *windows = windows_of(w, pass->input, row, n, held);
        tcs_gemm(TRANSPOSED, AS_IS, taps, n_out, n * places, windows, taps, pass->output_gradient + row * places * n_out, n_out,
                 row > 0, packed, n_out);
    }
    tcs_weights_unpack(w, false, packed, pass->add, weight_gradient);
}

static void differentiate_input(const tcs_window *w, const tcs_pass *pass, tcs_real *held) {
    const size_t places = n_places(w), taps = n_taps(w), in_size = w->in_height * w->in_width * w->in_channels;
    const size_t step = rows_at_a_time(w), n_out = w->out_channels;
    if (!is_pointwise(w))
        memset(pass->input_gradient, 0, pass->n_rows * in_size * sizeof *pass->input_gradient);
    for (size_t row = 0; row < pass->n_rows; row += step) {
        const size_t n = pass->n_rows - row < step ? pass->n_rows - row : step;
        tcs_real *dx = pass->input_gradient + row * in_size;
        tcs_gemm(AS_IS, TRANSPOSED, n * places, taps, n_out, pass->output_gradient + row * places * n_out, n_out, pass->prepared,
                 n_out, false, is_pointwise(w) ? dx : held, taps);
        for (size_t i = 0; !is_pointwise(w) && i < n; i++)
            add_windows(w, held + i * places * taps, dx + i * in_size);
    }
}

static void backward(const tcs_window *w, const tcs_pass *pass, tcs_real *weight_gradient) {
    tcs_real *packed = pass->scratch, *held = pass->scratch + (n_prepared(w) + 15) / 16 * 16;
    if (is_sparse(pass->n_rows * n_places(w) * w->out_channels, pass->output_gradient))
        differentiate_weights_sparsely(w, pass, packed, weight_gradient);
    else
        differentiate_weights(w, pass, packed, held, weight_gradient);
    if (pass->input_gradient)
        differentiate_input(w, pass, held);
}

static double flops(const tcs_window *w) {
    return 2.0 * (double)n_places(w) * (double)n_taps(w) * (double)w->out_channels;
}

const tcs_convolution tcs_convolution_gemm = {
    .name = "gemm",
    .can = can,
    .n_prepared = n_prepared,
    .n_scratch = n_scratch,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};
