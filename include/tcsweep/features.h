/* features.h: how a composition becomes the numbers that a network reads.
 *
 * Each representation is one file and one line of the registry. Knows nothing of networks but the shape that they read.
 */
#ifndef TCSWEEP_FEATURES_H
#define TCSWEEP_FEATURES_H

#include <stddef.h>

#include "tcsweep/status.h"
#include "tcsweep/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tcs_feature {
    const char *name;        /* as in a sweep file, e.g. "composition" */
    const char *description; /* one line */
    int rank;                /* 1 … 3 */
    size_t extent[3];        /* e.g. {120} or {1, 10, 12} (channels, height, width); unused ones 0 */
    /* Writes the extent-product floats of one row. All of them: `out` may hold anything. */
    void (*compute)(const unsigned char *element, const double *amount, size_t n_elements, float *out);
} tcs_feature;

/* composition: 120 numbers, index = atomic number (index 0 and 119 stay 0), value = 100 × atomic fraction.
 * composition_image: the same numbers as one 10 × 12 image, row-major. */
size_t tcs_feature_count(void);
const tcs_feature *tcs_feature_at(size_t index);
/* NULL where there is none of that name. */
const tcs_feature *tcs_feature_find(const char *name);
/* Numbers a row: the product of the extents. */
size_t tcs_feature_width(const tcs_feature *feature);
/* All rows: [n_rows × width], row after row. */
void tcs_feature_compute(const tcs_feature *feature, const tcs_table *table, float *out);

#ifdef __cplusplus
}
#endif
#endif
