/* Philox4x32-10 and what is drawn from it. */
#include "tcsweep/random.h"

#include "little_endian.h"

#define N_ROUNDS 10

void tcs_random_philox(tcs_random_key key, const uint32_t counter[4], uint32_t out[4]) {
    uint32_t k0 = key.word[0], k1 = key.word[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < N_ROUNDS; round++) {
        uint64_t product_0 = (uint64_t)0xD2511F53u * c0, product_2 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(product_2 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product_2;
        c2 = (uint32_t)(product_0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product_0;
        k0 += 0x9E3779B9u; /* 2^32 / the golden ratio */
        k1 += 0xBB67AE85u; /* 2^32 (√3 − 1) */
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

tcs_random_stream tcs_random_stream_start(tcs_random_key key, tcs_random_purpose purpose, uint32_t a, uint32_t b) {
    return (tcs_random_stream){.key = key, .counter = {0, b, a, (uint32_t)purpose}, .n_used = 4};
}

uint32_t tcs_random_next(tcs_random_stream *stream) {
    if (stream->n_used == 4) {
        tcs_random_philox(stream->key, stream->counter, stream->block);
        stream->counter[0]++;
        stream->n_used = 0;
    }
    return stream->block[stream->n_used++];
}

uint32_t tcs_random_next_below(tcs_random_stream *stream, uint32_t n) {
    uint64_t product = (uint64_t)tcs_random_next(stream) * n;
    if ((uint32_t)product < n) {
        /* The lower half of the product tells which of the 2^32 mod n surplus numbers to draw again. */
        uint32_t n_surplus = (uint32_t)-n % n;
        while ((uint32_t)product < n_surplus)
            product = (uint64_t)tcs_random_next(stream) * n;
    }
    return (uint32_t)(product >> 32);
}

float tcs_random_next_uniform(tcs_random_stream *stream) {
    return (float)(tcs_random_next(stream) >> 8) * 0x1p-24f;
}

void tcs_random_permute(tcs_random_stream *stream, uint32_t *index, size_t n) {
    for (size_t i = n; i > 1; i--) {
        uint32_t j = tcs_random_next_below(stream, (uint32_t)i);
        uint32_t last = index[i - 1];
        index[i - 1] = index[j];
        index[j] = last;
    }
}

tcs_random_key tcs_random_key_from_digest(const uint8_t digest[32]) {
    return (tcs_random_key){{load_little_endian(digest), load_little_endian(digest + 4)}};
}

tcs_random_key tcs_random_key_from_seed(uint64_t seed) {
    return (tcs_random_key){{(uint32_t)seed, (uint32_t)(seed >> 32)}};
}
