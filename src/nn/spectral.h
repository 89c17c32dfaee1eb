/* spectral.h: discrete Fourier transforms of small images, many channels at once, and products of their spectra.
 *
 * An image of height × width pixels stands at some place of a cyclic Ly × Lx area that is 0 elsewhere. Its spectrum
 * X(ky, kx) = Σ x(y, x) e^(−2πi (ky y / Ly + kx x / Lx)) is kept where it is not known by symmetry: columns kx = 0 and Lx/2 for
 * ky = 0 … Ly/2, the columns between for all ky. Ly and Lx are even.
 *
 * Transforms of so few points are small matrix products: folding a sequence twice, x(j) ± x(L − j) and then again about L/2, leaves four
 * matrices of about (L/4)² cosines and sines.
 *
 * A complex product costs three real ones: with P = (Ar + Ai) Br its parts are P − Ai (Br + Bi) and P − Ar (Br − Bi).
 */
#ifndef TCS_NN_SPECTRAL_H
#define TCS_NN_SPECTRAL_H

#include "tcsweep/network.h"

#define TCS_LONGEST_CYCLE 32

typedef struct tcs_cycle {
    size_t length;
    const tcs_real *table; /* cosines and sines: tcs_cycle_fill */
} tcs_cycle;

size_t tcs_cycle_n_table(size_t length);
void tcs_cycle_fill(size_t length, tcs_real *table);

/* Images in memory, channels last, and where they stand in the cyclic area. */
typedef struct tcs_images {
    size_t n_images, n_channels; /* n_channels: a multiple of 16 */
    size_t height, width;
    size_t image_stride, pixel_stride; /* numbers; pixel (y, x) is number y × width + x */
    size_t top, left;
} tcs_images;

/* Spectra in memory: for each frequency a plane of real and one of imaginary parts, each [n_images × n_channels]. */
typedef struct tcs_spectra {
    tcs_cycle vertical, horizontal;
    size_t frequency_stride, plane_stride; /* numbers */
} tcs_spectra;

size_t tcs_spectra_n_frequencies(size_t vertical, size_t horizontal);

/* One frequency's out = A B, or of their conjugates. A: m × k, element (i, j) at i × a_row + j × a_column, m × k numbers without gaps;
 * B: k × n, rows of n; out: m × n, rows of n; real parts at [0], imaginary ones at [1]. n: a multiple of 16. */
typedef struct tcs_product {
    size_t m, n, k;
    size_t a_row, a_column;
    bool conjugate_a, conjugate_b;
    const tcs_real *a[2], *b[2];
    tcs_real *out[2];
    tcs_real *scratch; /* m × k + 2 × k × n numbers */
} tcs_product;

#endif
