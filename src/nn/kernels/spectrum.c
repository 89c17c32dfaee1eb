/* spectrum.c: spectra of images, and back; a vector holds neighbouring channels. See spectral.h for how. */
#include "kernels/vector.h"

#define MOST_HALF (TCS_LONGEST_CYCLE / 2)

/* ---- one sequence ----------------------------------------------------------------------------------------------------
 *
 * Everything here takes half of the cycle's length first. It is inlined with that number known for the lengths that images of about
 * 10 × 12 pixels need (the switches below), so that loops vanish and short sequences stay in registers.
 */

#define INLINED static inline __attribute__((always_inline))

/* out[2k] = Σ_q matrix[k][q] x[q], n × n. Returns the end of the matrix. */
INLINED const tcs_real *multiply(const size_t n, const tcs_real *matrix, const vector *x, vector *out) {
    vector in[MOST_HALF / 2 + 1];
    for (size_t q = 0; q < n; q++)
        in[q] = x[q];
    for (size_t k = 0; k < n; k++) {
        vector sum = broadcast(matrix[k * n]) * in[0];
        for (size_t q = 1; q < n; q++)
            sum = multiply_add(broadcast(matrix[k * n + q]), in[q], sum);
        out[2 * k] = sum;
    }
    return matrix + n * n;
}

/* c[k] = Σ_q e[q] cos(2πkq/L) for q, k = 0 … L/2, and s[k] = Σ_q o[q] sin(2πkq/L) for q, k = 1 … L/2 − 1. */
INLINED void transform_half(const size_t half, const tcs_real *table, const vector *e, const vector *o, vector *c, vector *s) {
    const size_t n_pairs = (half + 1) / 2, n_inner = (half - 1) / 2;
    vector plus[MOST_HALF / 2 + 1], minus[MOST_HALF / 2 + 1];
    for (size_t q = 0; q < n_pairs; q++) {
        plus[q] = e[q] + e[half - q];
        minus[q] = e[q] - e[half - q];
    }
    if (half % 2 == 0)
        plus[half / 2] = e[half / 2];
    table = multiply(half / 2 + 1, table, plus, c);
    table = multiply(n_pairs, table, minus, c + 1);
    for (size_t q = 0; q < n_inner; q++) {
        plus[q] = o[q + 1] + o[half - 1 - q];
        minus[q] = o[q + 1] - o[half - 1 - q];
    }
    if (half % 2 == 0)
        plus[half / 2 - 1] = o[half / 2];
    table = multiply(half / 2, table, plus, s + 1);
    if (n_inner)
        multiply(n_inner, table, minus, s + 2);
}

INLINED void transform_n(const size_t half, const tcs_real *table, const vector *x, vector *c, vector *s) {
    vector e[MOST_HALF + 1], o[MOST_HALF + 1];
    e[0] = x[0];
    e[half] = x[half];
    for (size_t q = 1; q < half; q++) {
        e[q] = x[q] + x[2 * half - q];
        o[q] = x[q] - x[2 * half - q];
    }
    transform_half(half, table, e, o, c, s);
    s[0] = s[half] = (vector){0};
}

INLINED void invert_real_n(const size_t half, const tcs_real *table, const vector *re, const vector *im, vector *x) {
    vector e[MOST_HALF + 1], o[MOST_HALF + 1], c[MOST_HALF + 1], s[MOST_HALF + 1];
    e[0] = re[0];
    e[half] = re[half];
    for (size_t k = 1; k < half; k++) {
        e[k] = re[k] + re[k];
        o[k] = im[k] + im[k];
    }
    transform_half(half, table, e, o, c, s);
    x[0] = c[0];
    x[half] = c[half];
    for (size_t j = 1; j < half; j++) {
        x[j] = c[j] - s[j];
        x[2 * half - j] = c[j] + s[j];
    }
}

/* c[k] = Σ_j x[j] cos(2πkj/L), s[k] the same with sin, for k = 0 … L/2; s[0] and s[L/2] are 0. */
static void transform(const tcs_cycle *cycle, const vector *x, vector *c, vector *s) {
    switch (cycle->length) {
    case 12:
        transform_n(6, cycle->table, x, c, s);
        break;
    case 14:
        transform_n(7, cycle->table, x, c, s);
        break;
    case 16:
        transform_n(8, cycle->table, x, c, s);
        break;
    default:
        transform_n(cycle->length / 2, cycle->table, x, c, s);
    }
}

/* x[j] = Re Σ over the whole cycle of X e^(+2πijk/L), from X(k) = re + i im, k = 0 … L/2, its other half being the conjugates. */
static void invert_real(const tcs_cycle *cycle, const vector *re, const vector *im, vector *x) {
    switch (cycle->length) {
    case 12:
        invert_real_n(6, cycle->table, re, im, x);
        break;
    case 14:
        invert_real_n(7, cycle->table, re, im, x);
        break;
    case 16:
        invert_real_n(8, cycle->table, re, im, x);
        break;
    default:
        invert_real_n(cycle->length / 2, cycle->table, re, im, x);
    }
}

