/* network.h: networks as data: a graph of named branches, each a list of layers; forward, backward, and their shapes.
 *
 * A network has one input and branches that each continue from the input or from another branch (a tree). A spec is what a
 * user wrote, in plain C structs; a tcs_network is the checked, immutable plan made from it: shapes, tensors and their places in
 * one block of parameters. Activations live in a workspace, one block, made once for a largest number of rows.
 *
 * Knows nothing of YAML, data files, Tc or training schedules. Losses and optimizers: optimize.h.
 *
 * Layout: rows first. The network's input is as in PyTorch, [rows, channels, height, width]. What branches yield, and what one branch
 * hands to another, is channels-last where it is an image: [rows, height, width, channels]; shapes are written [channels, height, width]
 * all the same. Weights: linear [out, in], conv2d [out, in, kernel, kernel], as in PyTorch; flatten yields PyTorch's order.
 *
 * tcs_real is float. The tests also compile this room with double, to hold gradients against finite differences.
 */
#ifndef TCSWEEP_NETWORK_H
#define TCSWEEP_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/random.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef TCS_REAL_IS_DOUBLE
typedef double tcs_real;
#else
typedef float tcs_real;
#endif

/* One row's shape: [features] or [channels, height, width]. */
#define TCS_SHAPE_MAX_RANK 3
typedef struct tcs_shape {
    int rank;
    size_t extent[TCS_SHAPE_MAX_RANK]; /* unused ones are 0 */
} tcs_shape;
size_t tcs_shape_size(const tcs_shape *shape); /* product of the extents */
/* "[32, 10, 12]". */
void tcs_shape_text(const tcs_shape *shape, char text[80]);

/* ---- layer types: what a sweep file may name ------------------------------------------------------------------------- */

#define TCS_LAYER_MAX_OPTIONS 6
typedef struct tcs_layer_option {
    const char *name; /* "kernel" */
    const char *help; /* one line */
    bool is_integer;
    bool is_required;
    double fallback; /* where not required */
    double minimum, maximum;
} tcs_layer_option;

/* A layer type: its name, options and (inside src/nn) functions. linear(features), conv2d(channels, kernel, stride = 1, padding = 0),
 * maxpool2d(kernel, stride = kernel: fallback 0 means "as kernel", padding = 0), flatten, relu, softmax, dropout(probability). */
typedef struct tcs_layer_type tcs_layer_type;
size_t tcs_layer_type_count(void);
const tcs_layer_type *tcs_layer_type_at(size_t index);
const tcs_layer_type *tcs_layer_type_find(const char *name); /* NULL where there is none */
const char *tcs_layer_type_name(const tcs_layer_type *type);
const char *tcs_layer_type_help(const tcs_layer_type *type); /* one line */
size_t tcs_layer_type_n_options(const tcs_layer_type *type);
const tcs_layer_option *tcs_layer_type_option(const tcs_layer_type *type, size_t index);

/* ---- what a user wrote ----------------------------------------------------------------------------------------------- */

typedef struct tcs_layer_spec {
    const tcs_layer_type *type;
    double option[TCS_LAYER_MAX_OPTIONS]; /* in the order of the type's options; every one set */
    size_t line, column;                  /* where it stands in its file, for messages; 0: unknown */
} tcs_layer_spec;

#define TCS_FROM_INPUT ((size_t)-1)
typedef struct tcs_branch_spec {
    char *name;
    size_t from; /* index of an earlier branch, or TCS_FROM_INPUT */
    size_t n_layers;
    tcs_layer_spec *layers;
} tcs_branch_spec;

/* What predictions are read from: a branch with one output (Tc in K) and one with two (probabilities of Tc = 0 and Tc > 0). */
#define TCS_NO_BRANCH ((size_t)-1)
#define TCS_MAX_BRANCHES 16
typedef struct tcs_network_spec {
    char *name; /* of the architecture */
    char *file; /* for messages; may be NULL */
    tcs_shape input;
    size_t n_branches; /* 1 … TCS_MAX_BRANCHES */
    tcs_branch_spec *branches;
    size_t tc_branch;    /* or TCS_NO_BRANCH */
    size_t class_branch; /* or TCS_NO_BRANCH */
} tcs_network_spec;
/* Frees what the spec holds (strings, branches), not the struct. */
void tcs_network_spec_free(tcs_network_spec *spec);
/* A deep copy. */
tcs_status tcs_network_spec_copy(const tcs_network_spec *spec, tcs_network_spec *out, tcs_error *error);

/* ---- the plan -------------------------------------------------------------------------------------------------------- */

