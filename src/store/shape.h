/* shape.h: the shape of an existing file, from the names and extents found in it. Private to this room. */
#ifndef TCS_STORE_SHAPE_H
#define TCS_STORE_SHAPE_H

#include "h5.h"
#include "schema.h"

/* `path` is for messages. Names are in the arena; epochs are not read. */
tcs_status store_shape_read(hid_t h5, const char *path, store_arena *arena, store_shape *out, tcs_error *error);

#endif
