/* network.c: what can be asked of a plan, and its initial weights. */
#include <math.h>

#include "plan.h"

const tcs_network_spec *tcs_network_get_spec(const tcs_network *network) {
    return &network->spec;
}

size_t tcs_network_n_parameters(const tcs_network *network) {
    return network->n_parameters;
}

size_t tcs_network_n_tensors(const tcs_network *network) {
    return network->n_tensors;
}

const tcs_tensor *tcs_network_tensor(const tcs_network *network, size_t index) {
    return &network->tensors[index];
}

void tcs_network_branch_parameters(const tcs_network *network, size_t branch, size_t *offset, size_t *n) {
    *offset = network->branches[branch].first_parameter;
    *n = network->branches[branch].n_parameters;
}

tcs_shape tcs_network_branch_input(const tcs_network *network, size_t branch) {
    return network->branches[branch].input;
}

tcs_shape tcs_network_branch_output(const tcs_network *network, size_t branch) {
    return network->branches[branch].output;
}

double tcs_network_flops_forward(const tcs_network *network, size_t branch) {
    double flops = 0;
    for (size_t i = 0; i < network->branches[branch].n_steps; i++) {
        const tcs_layer *layer = &network->branches[branch].steps[i];
        flops += layer->type->flops_forward(layer);
    }
    return flops;
}

double tcs_network_flops_backward(const tcs_network *network, size_t branch) {
    double flops = 0;
    for (size_t i = 0; i < network->branches[branch].n_steps; i++) {
        const tcs_layer *layer = &network->branches[branch].steps[i];
        flops += layer->type->flops_backward(layer);
    }
    return flops;
}

void tcs_network_initialize(const tcs_network *network, tcs_random_key key, tcs_real *parameters) {
    for (size_t i = 0; i < network->n_tensors; i++) {
        const tcs_tensor *tensor = &network->tensors[i];
        const double bound = sqrt((double)tensor->fan_in);
        tcs_random_stream stream = tcs_random_stream_start(key, TCS_RANDOM_INITIAL_WEIGHTS, (uint32_t)i, 0);
        for (size_t j = 0; j < tensor->n; j++)
            parameters[tensor->offset + j] = (tcs_real)((2 * (double)tcs_random_next_uniform(&stream) - 1) / bound);
    }
}
