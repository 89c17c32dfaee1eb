#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)32 << 10)

typedef struct arena_chunk {
    struct arena_chunk *before;
    size_t n_used, n_bytes;
    alignas(max_align_t) unsigned char bytes[];
} arena_chunk;

static arena_chunk *add_chunk(arena *memory, size_t n_bytes) {
    if (n_bytes > SIZE_MAX - sizeof(arena_chunk))
        return NULL;
    arena_chunk *chunk = malloc(sizeof *chunk + n_bytes);
    if (chunk) {
        *chunk = (arena_chunk){.before = memory->last, .n_bytes = n_bytes};
        memory->last = chunk;
    }
    return chunk;
}

void *arena_take(arena *memory, size_t n, size_t size_bytes) {
    const size_t alignment = alignof(max_align_t);
    if (size_bytes > 0 && n > (SIZE_MAX - alignment) / size_bytes) {
        memory->failed = true;
        return NULL;
    }
    size_t n_bytes = (n * size_bytes + alignment - 1) / alignment * alignment;
    arena_chunk *chunk = memory->last;
    if (!chunk || chunk->n_bytes - chunk->n_used < n_bytes)
        chunk = add_chunk(memory, n_bytes > CHUNK_BYTES ? n_bytes : CHUNK_BYTES);
    if (!chunk) {
        memory->failed = true;
        return NULL;
    }
    void *taken = chunk->bytes + chunk->n_used;
    chunk->n_used += n_bytes;
    return memset(taken, 0, n_bytes);
}

char *arena_copy_text(arena *memory, const char *text, size_t n_bytes) {
    char *copy = arena_take(memory, n_bytes + 1, 1);
    if (copy)
        memcpy(copy, text, n_bytes);
    return copy;
}

void arena_clear(arena *memory) {
    while (memory->last) {
        arena_chunk *chunk = memory->last;
        memory->last = chunk->before;
        free(chunk);
    }
    memory->failed = false;
}
