/* kernels.h: the inner loops that are compiled once for each instruction set, reached through one table of functions.
 *
 * Every kernel sums in an order that depends on its arguments and the instruction set alone, and rounds as written: fused
 * multiply-adds only where vector.h asks for them, and no function of libm whose result could depend on the processor.
 * To add one: a line in the list below and its function in a file of kernels/. Knows nothing of layers and networks.
 */
#ifndef TCS_NN_KERNELS_H
#define TCS_NN_KERNELS_H

#include "spectral.h"
#include "tcsweep/isa.h"
#include "tcsweep/network.h"

/* What Adam needs to know of a step, worked out in double precision. */
typedef struct tcs_adam_step {
    tcs_real beta1, one_minus_beta1;
    tcs_real beta2, one_minus_beta2;
    tcs_real rate;         /* learning rate / (1 − β1^t) */
    tcs_real second_scale; /* 1 / √(1 − β2^t) */
    tcs_real epsilon;
} tcs_adam_step;

/* K(return type, name, arguments):
 *
 * add_bias            y [n_rows × width] += bias [width]; where `relu`, max(·, 0) of it.
 * bias_gradient       bias_gradient [width] = (+= where `add`) the sums of dy [n_rows × width] over the rows; where y is not NULL (the
 *                     output of a relu), dy is first set to 0 where y is not positive.
 * add_scaled          y [n] += a x [n].
 * dot                 the sum of x[i] y[i].
 * relu                y [n] = max(x, 0).
 * relu_gradient       dx [n] = dy where y is positive, else 0.
 * keep_largest        where x > best or x is NaN: best = x, winner = tap (n numbers each).
 * dropout_factors     factors[i] = scale where 16-bit number first + i of the Philox stream whose blocks have the counters
 *                     {block, counter[1…3]} is ≥ threshold, else 0.
 * multiply            y [n] = x × factors, element by element.
 * spectra_of_images   spectral.h: transforms, forward and back, and products for one frequency.
 * images_of_spectra
 * complex_product
 * adam                one step for n parameters p with moments m, v and gradient g.
 */
#define TCS_KERNEL_LIST(K)                                                                                                         \
    K(void, add_bias, (size_t n_rows, size_t width, const tcs_real *bias, bool relu, tcs_real *y))                                 \
    K(void, bias_gradient, (size_t n_rows, size_t width, const tcs_real *y, tcs_real *dy, bool add, tcs_real *bias_gradient))      \
    K(void, add_scaled, (size_t n, tcs_real a, const tcs_real *x, tcs_real *y))                                                    \
    K(tcs_real, dot, (size_t n, const tcs_real *x, const tcs_real *y))                                                             \
    K(void, relu, (size_t n, const tcs_real *x, tcs_real *y))                                                                      \
    K(void, relu_gradient, (size_t n, const tcs_real *y, const tcs_real *dy, tcs_real *dx))                                        \
    K(void, keep_largest, (size_t n, int32_t tap, const tcs_real *x, tcs_real *best, int32_t *winner))                             \
    K(void, dropout_factors,                                                                                                       \
      (tcs_random_key key, const uint32_t counter[4], uint64_t first, size_t n, uint32_t threshold, tcs_real scale,                \
       tcs_real *factors))                                                                                                         \
    K(void, multiply, (size_t n, const tcs_real *x, const tcs_real *factors, tcs_real *y))                                         \
    K(void, spectra_of_images, (const tcs_images *images, const tcs_spectra *spectra, const tcs_real *x, tcs_real *out))           \
    K(void, images_of_spectra, (const tcs_images *images, const tcs_spectra *spectra, const tcs_real *in, tcs_real *x))            \
    K(void, complex_product, (const tcs_product *product))                                                                         \
    K(void, adam, (size_t n, const tcs_adam_step *step, const tcs_real *g, tcs_real *m, tcs_real *v, tcs_real *p))

#define TCS_KERNEL_MEMBER(result, name, arguments) result(*name) arguments;
typedef struct tcs_kernels {
    TCS_KERNEL_LIST(TCS_KERNEL_MEMBER)
} tcs_kernels;
#undef TCS_KERNEL_MEMBER

/* Those of the instruction set in use. */
const tcs_kernels *tcs_kernels_in_use(void);

#endif
