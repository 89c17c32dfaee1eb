/* weights.c: convolution weights between PyTorch's order and the one with the output channels last. */
#include "convolution.h"

static size_t n_taps(const tcs_window *w) {
    return w->kernel * w->kernel * w->in_channels;
}

/* Where the weight of packed tap [ky, kx, in] for output channel 0 stands in PyTorch's order; the others follow n_taps apart. */
static size_t plain_index(const tcs_window *w, bool backwards, size_t tap) {
    const size_t in = tap % w->in_channels, kx = tap / w->in_channels % w->kernel, ky = tap / w->in_channels / w->kernel;
    return (in * w->kernel + ky) * w->kernel + (backwards ? w->kernel - 1 - kx : kx);
}

void tcs_weights_pack(const tcs_window *window, bool backwards, const tcs_real *weights, tcs_real *packed) {
    for (size_t tap = 0; tap < n_taps(window); tap++) {
        const tcs_real *from = weights + plain_index(window, backwards, tap);
        for (size_t out = 0; out < window->out_channels; out++)
            *packed++ = from[out * n_taps(window)];
    }
}

void tcs_weights_unpack(const tcs_window *window, bool backwards, const tcs_real *packed, bool add, tcs_real *weights) {
    for (size_t tap = 0; tap < n_taps(window); tap++) {
        tcs_real *to = weights + plain_index(window, backwards, tap);
        for (size_t out = 0; out < window->out_channels; out++, packed++)
            to[out * n_taps(window)] = add ? to[out * n_taps(window)] + *packed : *packed;
    }
}
