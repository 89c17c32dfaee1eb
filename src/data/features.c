/* The registry of representations. */
#include "tcsweep/features.h"

#include <string.h>

#include "feature_list.h"

static const tcs_feature *const features[] = {
    &feature_composition,
    &feature_composition_image,
};

size_t tcs_feature_count(void) {
    return sizeof features / sizeof *features;
}

const tcs_feature *tcs_feature_at(size_t index) {
    return index < tcs_feature_count() ? features[index] : NULL;
}

const tcs_feature *tcs_feature_find(const char *name) {
    for (size_t i = 0; i < tcs_feature_count(); i++)
        if (strcmp(features[i]->name, name) == 0)
            return features[i];
    return NULL;
}

size_t tcs_feature_width(const tcs_feature *feature) {
    size_t width = 1;
    for (int i = 0; i < feature->rank; i++)
        width *= feature->extent[i];
    return width;
}

void tcs_feature_compute(const tcs_feature *feature, const tcs_table *table, float *out) {
    size_t width = tcs_feature_width(feature);
    for (size_t row = 0; row < table->n_rows; row++) {
        size_t start = table->part_start[row], end = table->part_start[row + 1];
        feature->compute(table->element + start, table->amount + start, end - start, out + row * width);
    }
}
