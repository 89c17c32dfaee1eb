/* text.h: texts that people write and read: numbers, excerpts for messages, names that were mistyped.
 *
 * The same in every locale: the decimal point is a point. Knows nothing of files, tables or sweeps.
 */
#ifndef TCSWEEP_TEXT_H
#define TCSWEEP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The shortest decimal text that reads back as the same double: "3", "100", "0.0001", "1e-05", "1e+16", "-0", "nan", "inf".
 * An exponent is written below 1e-4 and from 1e16 on. */
void tcs_number_text(double value, char text[32]);
/* Reads a decimal number that fills the whole text: an optional sign, digits with at most one point, an optional exponent; no
 * spaces, no "nan", "inf" or hexadecimal. The nearest double; ±infinity where it is too large for one. False, and *value
 * unchanged, where the text is anything else, or longer than 1,000 bytes. */
bool tcs_number_parse(const char *text, size_t length, double *value);

/* A copy of a zero-ended text that the caller frees; adds a message and returns NULL where memory ran out. */
char *tcs_text_copy(const char *text, tcs_error *error);

/* Whether the text is UTF-8 without control characters (so without zeros and line ends too). */
bool tcs_text_is_printable(const char *text, size_t length);

#define TCS_EXCERPT_BYTES 128
/* A text from elsewhere made fit for a message: control characters and bytes that are not UTF-8 become \xNN, and a long text ends
 * in "…". Never longer than TCS_EXCERPT_BYTES with its closing zero. */
void tcs_text_excerpt(const char *text, size_t length, char excerpt[TCS_EXCERPT_BYTES]);

/* The name that `text` was probably meant to be (the fewest typing mistakes, upper and lower case being the same, the first of
 * equals); NULL where none is near. Names over 64 bytes are never near. */
const char *tcs_text_nearest(const char *text, const char *const *names, size_t n_names);

#ifdef __cplusplus
}
#endif
#endif
