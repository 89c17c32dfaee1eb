/* build.h: a results file's groups, datasets, scales, attributes, and what is known before training. Private to this room. */
#ifndef TCS_STORE_BUILD_H
#define TCS_STORE_BUILD_H

#include "schema.h"

/* Writes the file at `path` (replacing what is there) and closes it. `created`: seconds since 1970. */
tcs_status store_build(const char *path, const tcs_store_layout *layout, const store_shape *shape, const store_schema *schema,
                       double created, store_arena *arena, tcs_error *error);

#endif
