/* window.h: a square window that moves over an image: what convolutions and pools have in common. */
#ifndef TCS_NN_WINDOW_H
#define TCS_NN_WINDOW_H

#include "layer.h"

typedef struct tcs_window {
    size_t in_channels, in_height, in_width;
    size_t out_channels, out_height, out_width;
    size_t kernel, stride, padding;
} tcs_window;

/* Sets layer->output to n_channels (0: as many as given) and the number of places of the window; or says what does not fit. */
bool tcs_window_set_shape(tcs_layer *layer, size_t n_channels, size_t kernel, size_t stride, size_t padding,
                          char message[TCS_LAYER_MESSAGE]);
tcs_window tcs_window_of(const tcs_layer *layer, size_t kernel, size_t stride, size_t padding);

/* Of the places 0 … n_out − 1 of the window along one axis, those where tap `tap` stands on one of the n_in pixels: first … end − 1. */
typedef struct tcs_range {
    size_t first, end;
} tcs_range;
tcs_range tcs_window_places(size_t n_in, size_t n_out, size_t stride, size_t padding, size_t tap);

#endif
