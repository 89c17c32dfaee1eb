/* layer.h: what a layer type is, for this room: one file a type (layer_*.c), one line each in the table of layers.c.
 *
 * A layer type is a set of functions over a tcs_layer (a layer's place in a plan: options, shapes, where its tensors stand). They are
 * given a group of rows at a time and never more than the group size that the plan was made for; they own no memory.
 *
 * Images are channels-last here: [rows, height, width, channels].
 */
#ifndef TCS_NN_LAYER_H
#define TCS_NN_LAYER_H

#include "tcsweep/network.h"

typedef struct tcs_layer {
    const tcs_layer_type *type;
    double option[TCS_LAYER_MAX_OPTIONS];
    tcs_shape input, output;
    size_t ordinal;           /* of the layer, counted over all branches from 0 */
    bool applies_relu;        /* the relu that follows is computed by this layer */
    size_t tensor_offsets[2]; /* of weight and bias in the block of parameters */
} tcs_layer;

/* One group of rows on its way through one layer. */
typedef struct tcs_pass {
    const tcs_layer *layer;
    size_t n_rows;
    size_t first_row; /* number of the first one in the whole batch */
    const tcs_real *parameters;
    const tcs_real *input; /* [n_rows × input] */
    tcs_real *output;      /* [n_rows × output] */
    tcs_real *prepared;    /* what `prepare` made of the parameters, once for all groups of a batch */
    void *saved;           /* what forward leaves for backward, for this group */
    tcs_real *scratch;     /* nothing in it outlives the call */
    /* forward only */
    const tcs_dropout *dropout; /* NULL: evaluation */
    /* backward only; there, output is what forward left in it */
    tcs_real *output_gradient; /* may be overwritten */
    tcs_real *input_gradient;  /* NULL: not wanted */
    tcs_real *gradient;        /* of the whole block of parameters */
    bool add;                  /* to `gradient`, rather than write it */
} tcs_pass;

#define TCS_LAYER_MESSAGE 240

/* Functions that are NULL: nothing to do. */
struct tcs_layer_type {
    const char *name, *help;
    size_t n_options;
    tcs_layer_option options[TCS_LAYER_MAX_OPTIONS];
    bool can_apply_relu;
    bool only_trains; /* without dropout it passes its input on */
    /* From options and layer->input sets layer->output; where they do not fit returns false and says what is given and needed. */
    bool (*set_shape)(tcs_layer *layer, char message[TCS_LAYER_MESSAGE]);
    /* The output is the same numbers in the same order as the input. */
    bool (*is_alias)(const tcs_layer *layer);
    /* Fills names ("weight"), ranks, extents and fan_in; returns how many tensors there are, ≤ 2. */
    size_t (*describe_tensors)(const tcs_layer *layer, tcs_tensor tensors[2]);
    size_t (*n_prepared)(const tcs_layer *layer);                 /* numbers */
    size_t (*saved_bytes)(const tcs_layer *layer, size_t n_rows); /* grows with n_rows */
    size_t (*n_scratch)(const tcs_layer *layer, size_t n_rows);   /* numbers; forward and backward */
    void (*prepare)(const tcs_pass *pass);
    void (*forward)(const tcs_pass *pass);
    void (*backward)(const tcs_pass *pass);
    /* Multiplications and additions for one row, as this room computes it. */
    double (*flops_forward)(const tcs_layer *layer);
    double (*flops_backward)(const tcs_layer *layer);
};

extern const tcs_layer_type tcs_layer_linear, tcs_layer_conv2d, tcs_layer_maxpool2d, tcs_layer_flatten, tcs_layer_relu,
    tcs_layer_softmax, tcs_layer_dropout;
/* Not for users: turns the network's input, where it is an image of several channels, to channels-last. */
extern const tcs_layer_type tcs_layer_channels_last;

/* Channels-last to PyTorch's order, and back: y [n_rows, n_columns] of every matrix x [n_columns, n_rows], n_matrices of them. */
void tcs_transpose_each(size_t n_matrices, size_t n_columns, size_t n_rows, const tcs_real *x, tcs_real *y);

static inline bool tcs_shape_is_image(const tcs_shape *shape) {
    return shape->rank == 3;
}

#endif
