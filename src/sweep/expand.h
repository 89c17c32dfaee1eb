/* expand.h: from the space to the list of configurations. */
#ifndef TCS_SWEEP_EXPAND_H
#define TCS_SWEEP_EXPAND_H

#include "document.h"
#include "space.h"

/* Reads the models of all combinations of the space's values; where every one is right, fills the sweep's hyperparameters, configurations
 * and networks. d->root becomes the tree with every default and, where a value stands in the space alone, its first value there. */
bool expand_space(reading *r, document *d, const space *from, tcs_sweep *sweep);

/* Frees what a configuration with so many values holds. */
void free_configuration(tcs_configuration *configuration, size_t n_values);

#endif
