/* dropout.c: dropout masks from Philox4x32-10, many blocks at once.
 *
 * The same numbers as tcs_random_philox, which a test holds this against; here 16 blocks go side by side through the rounds, each number in
 * the lower half of 64 bits, where products of two 32-bit numbers find room.
 */
#include "kernels/vector.h"

#define N_BLOCKS 16
#define NUMBERS_PER_BLOCK 8 /* 16-bit ones */
#define WORDS (VECTOR_BYTES / sizeof(uint64_t))
#define N_VECTORS (N_BLOCKS / WORDS)

typedef uint64_t words __attribute__((vector_size(VECTOR_BYTES)));

/* The products of the lower halves. */
static inline words multiply_lower(words a, uint32_t factor) {
    const words b = factor - (words){0};
#if defined(__AVX512F__)
    return (words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xFFFFFFFFu) * b;
#endif
}

/* The 16-bit numbers of N_BLOCKS blocks from `first_block` on. */
static void draw_blocks(tcs_random_key key, const uint32_t counter[4], uint64_t first_block,
                        uint32_t numbers[N_BLOCKS * NUMBERS_PER_BLOCK]) {
    words w[4][N_VECTORS];
    for (size_t v = 0; v < N_VECTORS; v++)
        for (size_t lane = 0; lane < WORDS; lane++) {
            w[0][v][lane] = first_block + v * WORDS + lane;
            w[1][v][lane] = counter[1];
            w[2][v][lane] = counter[2];
            w[3][v][lane] = counter[3];
        }
    uint32_t k0 = key.word[0], k1 = key.word[1];
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
        for (size_t v = 0; v < N_VECTORS; v++) {
            const words p0 = multiply_lower(w[0][v], 0xD2511F53u), p1 = multiply_lower(w[2][v], 0xCD9E8D57u);
            w[0][v] = (p1 >> 32) ^ w[1][v] ^ k0;
            w[1][v] = p1;
            w[2][v] = (p0 >> 32) ^ w[3][v] ^ k1;
            w[3][v] = p0;
        }
    for (size_t j = 0; j < 4; j++)
        for (size_t v = 0; v < N_VECTORS; v++)
            for (size_t lane = 0; lane < WORDS; lane++) {
                uint32_t *to = numbers + (v * WORDS + lane) * NUMBERS_PER_BLOCK + 2 * j;
                to[0] = (uint32_t)(w[j][v][lane] & 0xFFFF);
                to[1] = (uint32_t)(w[j][v][lane] >> 16 & 0xFFFF);
            }
}

void TCS_KERNEL(dropout_factors)(tcs_random_key key, const uint32_t counter[4], uint64_t first, size_t n, uint32_t threshold,
                                 tcs_real scale, tcs_real *factors) {
    uint32_t numbers[N_BLOCKS * NUMBERS_PER_BLOCK];
    uint64_t block = first / NUMBERS_PER_BLOCK;
    size_t skip = (size_t)(first % NUMBERS_PER_BLOCK);
    for (size_t done = 0; done < n; block += N_BLOCKS, skip = 0) {
        draw_blocks(key, counter, block, numbers);
        const size_t left = n - done, drawn = N_BLOCKS * NUMBERS_PER_BLOCK - skip, count = left < drawn ? left : drawn;
        for (size_t i = 0; i < count; i++)
            factors[done + i] = numbers[skip + i] >= threshold ? scale : 0;
        done += count;
    }
}
