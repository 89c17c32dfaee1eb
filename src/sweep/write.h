/* write.h: a tree as YAML text. */
#ifndef TCS_SWEEP_WRITE_H
#define TCS_SWEEP_WRITE_H

#include "node.h"
#include "tcsweep/bytes.h"

/* Lists of scalars stand on one line; quotes only where they are needed or were. */
void write_yaml(const node *root, tcs_buffer *out);

#endif
