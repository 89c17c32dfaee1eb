#include "mapping.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEYS 32

bool expect_mapping(reading *r, node *n, const char *expected) {
    if (!n)
        return false;
    if (node_is_nothing(n) && !node_expand(n, ""))
        return out_of_memory(r);
    if (n->kind != NODE_MAPPING)
        mistake_expected(r, n, expected);
    return n->kind == NODE_MAPPING;
}

bool expect_sequence(reading *r, node *n, const char *expected) {
    if (n && n->kind != NODE_SEQUENCE)
        mistake_expected(r, n, expected);
    return n && n->kind == NODE_SEQUENCE;
}

static node *create_fallback(const node *mapping, const char *fallback) {
    if (strcmp(fallback, "{}") == 0)
        return node_create(mapping->memory, NODE_MAPPING, mapping);
    if (strcmp(fallback, "[]") == 0)
        return node_create(mapping->memory, NODE_SEQUENCE, mapping);
    return node_create_scalar(mapping->memory, fallback, mapping);
}

static node *add_fallback(reading *r, node *mapping, const mapping_key *key) {
    node *name = node_create_scalar(mapping->memory, key->name, mapping);
    node *value = create_fallback(mapping, key->fallback);
    if (!node_add(mapping, name, value)) {
        out_of_memory(r);
        return NULL;
    }
    return value;
}

static bool check_known(reading *r, const node *mapping, const mapping_key *keys, size_t n_keys) {
    const char *names[MAX_KEYS];
    bool is_known = true;
    for (size_t k = 0; k < n_keys; k++)
        names[k] = keys[k].name;
    for (size_t i = 0; i < mapping->n; i++) {
        size_t k = 0;
        while (k < n_keys && strcmp(mapping->keys[i]->text, names[k]) != 0)
            k++;
        if (k < n_keys)
            continue;
        mistake_unknown(r, mapping->keys[i], "unknown key", mapping->keys[i]->text, names, n_keys);
        is_known = false;
    }
    return is_known;
}

/* "a mapping with the keys from, layers" */
static void describe_keys(const mapping_key *keys, size_t n_keys, char text[512]) {
    size_t length = (size_t)snprintf(text, 512, n_keys > 0 ? "a mapping with the keys " : "nothing");
    for (size_t k = 0; k < n_keys && length < 512; k++)
        length += (size_t)snprintf(text + length, 512 - length, "%s%s", k > 0 ? ", " : "", keys[k].name);
}

bool read_mapping(reading *r, node *n, const mapping_key *keys, size_t n_keys, node **values) {
    for (size_t k = 0; k < n_keys; k++)
        values[k] = NULL;
    char expected[512] = "";
    if (n && n->kind != NODE_MAPPING)
        describe_keys(keys, n_keys, expected);
    if (!expect_mapping(r, n, expected))
        return false;
    bool result = check_known(r, n, keys, n_keys);
    for (size_t k = 0; k < n_keys; k++) {
        values[k] = node_get(n, keys[k].name);
        if (!values[k] && keys[k].fallback)
            values[k] = add_fallback(r, n, &keys[k]);
        if (!values[k] && keys[k].is_required) {
            mistake(r, n, "\"%s\" is missing", keys[k].name);
            result = false;
        }
    }
    return result && r->status == TCS_OK;
}
