/* build_values.h: writes into a new file all that is known before training. Private to this room. */
#ifndef TCS_STORE_BUILD_VALUES_H
#define TCS_STORE_BUILD_VALUES_H

#include "h5.h"
#include "schema.h"

typedef struct store_values {
    const char *path;
    const hid_t *opened; /* [n_datasets] */
    const tcs_store_layout *layout;
    const store_shape *shape;
    const store_schema *schema;
    double created; /* seconds since 1970 */
    store_arena *arena;
} store_values;

tcs_status store_write_values(const store_values *values, tcs_error *error);
/* How an element lies in the file and in memory. */
hid_t store_h5_type(store_element element);

#endif
