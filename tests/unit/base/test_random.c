#include "tcsweep/random.h"

#include <string.h>

#include "check.h"

/* The known answers that Random123 publishes for philox4x32-10. */
static void known_answers(void) {
    static const struct {
        uint32_t counter[4];
        tcs_random_key key;
        uint32_t answer[4];
    } known[] = {
        {{0, 0, 0, 0}, {{0, 0}}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {{~0u, ~0u}}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {{0xa4093822, 0x299f31d0}},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        tcs_random_philox(known[i].key, known[i].counter, out);
        for (int j = 0; j < 4; j++)
            CU_ASSERT_EQUAL(out[j], known[i].answer[j]);
    }
}

static void streams_are_blocks_in_order(void) {
    tcs_random_key key = {{5, 6}};
    tcs_random_stream stream = tcs_random_stream_start(key, TCS_RANDOM_TEST, 11, 12);
    for (uint32_t block = 0; block < 3; block++) {
        uint32_t expected[4];
        tcs_random_philox(key, (const uint32_t[4]){block, 12, 11, TCS_RANDOM_TEST}, expected);
        for (int i = 0; i < 4; i++)
            CU_ASSERT_EQUAL(tcs_random_next(&stream), expected[i]);
    }
}

static void keys(void) {
    uint8_t digest[32];
    for (int i = 0; i < 32; i++)
        digest[i] = (uint8_t)(i + 1);
    tcs_random_key key = tcs_random_key_from_digest(digest);
    CU_ASSERT_EQUAL(key.word[0], 0x04030201);
    CU_ASSERT_EQUAL(key.word[1], 0x08070605);
    key = tcs_random_key_from_seed(UINT64_C(0x0123456789abcdef));
    CU_ASSERT_EQUAL(key.word[0], 0x89abcdef);
    CU_ASSERT_EQUAL(key.word[1], 0x01234567);
}

static void below_is_uniform(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(42), TCS_RANDOM_TEST, 0, 0);
    enum { N = 7, N_DRAWS = 70000 };
    int count[N] = {0};
    for (int i = 0; i < N_DRAWS; i++) {
        uint32_t x = tcs_random_next_below(&stream, N);
        CU_ASSERT_FATAL(x < N);
        count[x]++;
    }
    double chi_squared = 0;
    for (int i = 0; i < N; i++)
        chi_squared += (count[i] - 10000.0) * (count[i] - 10000.0) / 10000.0;
    CU_ASSERT(chi_squared < 22.5); /* 6 degrees of freedom: p > 0.001 */
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(tcs_random_next_below(&stream, 1), 0);
}

/* With n just above 2^31 nearly half of the numbers are surplus: what is drawn must be the next accepted one. */
static void surplus_numbers_are_rejected(void) {
    uint32_t n = 0x80000001u, n_surplus = 0x7fffffffu; /* 2^32 mod n */
    tcs_random_key key = tcs_random_key_from_seed(9);
    tcs_random_stream drawn = tcs_random_stream_start(key, TCS_RANDOM_TEST, 1, 0), raw = drawn;
    int n_rejected = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t product = (uint64_t)tcs_random_next(&raw) * n;
        while ((uint32_t)product < n_surplus) {
            n_rejected++;
            product = (uint64_t)tcs_random_next(&raw) * n;
        }
        CU_ASSERT_EQUAL(tcs_random_next_below(&drawn, n), (uint32_t)(product >> 32));
    }
    CU_ASSERT(n_rejected > 850 && n_rejected < 1150);
}

static void uniform_is_in_range(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(3), TCS_RANDOM_TEST, 2, 0), raw = stream;
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        float x = tcs_random_next_uniform(&stream);
        CU_ASSERT_FATAL(x >= 0.0f && x < 1.0f);
        if (i < 100)
            CU_ASSERT_EQUAL(x, (float)(tcs_random_next(&raw) >> 8) / 16777216.0f);
        sum += x;
    }
    CU_ASSERT(sum / 100000 > 0.495 && sum / 100000 < 0.505);
}

static void permutations(void) {
    enum { N = 1000 };
    uint32_t index[N], other[N];
    unsigned char seen[N] = {0};
    for (uint32_t i = 0; i < N; i++)
        index[i] = other[i] = i;
    tcs_random_key key = tcs_random_key_from_seed(1);
    tcs_random_stream stream = tcs_random_stream_start(key, TCS_RANDOM_TEST, 3, 0), again = stream;
    tcs_random_permute(&stream, index, N);
    int n_fixed = 0;
    for (uint32_t i = 0; i < N; i++) {
        CU_ASSERT_FATAL(index[i] < N && !seen[index[i]]);
        seen[index[i]] = 1;
        n_fixed += index[i] == i;
    }
    CU_ASSERT(n_fixed < 10);
    tcs_random_permute(&again, other, N);
    CU_ASSERT_EQUAL(memcmp(index, other, sizeof index), 0);
    tcs_random_permute(&again, NULL, 0);

    /* All 24 orders of four come up equally often. */
    int count[256] = {0};
    for (int i = 0; i < 24000; i++) {
        uint32_t four[4] = {0, 1, 2, 3};
        tcs_random_permute(&stream, four, 4);
        count[four[0] | four[1] << 2 | four[2] << 4 | four[3] << 6]++;
    }
    int n_orders = 0;
    double chi_squared = 0;
    for (int i = 0; i < 256; i++)
        if (count[i] > 0) {
            n_orders++;
            chi_squared += (count[i] - 1000.0) * (count[i] - 1000.0) / 1000.0;
        }
    CU_ASSERT_EQUAL(n_orders, 24);
    CU_ASSERT(chi_squared < 49.7); /* 23 degrees of freedom: p > 0.001 */
}

/* Values that results depend on: they must never change. */
static void fixed_values(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(2020), TCS_RANDOM_SPLIT, 1, 0);
    uint32_t index[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    tcs_random_permute(&stream, index, 8);
    static const uint32_t expected[8] = {6, 4, 2, 3, 5, 0, 1, 7};
    for (int i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(index[i], expected[i]);
}

TCS_TESTS("random", {"known answers", known_answers}, {"streams are blocks in order", streams_are_blocks_in_order}, {"keys", keys},
          {"below is uniform", below_is_uniform}, {"surplus numbers are rejected", surplus_numbers_are_rejected},
          {"uniform is in range", uniform_is_in_range}, {"permutations", permutations}, {"fixed values", fixed_values})
