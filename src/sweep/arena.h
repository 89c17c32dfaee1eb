/* arena.h: memory that is freed all at once: the nodes and texts of the files being read. */
#ifndef TCS_SWEEP_ARENA_H
#define TCS_SWEEP_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is a valid empty arena. */
typedef struct arena {
    struct arena_chunk *last;
    bool failed; /* memory ran out at some time */
} arena;

/* n × size bytes, all zero, aligned for any type; NULL (and failed) where memory ran out. Lives until arena_clear. */
void *arena_take(arena *memory, size_t n, size_t size_bytes);
/* A copy of the first n_bytes of a text, with a closing zero. */
char *arena_copy_text(arena *memory, const char *text, size_t n_bytes);
/* Frees everything; the arena is empty and usable afterwards. */
void arena_clear(arena *memory);

#endif
