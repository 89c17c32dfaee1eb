/* key.h: identities: what a configuration's results depend on, as canonical text, and its digest. */
#ifndef TCS_SWEEP_KEY_H
#define TCS_SWEEP_KEY_H

#include "tcsweep/sweep.h"

/* The key of a configuration. False where memory ran out. */
bool make_configuration_key(uint64_t seed, const char *architecture, const tcs_model *model, uint8_t key[TCS_DIGEST_BYTES]);
/* The digest of a sweep whose other members are set. False where memory ran out. */
bool make_sweep_digest(const tcs_sweep *sweep, uint32_t curve_every, uint8_t digest[TCS_DIGEST_BYTES]);

#endif
