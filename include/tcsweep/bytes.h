/* bytes.h: growing byte buffers, bounded reading of bytes from elsewhere, checksums, whole files, checked memory.
 *
 * Numbers are stored as the machine has them (all ranks of a sweep run on machines of one byte order; this is checked when
 * they greet each other). A reader never passes its end: what is missing reads as zero and marks the reader as failed.
 */
#ifndef TCSWEEP_BYTES_H
#define TCSWEEP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/status.h"
#include "tcsweep/text.h" /* who builds bytes wants tcs_number_text */

#ifdef __cplusplus
extern "C" {
#endif

/* All zero is a valid empty buffer. Adding to a buffer whose memory ran out does nothing; ask once, at the end. */
typedef struct tcs_buffer {
    unsigned char *bytes;
    size_t length;
    size_t capacity;
    bool failed; /* memory ran out */
} tcs_buffer;

void tcs_buffer_add(tcs_buffer *buffer, const void *bytes, size_t n_bytes);
void tcs_buffer_add_u32(tcs_buffer *buffer, uint32_t value);
void tcs_buffer_add_u64(tcs_buffer *buffer, uint64_t value);
void tcs_buffer_add_f64(tcs_buffer *buffer, double value);
/* Length (u32), then the characters without the closing zero. NULL counts as "". */
void tcs_buffer_add_string(tcs_buffer *buffer, const char *text);
/* Text as printf makes it, without the closing zero: for building documents. Numbers with a fraction go through
 * tcs_number_text first: printf writes them as the locale wants. */
void tcs_buffer_print(tcs_buffer *buffer, const char *format, ...) TCS_PRINTF(2, 3);
/* The bytes as a string (a zero is put behind them, not counted); "" where memory ran out or nothing was added.
 * Owned by the buffer, valid until its next change. */
const char *tcs_buffer_text(tcs_buffer *buffer);
/* Takes the bytes out as a zero-ended string that the caller frees, or NULL where memory ran out; the buffer is empty after. */
char *tcs_buffer_take_text(tcs_buffer *buffer);
void tcs_buffer_clear(tcs_buffer *buffer);

typedef struct tcs_reader {
    const unsigned char *bytes;
    size_t length;
    size_t position;
    bool failed; /* something was read beyond the end, or was out of its bounds */
} tcs_reader;

tcs_reader tcs_reader_start(const void *bytes, size_t n_bytes);
/* Copies the next n bytes; zeros where there are fewer left. */
void tcs_reader_take(tcs_reader *reader, void *out, size_t n_bytes);
/* A pointer to the next n bytes inside the reader's memory, or NULL (and failed) where there are fewer. Not aligned. */
const void *tcs_reader_take_view(tcs_reader *reader, size_t n_bytes);
uint32_t tcs_reader_take_u32(tcs_reader *reader);
uint64_t tcs_reader_take_u64(tcs_reader *reader);
double tcs_reader_take_f64(tcs_reader *reader);
/* A number that must be ≤ most (a count, say); 0 and failed where it is not. */
uint64_t tcs_reader_take_bounded(tcs_reader *reader, uint64_t most);
/* A string that the caller frees; NULL where it is missing or memory ran out. */
char *tcs_reader_take_string(tcs_reader *reader);

#define TCS_DIGEST_BYTES 32
void tcs_sha256(const void *bytes, size_t n_bytes, uint8_t digest[TCS_DIGEST_BYTES]);
/* 64 lower-case hexadecimal digits and a closing zero. */
void tcs_digest_text(const uint8_t digest[TCS_DIGEST_BYTES], char text[2 * TCS_DIGEST_BYTES + 1]);

/* CRC-32 as in zlib and gzip (IEEE 802.3, reflected). Starts with crc = 0; a crc already computed goes on over further bytes. */
uint32_t tcs_crc32(uint32_t crc, const void *bytes, size_t n_bytes);

/* The whole file as a zero-ended text (the zero is not counted in *n_bytes); the caller frees it. Pipes are read to their end.
 * A file that cannot be read is TCS_SYSTEM_ERROR; one of more than `most` bytes is TCS_BAD_DATA. */
tcs_status tcs_file_read(const char *path, size_t most, char **text, size_t *n_bytes, tcs_error *error);
/* Memory as calloc gives it, overflow checked; adds a message and returns NULL where it cannot be had. */
void *tcs_allocate(size_t n, size_t size_bytes, tcs_error *error);
/* Seconds of a clock that never jumps. */
double tcs_clock_s(void);

#ifdef __cplusplus
}
#endif
#endif
