/* utf8.h: texts that come from a results file, made fit to be shown, and how wide they are. Widths count characters. */
#ifndef TCS_REPORT_UTF8_H
#define TCS_REPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"

#define REPORT_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, for what cannot be shown */

/* Bytes of the character that the zero-ended text starts with (control characters too); 0 where it is not UTF-8, or at the end. */
size_t report_character_bytes(const char *text);
/* The character of so many bytes controls a terminal instead of being printed (C0, DEL, C1). */
bool report_is_control(const char *text, size_t n_bytes);
/* Adds the text with every control character and every byte that is not UTF-8 replaced by U+FFFD. NULL counts as "". */
void report_add_clean(tcs_buffer *out, const char *text);

/* Characters of a clean text. */
size_t report_width(const char *text);
/* Bytes of the first n_characters of a clean text, or of all of it. */
size_t report_prefix_bytes(const char *text, size_t n_characters);
/* Adds a clean text; where it is wider than `width` (≥ 3), its middle is replaced by "…". */
void report_add_shortened(tcs_buffer *out, const char *text, size_t width);

#endif
