/* random.h: counter-based random numbers, the only source of randomness in tcsweep.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A number is a function
 * of (key, purpose, index a, index b, position) and of nothing else: not of the rank, the time, the order of calls or the
 * machine. That is why results come out the same on any number of ranks and after any interruption.
 *
 * Knows nothing of what the numbers are for, but for the list of purposes, which keeps two uses from sharing numbers.
 */
#ifndef TCSWEEP_RANDOM_H
#define TCSWEEP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tcs_random_key {
    uint32_t word[2];
} tcs_random_key;

/* What the numbers are for. The values are part of the results' definition: never renumber them. */
typedef enum tcs_random_purpose {
    TCS_RANDOM_SPLIT = 1,           /* a: split index,       b: 0 (1: the superconductors of a stratified split) */
    TCS_RANDOM_INITIAL_WEIGHTS = 2, /* a: tensor index,      b: 0 */
    TCS_RANDOM_SHUFFLE = 3,         /* a: stage index,       b: epoch, from 0 */
    TCS_RANDOM_DROPOUT = 4,         /* a: stage << 16 | layer ordinal in the network, b: step of the stage, from 0 */
    TCS_RANDOM_TEST = 100           /* for tests */
} tcs_random_purpose;

/* One Philox4x32-10 block: four 32-bit numbers from a 128-bit counter. */
void tcs_random_philox(tcs_random_key key, const uint32_t counter[4], uint32_t out[4]);

/* A sequence of numbers. Its block i has the counter {i, b, a, purpose}; numbers are taken from a block in order. */
typedef struct tcs_random_stream {
    tcs_random_key key;
    uint32_t counter[4];
    uint32_t block[4];
    unsigned n_used; /* of `block` */
} tcs_random_stream;

tcs_random_stream tcs_random_stream_start(tcs_random_key key, tcs_random_purpose purpose, uint32_t a, uint32_t b);
uint32_t tcs_random_next(tcs_random_stream *stream);
/* Uniform on {0, 1, …, n − 1}, n ≥ 1; without bias (rejection after Lemire 2019, arXiv:1805.10941). */
uint32_t tcs_random_next_below(tcs_random_stream *stream, uint32_t n);
/* Uniform on [0, 1): the upper 24 bits of one number times 2^-24. */
float tcs_random_next_uniform(tcs_random_stream *stream);
/* A random permutation of the n numbers in `index` (Fisher–Yates from the last element down). */
void tcs_random_permute(tcs_random_stream *stream, uint32_t *index, size_t n);

/* A key from the first 8 bytes of a digest, little end first. */
tcs_random_key tcs_random_key_from_digest(const uint8_t digest[32]);
/* A key from a seed as given by a user. */
tcs_random_key tcs_random_key_from_seed(uint64_t seed);

#ifdef __cplusplus
}
#endif
#endif