/* Z(k) = Σ_j z[j] e^(∓2πijk/L), k = 0 … L − 1, of complex z; + where `inverse`. */
static inline void transform_complex(const tcs_cycle *cycle, bool inverse, const vector *re, const vector *im, vector *out_re,
                                     vector *out_im) {
    const size_t half = cycle->length / 2;
    vector cr[MOST_HALF + 1], sr[MOST_HALF + 1], ci[MOST_HALF + 1], si[MOST_HALF + 1];
    transform(cycle, re, cr, sr);
    transform(cycle, im, ci, si);
    for (size_t k = 0; k <= half; k++) {
        const size_t mirror = k ? 2 * half - k : 0, here = inverse ? mirror : k, there = inverse ? k : mirror;
        /* At k = 0 and L/2 both are the same, and the sines 0. */
        out_re[here] = cr[k] + si[k];
        out_im[here] = ci[k] - sr[k];
        out_re[there] = cr[k] - si[k];
        out_im[there] = ci[k] + sr[k];
    }
}

/* ---- images ---------------------------------------------------------------------------------------------------------- */

typedef struct column {
    vector re[TCS_LONGEST_CYCLE], im[TCS_LONGEST_CYCLE];
} column;

/* Lines of pixels to columns of the half spectrum. */
static void transform_lines(const tcs_images *images, const tcs_spectra *spectra, const tcs_real *x, column *columns) {
    const size_t half = spectra->horizontal.length / 2;
    vector line[TCS_LONGEST_CYCLE], c[MOST_HALF + 1], s[MOST_HALF + 1];
    for (size_t i = 0; i < spectra->horizontal.length; i++)
        line[i] = (vector){0};
    for (size_t kx = 0; kx <= half; kx++)
        for (size_t y = 0; y < spectra->vertical.length; y++)
            if (y < images->top || y >= images->top + images->height)
                columns[kx].re[y] = columns[kx].im[y] = (vector){0};
    for (size_t y = 0; y < images->height; y++) {
        for (size_t i = 0; i < images->width; i++)
            line[images->left + i] = load(x + (y * images->width + i) * images->pixel_stride);
        transform(&spectra->horizontal, line, c, s);
        for (size_t kx = 0; kx <= half; kx++) {
            columns[kx].re[images->top + y] = c[kx];
            columns[kx].im[images->top + y] = -s[kx];
        }
    }
}

/* LANES channels of one image. */
static void transform_image(const tcs_images *images, const tcs_spectra *spectra, const tcs_real *x, tcs_real *to) {
    const size_t half = spectra->horizontal.length / 2;
    column columns[MOST_HALF + 1], out;
    transform_lines(images, spectra, x, columns);
    for (size_t kx = 0; kx <= half; kx++) {
        const bool is_real = kx == 0 || kx == half;
        const size_t n = is_real ? spectra->vertical.length / 2 + 1 : spectra->vertical.length;
        if (is_real)
            transform(&spectra->vertical, columns[kx].re, out.re, out.im);
        else
            transform_complex(&spectra->vertical, false, columns[kx].re, columns[kx].im, out.re, out.im);
        for (size_t ky = 0; ky < n; ky++, to += spectra->frequency_stride) {
            store(to, out.re[ky]);
            store(to + spectra->plane_stride, is_real ? -out.im[ky] : out.im[ky]);
        }
    }
}

/* Columns of the half spectrum to the lines of pixels that are wanted. */
static void invert_lines(const tcs_images *images, const tcs_spectra *spectra, const column *columns, tcs_real *x) {
    const size_t half = spectra->horizontal.length / 2;
    const vector scale = broadcast((tcs_real)(1.0 / (double)(spectra->vertical.length * spectra->horizontal.length)));
    vector re[MOST_HALF + 1], im[MOST_HALF + 1], line[TCS_LONGEST_CYCLE];
    for (size_t y = 0; y < images->height; y++) {
        for (size_t kx = 0; kx <= half; kx++) {
            re[kx] = columns[kx].re[images->top + y] * scale;
            im[kx] = columns[kx].im[images->top + y] * scale;
        }
        invert_real(&spectra->horizontal, re, im, line);
        for (size_t i = 0; i < images->width; i++)
            store(x + (y * images->width + i) * images->pixel_stride, line[images->left + i]);
    }
}

static void invert_image(const tcs_images *images, const tcs_spectra *spectra, const tcs_real *from, tcs_real *x) {
    const size_t half = spectra->horizontal.length / 2;
    column columns[MOST_HALF + 1], in;
    for (size_t kx = 0; kx <= half; kx++) {
        const bool is_real = kx == 0 || kx == half;
        const size_t n = is_real ? spectra->vertical.length / 2 + 1 : spectra->vertical.length;
        for (size_t ky = 0; ky < n; ky++, from += spectra->frequency_stride) {
            in.re[ky] = load(from);
            in.im[ky] = load(from + spectra->plane_stride);
        }
        if (is_real) {
            invert_real(&spectra->vertical, in.re, in.im, columns[kx].re);
            memset(columns[kx].im, 0, sizeof columns[kx].im);
        } else
            transform_complex(&spectra->vertical, true, in.re, in.im, columns[kx].re, columns[kx].im);
    }
    invert_lines(images, spectra, columns, x);
}

void TCS_KERNEL(spectra_of_images)(const tcs_images *images, const tcs_spectra *spectra, const tcs_real *x, tcs_real *out) {
    for (size_t image = 0; image < images->n_images; image++)
        for (size_t channel = 0; channel < images->n_channels; channel += LANES)
            transform_image(images, spectra, x + image * images->image_stride + channel,
                            out + image * images->n_channels + channel);
}

void TCS_KERNEL(images_of_spectra)(const tcs_images *images, const tcs_spectra *spectra, const tcs_real *in, tcs_real *x) {
    for (size_t image = 0; image < images->n_images; image++)
        for (size_t channel = 0; channel < images->n_channels; channel += LANES)
            invert_image(images, spectra, in + image * images->n_channels + channel, x + image * images->image_stride + channel);
}
