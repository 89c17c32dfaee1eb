/* layout.h: is what the caller wants stored consistent, and what shape does its file have? Private to this room. */
#ifndef TCS_STORE_LAYOUT_H
#define TCS_STORE_LAYOUT_H

#include "schema.h"

/* Borrows the layout's names. All mistakes are reported: TCS_BAD_SWEEP for those that a sweep can cause, TCS_INTERNAL for others. */
tcs_status store_layout_shape(const tcs_store_layout *layout, store_arena *arena, store_shape *out, tcs_error *error);
/* The rank of each configuration among those of its network: the first index into its weights; −1 without stored weights. */
tcs_status store_layout_weights_index(const tcs_store_layout *layout, store_arena *arena, int32_t **out, tcs_error *error);

#endif
