/* node.h: a YAML document as a tree in memory, each node with its place in its file.
 *
 * Values that a sweep varies are put into the tree by their path (node_override), and configurations are read from the result: so any
 * value can be varied without code of its own. Trees share what they have in common: an override copies the nodes on the way to it only.
 *
 * Knows nothing of libyaml or of what the keys mean.
 */
#ifndef TCS_SWEEP_NODE_H
#define TCS_SWEEP_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* A file that was read. */
typedef struct source {
    const char *file; /* as it is named in messages */
    size_t order;     /* the sweep file is 0 */
} source;

typedef enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING } node_kind;

typedef struct node {
    node_kind kind;
    bool is_quoted; /* scalars: written in quotes, so no number and no "nothing" */
    bool was_used;  /* scalars: a value was read from it */
    const source *source;
    size_t line, column; /* from 1 */
    struct node *origin; /* the node that this one was made from when it was copied or expanded, or NULL */
    struct node *parent; /* of the tree that it was first put in; NULL at the root */
    const char *key;     /* its key where the parent is a mapping */
    size_t index;        /* its place where the parent is a sequence */
    const char *text;    /* scalars */
    size_t n;            /* sequences, mappings: number of items */
    struct node **items; /* [n] */
    struct node **keys;  /* [n], mappings: scalars */
    size_t capacity;     /* of items and keys */
    arena *memory;       /* where it lives */
} node;

/* A new node at the place of another one (of `at`'s source, line and column); NULL where memory ran out. */
node *node_create(arena *memory, node_kind kind, const node *at);
node *node_create_scalar(arena *memory, const char *text, const node *at);
/* A deep copy; NULL where memory ran out or it would take more than *n_left nodes (which counts down). */
node *node_copy(arena *memory, const node *from, size_t *n_left);

/* False where memory ran out. `key` is a scalar. */
bool node_append(node *sequence, node *item);
bool node_add(node *mapping, node *key, node *value);
/* The value of a key, or NULL. */
node *node_get(const node *mapping, const char *key);
/* Marks a scalar, and what it was made from, as used. */
void node_mark_used(node *n);
/* "~", "null" or nothing at all, without quotes. */
bool node_is_nothing(const node *n);
/* Turns a scalar `adam` into the mapping `{key: adam}` in place, and nothing into `{}`. False where memory ran out. */
bool node_expand(node *scalar, const char *key);

#define NODE_PATH_BYTES 256
/* "train.stages.regression.epochs"; "" at the root; that of its mapping for a key. An item of a list is named by its `name`, otherwise by its
 * index. Where it is too long its beginning is left out. */
void node_path(const node *n, char path[NODE_PATH_BYTES]);

/* The node at a path, or NULL. */
node *node_find(node *root, const char *path);
/* A tree that is `root` but for `value` at `path`; keys and mappings on the way are made where they are absent. `key` is the scalar that
 * new keys take their place from. NULL where memory ran out or the path leads nowhere: then *stuck is the node where it ends. */
node *node_override(arena *memory, node *root, const char *path, const node *key, node *value, const node **stuck);

#endif
