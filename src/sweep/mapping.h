/* mapping.h: mappings with known keys.
 *
 * Defaults are declared once, as YAML text in a table of keys, and put into the tree where a key is absent: so every value is read in one
 * way only, and the tree, written out again, holds every value in force (write.h).
 */
#ifndef TCS_SWEEP_MAPPING_H
#define TCS_SWEEP_MAPPING_H

#include "reading.h"

typedef struct mapping_key {
    const char *name;
    const char *fallback; /* "{}", "[]", or a scalar; NULL: none */
    bool is_required;
} mapping_key;

/* Notes unknown and missing keys, adds fallbacks, and finds the values: values[i] is that of keys[i], or NULL. Nothing counts as an empty
 * mapping. Returns whether all was right; where n is NULL or no mapping all values are NULL. */
bool read_mapping(reading *r, node *n, const mapping_key *keys, size_t n_keys, node **values);
/* Whether a node is a mapping, whatever its keys, or a list; notes a mistake where it is not. `expected` is a noun phrase. */
bool expect_mapping(reading *r, node *n, const char *expected);
bool expect_sequence(reading *r, node *n, const char *expected);

#endif
