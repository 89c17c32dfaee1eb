/* model.c: a model's memory. */
#include "tcsweep/learn.h"

#include <stdlib.h>

void tcs_model_free(tcs_model *model) {
    if (!model)
        return;
    for (size_t s = 0; s < model->n_stages && model->stages; s++) {
        free(model->stages[s].name);
        free(model->stages[s].rate_steps);
    }
    free(model->stages);
    free(model->feature_copy);
    tcs_network_spec_free(&model->network);
    *model = (tcs_model){0};
}
