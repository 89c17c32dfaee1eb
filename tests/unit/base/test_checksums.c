#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "tcsweep/bytes.h"

static void sha256_is(const void *bytes, size_t n_bytes, const char *expected) {
    uint8_t digest[TCS_DIGEST_BYTES];
    char text[2 * TCS_DIGEST_BYTES + 1];
    tcs_sha256(bytes, n_bytes, digest);
    tcs_digest_text(digest, text);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

/* The examples of FIPS 180-4 and NIST's long message. */
static void sha256_examples(void) {
    sha256_is(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    sha256_is(two_blocks, strlen(two_blocks), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    const char *longer =
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    sha256_is(longer, strlen(longer), "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    char *million = malloc(1000000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(million);
    memset(million, 'a', 1000000);
    sha256_is(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

/* Around the lengths at which the padding needs one more block; from another implementation. */
static void sha256_padding(void) {
    char text[65];
    memset(text, 'x', sizeof text);
    sha256_is(text, 55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    sha256_is(text, 56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    sha256_is(text, 63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
    sha256_is(text, 64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
    sha256_is(text, 65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9");
}

static void crc32_examples(void) {
    CU_ASSERT_EQUAL(tcs_crc32(0, "123456789", 9), 0xCBF43926);
    CU_ASSERT_EQUAL(tcs_crc32(0, NULL, 0), 0);
    CU_ASSERT_EQUAL(tcs_crc32(0, "a", 1), 0xE8B7BE43);
    CU_ASSERT_EQUAL(tcs_crc32(0, "The quick brown fox jumps over the lazy dog", 43), 0x414FA339);
}

/* One bit at a time, as the definition says. */
static uint32_t crc32_slow(const unsigned char *bytes, size_t n_bytes) {
    uint32_t crc = ~0u;
    for (size_t i = 0; i < n_bytes; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void crc32_of_any_length_and_in_parts(void) {
    unsigned char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * i * 31 + i * 7 + 5);
    for (size_t start = 0; start < 9; start++) /* unaligned starts too */
        for (size_t n = 0; n + start <= sizeof bytes; n++) {
            uint32_t whole = tcs_crc32(0, bytes + start, n);
            size_t n_first = n / 3;
            uint32_t parts = tcs_crc32(tcs_crc32(0, bytes + start, n_first), bytes + start + n_first, n - n_first);
            if (whole != crc32_slow(bytes + start, n) || parts != whole)
                CU_FAIL("a checksum differs from its definition");
        }
}

static void crc32_is_fast(void) {
    size_t n = 64u << 20;
    unsigned char *bytes = malloc(n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(bytes, 0x5a, n);
    double start_s = tcs_clock_s();
    uint32_t crc = tcs_crc32(0, bytes, n);
    double rate = (double)n / (tcs_clock_s() - start_s) / 1e9;
    printf("%.2f GB/s (%08x) ", rate, crc);
    CU_ASSERT(rate > 0.02); /* sanitizers and a busy machine allowed for; a bit at a time would fail */
    free(bytes);
}

TCS_TESTS("checksums", {"SHA-256: published examples", sha256_examples}, {"SHA-256: padding", sha256_padding},
          {"CRC-32: published examples", crc32_examples}, {"CRC-32: any length, in parts", crc32_of_any_length_and_in_parts},
          {"CRC-32: speed", crc32_is_fast})