typedef struct tcs_tensor {
    char name[64]; /* as in PyTorch's state_dict of Sequentials: "backbone.0.weight" */
    size_t branch;
    int rank;
    size_t extent[4];
    size_t offset; /* in the block of parameters, in numbers */
    size_t n;      /* product of the extents */
    size_t fan_in; /* bounds of the initial weights: U(−1/√fan_in, 1/√fan_in) */
} tcs_tensor;

typedef struct tcs_network tcs_network;

/* Checks all shapes and makes the plan. All mistakes are reported, each with the layer's name and what it was given, e.g.
 * "cnn.yaml:31:9: cnn.regression.9: flatten gives [128], linear …". The spec is copied. */
tcs_status tcs_network_create(const tcs_network_spec *spec, tcs_network **out, tcs_error *error);
void tcs_network_free(tcs_network *network);

const tcs_network_spec *tcs_network_get_spec(const tcs_network *network);
size_t tcs_network_n_parameters(const tcs_network *network);
size_t tcs_network_n_tensors(const tcs_network *network);
const tcs_tensor *tcs_network_tensor(const tcs_network *network, size_t index);
/* The parameters of a branch are the numbers offset … offset + n − 1 of the block. */
void tcs_network_branch_parameters(const tcs_network *network, size_t branch, size_t *offset, size_t *n);
/* What a branch reads and yields for one row. */
tcs_shape tcs_network_branch_input(const tcs_network *network, size_t branch);
tcs_shape tcs_network_branch_output(const tcs_network *network, size_t branch);
/* Multiplications and additions for one row: forward; backward (weights and input) without the forward. */
double tcs_network_flops_forward(const tcs_network *network, size_t branch);
double tcs_network_flops_backward(const tcs_network *network, size_t branch);
/* Bytes of a workspace for so many rows, gradients included or not. */
size_t tcs_network_workspace_bytes(const tcs_network *network, size_t n_rows, bool with_gradients);

/* PyTorch's default for Linear and Conv2d: weights and biases U(−1/√fan_in, 1/√fan_in). Tensor i takes its numbers in order from the stream
 * (key, TCS_RANDOM_INITIAL_WEIGHTS, i, 0): value = (2u − 1) / √fan_in with u = tcs_random_next_uniform, in double, rounded to tcs_real. */
void tcs_network_initialize(const tcs_network *network, tcs_random_key key, tcs_real *parameters);

/* ---- computing ------------------------------------------------------------------------------------------------------- */

/* Activations, gradients and scratch memory for up to max_rows rows: one block, 64-byte aligned. One workspace serves one thread. */
typedef struct tcs_workspace tcs_workspace;
tcs_status tcs_workspace_create(const tcs_network *network, size_t max_rows, bool with_gradients, tcs_workspace **out,
                                tcs_error *error);
void tcs_workspace_free(tcs_workspace *workspace);

/* Where dropout takes its mask from. Layer ordinal L (counted over all branches, from 0) of step t of stage s uses the stream
 * (key, TCS_RANDOM_DROPOUT, s << 16 | L, t) as 16-bit numbers, the lower half of each 32-bit number first: element i of the layer's
 * activations (row-major, [rows, …] in the PyTorch layout) is kept where number i ≥ round(65536 × probability), and scaled by 1 / (1 − probability). */
typedef struct tcs_dropout {
    tcs_random_key key;
    uint32_t stage;
    uint32_t step;
} tcs_dropout;

/* Computes one branch for n_rows ≤ max_rows rows. input: [n_rows × branch input]. Returns the branch's output [n_rows × branch output],
 * inside the workspace, 64-byte aligned, valid until this branch is computed again. dropout NULL: evaluation (dropout does nothing).
 * Input and parameters must stay unchanged until a following backward is done. No allocation.
 * Rows are computed in groups whose size depends on the network alone: the bits of a row depend on n_rows at most in the last group,
 * and never on max_rows or on with_gradients. */
const tcs_real *tcs_network_forward(const tcs_network *network, tcs_workspace *workspace, size_t branch, const tcs_real *parameters,
                                    const tcs_real *input, size_t n_rows, const tcs_dropout *dropout);

/* After a forward of the same branch, in a workspace with gradients: from output_gradient [n_rows × branch output] writes (does not add) the gradients of the branch's
 * parameters into its part of `gradient` (the whole block's layout), and, where wanted, returns the gradient of its
 * input [n_rows × branch input] inside the workspace, valid until the branch's next backward; else NULL. output_gradient is overwritten. */
tcs_real *tcs_network_backward(const tcs_network *network, tcs_workspace *workspace, size_t branch, const tcs_real *parameters,
                               tcs_real *output_gradient, tcs_real *gradient, bool want_input_gradient);

#ifdef __cplusplus
}
#endif
#endif
