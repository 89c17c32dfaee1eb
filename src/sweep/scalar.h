/* scalar.h: single values: what may stand where a number, a word, a span of time … is expected.
 *
 * Each function reads one node, notes a mistake where it holds anything else, and returns whether it was right. A node that is NULL was
 * reported where it is missing: then they return false and say nothing. A value that was read counts as used (node.was_used).
 */
#ifndef TCS_SWEEP_SCALAR_H
#define TCS_SWEEP_SCALAR_H

#include <stdint.h>

#include "reading.h"

typedef struct number_range {
    double minimum, maximum;
    bool is_above, is_below; /* the bound itself is not allowed */
    bool is_integer;
} number_range;

/* Whether a node is a number, as it may be written in a sweep file. */
bool is_number(const node *n, double *value);
bool read_number(reading *r, node *n, const number_range *range, double *out);
/* A share like 60%, as a number of percents in the range. */
bool is_share(const node *n);
bool read_share(reading *r, node *n, const number_range *range, double *out);
bool read_u64(reading *r, node *n, uint64_t *out);
bool read_boolean(reading *r, node *n, bool *out);
/* The index of a word in a list of `n_names`. `what` begins the message about another word, as in "unknown loss" or "there is no branch". */
bool read_choice(reading *r, node *n, const char *what, const char *const *names, size_t n_names, size_t *out);
/* Any text that is not empty. */
bool read_text(reading *r, node *n, const char **out);
#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
/* Up to 64 of the letters a … z, A … Z, digits and the characters of `others`, the first one being a letter, a digit or "_". */
bool is_name(const char *text, const char *others);
bool read_name(reading *r, node *n, const char *others, const char **out);
/* Seconds; `none` is 0. */
bool read_duration(reading *r, node *n, double *out);
/* Bytes; `none` is 0. */
bool read_memory(reading *r, node *n, uint64_t *out);

#endif
