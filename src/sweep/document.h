/* document.h: the parts of a sweep file that stand once: data, splits, what is stored, limits; and its architectures, inlined. */
#ifndef TCS_SWEEP_DOCUMENT_H
#define TCS_SWEEP_DOCUMENT_H

#include "reading.h"
#include "tcsweep/sweep.h"

typedef struct document {
    const char *path; /* of the sweep file */
    node *root;
    node *architectures; /* a mapping of at least one, or NULL */
    node *space;
    uint32_t curve_every;
} document;

/* Reads everything but the architectures, the training and the space into the sweep and finds those. document->root is set. Returns whether
 * all was right. */
bool read_document(reading *r, document *d, tcs_sweep *sweep);
/* Puts the contents of architecture files into the place of their names. */
bool inline_architectures(reading *r, const document *d);
/* The path of a file as it is meant in a sweep file: relative to the directory of that. The caller frees it; NULL where memory ran out. */
char *join_path(const char *sweep_path, const char *file);

#endif
