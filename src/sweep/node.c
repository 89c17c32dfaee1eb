/* Nodes: making, copying, finding by key. */
#include "node.h"

#include <stdio.h>
#include <string.h>

node *node_create(arena *memory, node_kind kind, const node *at) {
    node *created = arena_take(memory, 1, sizeof *created);
    if (created)
        *created = (node){.kind = kind, .source = at->source, .line = at->line, .column = at->column, .memory = memory};
    return created;
}

node *node_create_scalar(arena *memory, const char *text, const node *at) {
    node *created = node_create(memory, NODE_SCALAR, at);
    if (created)
        created->text = text;
    return created;
}

static bool reserve(node *n) {
    if (n->n < n->capacity)
        return true;
    size_t capacity = n->capacity > 0 ? 2 * n->capacity : 4;
    node **items = arena_take(n->memory, capacity, sizeof *items);
    node **keys = n->kind == NODE_MAPPING ? arena_take(n->memory, capacity, sizeof *keys) : NULL;
    if (!items || (n->kind == NODE_MAPPING && !keys))
        return false;
    for (size_t i = 0; i < n->n; i++) {
        items[i] = n->items[i];
        if (keys)
            keys[i] = n->keys[i];
    }
    n->items = items;
    n->keys = keys;
    n->capacity = capacity;
    return true;
}

bool node_append(node *sequence, node *item) {
    if (!item || !reserve(sequence))
        return false;
    item->parent = sequence;
    item->index = sequence->n;
    sequence->items[sequence->n++] = item;
    return true;
}

bool node_add(node *mapping, node *key, node *value) {
    if (!key || !value || !reserve(mapping))
        return false;
    key->parent = mapping;
    value->parent = mapping;
    value->key = key->text;
    mapping->keys[mapping->n] = key;
    mapping->items[mapping->n++] = value;
    return true;
}

node *node_copy(arena *memory, const node *from, size_t *n_left) {
    if (*n_left == 0)
        return NULL;
    (*n_left)--;
    node *copy = node_create(memory, from->kind, from);
    if (!copy)
        return NULL;
    copy->is_quoted = from->is_quoted;
    copy->text = from->text;
    for (size_t i = 0; i < from->n; i++) {
        node *item = node_copy(memory, from->items[i], n_left);
        node *key = from->kind == NODE_MAPPING && item ? node_copy(memory, from->keys[i], n_left) : NULL;
        if (!(from->kind == NODE_MAPPING ? node_add(copy, key, item) : node_append(copy, item)))
            return NULL;
    }
    return copy;
}

node *node_get(const node *mapping, const char *key) {
    for (size_t i = 0; i < mapping->n && mapping->kind == NODE_MAPPING; i++)
        if (strcmp(mapping->keys[i]->text, key) == 0)
            return mapping->items[i];
    return NULL;
}

void node_mark_used(node *n) {
    for (; n; n = n->origin)
        n->was_used = true;
}

bool node_is_nothing(const node *n) {
    return n->kind == NODE_SCALAR && !n->is_quoted && (!n->text[0] || !strcmp(n->text, "~") || !strcmp(n->text, "null"));
}

bool node_expand(node *scalar, const char *key) {
    node *name = node_create_scalar(scalar->memory, key, scalar);
    node *value = node_create_scalar(scalar->memory, scalar->text, scalar);
    if (!name || !value)
        return false;
    value->is_quoted = scalar->is_quoted;
    value->origin = scalar;
    bool is_nothing = node_is_nothing(scalar);
    scalar->kind = NODE_MAPPING;
    scalar->text = NULL;
    return is_nothing || node_add(scalar, name, value);
}
