/* plan.h: what a checked network consists of, inside this room. */
#ifndef TCS_NN_PLAN_H
#define TCS_NN_PLAN_H

#include "layer.h"

typedef struct tcs_branch {
    tcs_shape input, output;
    /* What is computed, in order, at least one layer: those of the spec without the ones that only rename numbers (flatten of one pixel, a
     * relu that the layer before applies). */
    size_t n_steps;
    tcs_layer *steps;
    size_t first_parameter, n_parameters;
    bool is_good; /* while checking: its shapes are known */
} tcs_branch;

struct tcs_network {
    tcs_network_spec spec; /* a copy */
    tcs_branch branches[TCS_MAX_BRANCHES];
    size_t n_tensors, n_parameters;
    tcs_tensor *tensors;
    size_t group_rows; /* rows that go through a branch together */
};

#endif
