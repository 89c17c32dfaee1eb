/* model.h: from a tree in which every value has its place to one model: its network and its stages of training. */
#ifndef TCS_SWEEP_MODEL_H
#define TCS_SWEEP_MODEL_H

#include "reading.h"
#include "tcsweep/bytes.h"
#include "tcsweep/learn.h"

/* Reads an architecture (a learner, and a network where it is one) into a model that is all zero. Returns whether it was right; the model is
 * to be freed either way. Where `tensors` is not NULL it gets a digest of the network's tensors. */
bool read_architecture(reading *r, node *architecture, const char *name, tcs_model *model, uint8_t tensors[TCS_DIGEST_BYTES]);

/* Reads the stages of training for the model's network. Where the network is not right `has_network` is false: then what depends on
 * it is not checked. `checks_all`: values that no stage uses are checked, too. */
bool read_training(reading *r, node *train, bool has_network, bool checks_all, tcs_model *model);

#endif
