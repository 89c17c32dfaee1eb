/* arena.h: many small pieces of memory that are freed together, with a limit on what an untrusted file can make us take.
 *
 * Private to this room.
 */
#ifndef TCS_STORE_ARENA_H
#define TCS_STORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "tcsweep/status.h"

/* All zero is an empty arena without a limit. */
typedef struct store_arena {
    struct store_arena_block *blocks; /* the newest first */
    uint64_t n_bytes, most_bytes;     /* taken so far; most that may be taken, 0: no limit */
} store_arena;

/* n zeroed bytes, aligned for any type; NULL where memory or the limit ran out. */
void *store_arena_take(store_arena *arena, size_t n_bytes);
/* n × size_bytes of them; a message is added where they cannot be had. */
void *store_arena_array(store_arena *arena, size_t n, size_t size_bytes, tcs_error *error);
/* Text as printf makes it; NULL where memory ran out. */
char *store_arena_print(store_arena *arena, const char *format, ...) TCS_PRINTF(2, 3);
/* Frees all; the arena is empty after, its limit kept. */
void store_arena_free(store_arena *arena);

#endif
