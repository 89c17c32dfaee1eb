/* load.h: from YAML text to nodes; the only part that knows libyaml.
 *
 * A subset of YAML, in which nothing can be read in two ways: one document, no tags, no control characters in values, no key twice.
 * Anchors and aliases are written out. Bounded in time and memory on any input (reading.h).
 */
#ifndef TCS_SWEEP_LOAD_H
#define TCS_SWEEP_LOAD_H

#include "reading.h"

/* The root of the document, or NULL where there is none; mistakes are noted. `file` is copied. */
node *load_text(reading *r, const char *file, const char *text, size_t n_bytes);

#endif
