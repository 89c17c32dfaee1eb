/* Atomic percent by atomic number, as a list of 120 or as an image of 10 × 12. */
#include "feature_list.h"

#define N_NUMBERS 120

static void compute(const unsigned char *element, const double *amount, size_t n_elements, float *out) {
    double n_atoms = 0;
    for (size_t i = 0; i < n_elements; i++)
        n_atoms += amount[i];
    for (size_t i = 0; i < N_NUMBERS; i++)
        out[i] = 0;
    for (size_t i = 0; i < n_elements; i++)
        out[element[i]] = (float)(100 * amount[i] / n_atoms);
}

const tcs_feature feature_composition = {
    .name = "composition",
    .description = "atomic percent of each element, by atomic number (120 numbers)",
    .rank = 1,
    .extent = {N_NUMBERS},
    .compute = compute,
};

const tcs_feature feature_composition_image = {
    .name = "composition_image",
    .description = "atomic percent of each element, by atomic number, as one image of 10 × 12",
    .rank = 3,
    .extent = {1, 10, 12},
    .compute = compute,
};
