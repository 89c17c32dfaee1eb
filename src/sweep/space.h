/* space.h: what a sweep varies: a grid of axes, each a path into the sweep file and the values that are put there. */
#ifndef TCS_SWEEP_SPACE_H
#define TCS_SWEEP_SPACE_H

#include "reading.h"

typedef struct axis {
    const char *path;
    node *key;        /* where it stands in `space` */
    size_t n;         /* ≥ 1, of all axes that are right */
    node **values;    /* [n], scalars */
    bool is_number;   /* all values are */
    const char *name; /* in labels: the last steps of the path, as many as tell it from the other axes */
} axis;

typedef struct space {
    size_t n_axes;       /* ≥ 1 */
    axis axes[MAX_AXES]; /* the first is "architecture"; the others in the file's order */
} space;

/* Reads `space`, which may lack architecture: then it gets all of `architectures`. Checks that the jobs, n_splits for each combination, are
 * not too many. Returns whether all was right; where it was not, *out has the axes that can be used all the same, and the first one may have
 * no values. */
bool read_space(reading *r, node *space_node, const node *architectures, size_t n_splits, space *out);

/* A tree that is `root` but for the axis's value; where only_absent, also root itself if there is a value already. NULL and
 * a mistake where the path leads nowhere. *put is the node that was put in (a copy), or NULL. */
node *put_value(reading *r, arena *memory, node *root, const axis *varied, size_t value, bool only_absent, node **put);

/* The order to put values in: what holds others before what is held. */
void order_axes(const space *from, size_t order[MAX_AXES]);

#endif
