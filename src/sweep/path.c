/* Paths: from a node to its path, from a path to its node, and putting a value in its place. */
#include <stdio.h>
#include <string.h>

#include "node.h"

/* The name that an item of a list goes by. */
static const char *item_name(const node *item) {
    const node *name = item->kind == NODE_MAPPING ? node_get(item, "name") : NULL;
    return name && name->kind == NODE_SCALAR && name->text[0] ? name->text : NULL;
}

void node_path(const node *n, char path[NODE_PATH_BYTES]) {
    size_t start = NODE_PATH_BYTES - 1;
    path[start] = 0;
    if (n->parent && n->parent->kind == NODE_MAPPING && !n->key) /* a key: it stands for its mapping */
        n = n->parent;
    for (; n->parent; n = n->parent) {
        char index[24];
        const char *step = n->parent->kind == NODE_MAPPING ? n->key : item_name(n);
        if (!step) {
            snprintf(index, sizeof index, "%zu", n->index);
            step = index;
        }
        size_t length = strlen(step), n_point = path[start] != 0;
        if (length + n_point > start)
            break;
        if (n_point)
            path[--start] = '.';
        start -= length;
        memcpy(path + start, step, length);
    }
    memmove(path, path + start, NODE_PATH_BYTES - start);
}

/* Whether `step` stands at the start of the path as a whole; then *rest is what follows it. */
static bool starts_with(const char *path, const char *step, const char **rest) {
    size_t length = strlen(step);
    if (strncmp(path, step, length) != 0 || (path[length] != '.' && path[length] != 0))
        return false;
    *rest = path + length + (path[length] == '.');
    return true;
}

/* The number at the start of the path as a list's index; n where there is none below n. */
static size_t find_index(const char *path, size_t n, const char **rest) {
    size_t n_digits = strspn(path, "0123456789"), index = 0;
    if (n_digits == 0 || n_digits > 9 || (path[n_digits] != '.' && path[n_digits] != 0))
        return n;
    for (size_t i = 0; i < n_digits; i++)
        index = 10 * index + (size_t)(path[i] - '0');
    *rest = path + n_digits + (path[n_digits] == '.');
    return index < n ? index : n;
}

/* The place of the path's first step among a node's items, or n where there is none. Names may hold points: the longest one counts. */
static size_t find_step(const node *at, const char *path, const char **rest) {
    size_t found = at->n;
    if (at->kind == NODE_SEQUENCE) {
        found = find_index(path, at->n, rest);
        if (found < at->n && !item_name(at->items[found]))
            return found;
        found = at->n;
    }
    const char *end = path;
    for (size_t i = 0; i < at->n; i++) {
        const char *name = at->kind == NODE_MAPPING ? at->keys[i]->text : item_name(at->items[i]);
        const char *after;
        if (!name || !starts_with(path, name, &after) || after <= end)
            continue;
        end = after;
        found = i;
    }
    *rest = end;
    return found;
}

node *node_find(node *root, const char *path) {
    node *at = root;
    while (*path) {
        size_t i = find_step(at, path, &path);
        if (i == at->n)
            return NULL;
        at = at->items[i];
    }
    return at;
}

/* A copy of a mapping or sequence that shares its items. */
static node *copy_shallow(arena *memory, const node *from) {
    node *copy = node_create(memory, from->kind, from);
    if (!copy)
        return NULL;
    copy->capacity = from->n + 1;
    copy->items = arena_take(memory, copy->capacity, sizeof *copy->items);
    copy->keys = from->kind == NODE_MAPPING ? arena_take(memory, copy->capacity, sizeof *copy->keys) : NULL;
    if (!copy->items || (from->kind == NODE_MAPPING && !copy->keys))
        return NULL;
    for (size_t i = 0; i < from->n; i++) {
        copy->items[i] = from->items[i];
        if (copy->keys)
            copy->keys[i] = from->keys[i];
    }
    copy->n = from->n;
    copy->parent = from->parent;
    copy->key = from->key;
    copy->index = from->index;
    return copy;
}

/* A scalar on the way stands for a mapping of its name: optimizer: adam. */
static node *copy_on_the_way(arena *memory, node *from) {
    if (from->kind != NODE_SCALAR)
        return copy_shallow(memory, from);
    node *copy = node_create_scalar(memory, from->text, from);
    if (!copy || !node_expand(copy, "name"))
        return NULL;
    copy->origin = from;
    copy->parent = from->parent;
    copy->key = from->key;
    copy->index = from->index;
    return copy;
}

/* Adds the path's first step, which is absent, to a mapping of the new tree, as an empty mapping to be gone into. */
static bool add_step(node *mapping, const char *path, const node *key, const char **rest) {
    size_t length = strcspn(path, ".");
    *rest = path + length + (path[length] == '.');
    const char *name = arena_copy_text(mapping->memory, path, length);
    node *step = name ? node_create_scalar(mapping->memory, name, key) : NULL;
    return step && node_add(mapping, step, node_create(mapping->memory, NODE_MAPPING, key));
}

node *node_override(arena *memory, node *root, const char *path, const node *key, node *value, const node **stuck) {
    *stuck = NULL;
    node *new_root = copy_on_the_way(memory, root), *at = new_root;
    while (at) {
        const char *rest;
        size_t i = find_step(at, path, &rest);
        if (i == at->n && at->kind == NODE_SEQUENCE) {
            *stuck = at;
            return NULL;
        }
        if (i == at->n && !add_step(at, path, key, &rest))
            return NULL;
        if (!*rest) {
            value->parent = at;
            value->key = at->items[i]->key;
            value->index = i;
            at->items[i] = value;
            return new_root;
        }
        at->items[i] = copy_on_the_way(memory, at->items[i]);
        at = at->items[i];
        path = rest;
    }
    return NULL;
}
