/* convolution.h: ways to compute a convolution, behind one interface; layer_conv2d.c chooses by shape, never by timing.
 *
 * A way computes products only: biases and relu are added by the layer. Images are channels-last; weights come as PyTorch has them,
 * [out, in, kernel, kernel]; each way prepares its own form of them once for all groups of rows of a batch.
 */
#ifndef TCS_NN_CONVOLUTION_H
#define TCS_NN_CONVOLUTION_H

#include "window.h"

typedef struct tcs_convolution {
    const char *name;
    bool (*can)(const tcs_window *window);
    size_t (*n_prepared)(const tcs_window *window);
    size_t (*saved_bytes)(const tcs_window *window, size_t n_rows); /* NULL: nothing */
    size_t (*n_scratch)(const tcs_window *window, size_t n_rows);
    void (*prepare)(const tcs_window *window, const tcs_real *weights, tcs_real *prepared);
    /* pass->output = the products. */
    void (*forward)(const tcs_window *window, const tcs_pass *pass);
    /* From pass->output_gradient: weight_gradient = (+= where pass->add) …, and pass->input_gradient where wanted. */
    void (*backward)(const tcs_window *window, const tcs_pass *pass, tcs_real *weight_gradient);
    double (*flops)(const tcs_window *window); /* forward, one row; backward is twice that */
} tcs_convolution;

/* Any shape: windows as rows of a matrix, times OpenBLAS. */
extern const tcs_convolution tcs_convolution_gemm;
/* One input channel, stride 1: every non-zero pixel is added to the outputs that see it; for sparse images. */
extern const tcs_convolution tcs_convolution_scatter;
/* Stride 1, channels in sixteens, small images, kernels so large that it pays: products of spectra. */
extern const tcs_convolution tcs_convolution_spectral;

/* [out, in, kernel, kernel] ↔ [kernel, kernel, in, out]; `backwards` turns kernel columns round. */
void tcs_weights_pack(const tcs_window *window, bool backwards, const tcs_real *weights, tcs_real *packed);
void tcs_weights_unpack(const tcs_window *window, bool backwards, const tcs_real *packed, bool add, tcs_real *weights);

#endif
