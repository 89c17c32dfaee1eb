/* Memory that is freed together. */
#include "arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES ((size_t)1 << 16)

struct store_arena_block {
    struct store_arena_block *next;
    size_t n_used, n_bytes;
    max_align_t bytes[];
};

static struct store_arena_block *add_block(store_arena *arena, size_t n_bytes) {
    if (n_bytes > SIZE_MAX - sizeof(struct store_arena_block))
        return NULL;
    struct store_arena_block *block = calloc(1, sizeof *block + n_bytes);
    if (!block)
        return NULL;
    block->n_bytes = n_bytes;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *store_arena_take(store_arena *arena, size_t n_bytes) {
    const size_t step = sizeof(max_align_t);
    if (n_bytes > SIZE_MAX / 2 || (arena->most_bytes > 0 && n_bytes > arena->most_bytes - arena->n_bytes))
        return NULL;
    size_t n_rounded = n_bytes == 0 ? step : (n_bytes + step - 1) / step * step;
    struct store_arena_block *block = arena->blocks;
    if (!block || block->n_bytes - block->n_used < n_rounded)
        block = add_block(arena, n_rounded > BLOCK_BYTES ? n_rounded : BLOCK_BYTES);
    if (!block)
        return NULL;
    void *memory = (char *)block->bytes + block->n_used;
    block->n_used += n_rounded;
    arena->n_bytes += n_bytes;
    return memory;
}

void *store_arena_array(store_arena *arena, size_t n, size_t size_bytes, tcs_error *error) {
    size_t n_bytes;
    void *memory = __builtin_mul_overflow(n, size_bytes, &n_bytes) ? NULL : store_arena_take(arena, n_bytes);
    if (!memory)
        tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory: %zu × %zu bytes cannot be had", n, size_bytes);
    return memory;
}

char *store_arena_print(store_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = n < 0 ? NULL : store_arena_take(arena, (size_t)n + 1);
    if (!text)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)n + 1, format, arguments);
    va_end(arguments);
    return text;
}

void store_arena_free(store_arena *arena) {
    while (arena->blocks) {
        struct store_arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    arena->n_bytes = 0;
}
