/* spec.c: copying and freeing what a user wrote. */
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"
#include "tcsweep/network.h"

void tcs_network_spec_free(tcs_network_spec *spec) {
    for (size_t i = 0; spec->branches && i < spec->n_branches; i++) {
        free(spec->branches[i].name);
        free(spec->branches[i].layers);
    }
    free(spec->branches);
    free(spec->name);
    free(spec->file);
    *spec = (tcs_network_spec){0};
}

static bool copy_text(const char *text, char **out, tcs_error *error) {
    *out = text ? tcs_text_copy(text, error) : NULL;
    return !text || *out;
}

static bool copy_branch(const tcs_branch_spec *branch, tcs_branch_spec *out, tcs_error *error) {
    out->from = branch->from;
    if (!copy_text(branch->name, &out->name, error))
        return false;
    out->layers = tcs_allocate(branch->n_layers + 1, sizeof *out->layers, error);
    if (!out->layers)
        return false;
    out->n_layers = branch->n_layers;
    if (branch->n_layers)
        memcpy(out->layers, branch->layers, branch->n_layers * sizeof *out->layers);
    return true;
}

tcs_status tcs_network_spec_copy(const tcs_network_spec *spec, tcs_network_spec *out, tcs_error *error) {
    *out = *spec;
    out->name = out->file = NULL;
    out->branches = tcs_allocate(spec->n_branches + 1, sizeof *out->branches, error);
    bool is_good = out->branches && copy_text(spec->name, &out->name, error) && copy_text(spec->file, &out->file, error);
    for (size_t i = 0; is_good && i < spec->n_branches; i++)
        is_good = copy_branch(&spec->branches[i], &out->branches[i], error);
    if (is_good)
        return TCS_OK;
    tcs_network_spec_free(out);
    return TCS_OUT_OF_MEMORY;
}
