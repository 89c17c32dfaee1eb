/* Copies and excerpts of texts, and the names that people meant. */
#include "tcsweep/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *tcs_text_copy(const char *text, tcs_error *error) {
    char *copy = strdup(text);
    if (!copy)
        tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory: %zu bytes cannot be had", strlen(text) + 1);
    return copy;
}

/* Bytes of the printable UTF-8 character at the start of the text; 0 where there is none. */
static size_t printable_length(const unsigned char *text, size_t length) {
    unsigned char first = text[0];
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f;
    size_t n = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (n == 0 || n > length)
        return 0;
    uint32_t code = first & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3f);
    }
    static const uint32_t smallest[] = {0, 0, 0xa0, 0x800, 0x10000}; /* U+0080…9F are control characters */
    int is_character = code >= smallest[n] && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
    return is_character ? n : 0;
}

bool tcs_text_is_printable(const char *text, size_t length) {
    for (size_t at = 0, n; at < length; at += n) {
        n = printable_length((const unsigned char *)text + at, length - at);
        if (n == 0)
            return false;
    }
    return true;
}

void tcs_text_excerpt(const char *text, size_t length, char excerpt[TCS_EXCERPT_BYTES]) {
    static const char digits[] = "0123456789abcdef", ellipsis[] = "…";
    const unsigned char *next = (const unsigned char *)text, *end = next + length;
    size_t n = 0, n_cut = 0; /* n_cut: where the ellipsis goes if the text turns out to be too long */
    while (next < end) {
        size_t n_whole = printable_length(next, (size_t)(end - next));
        const char escape[4] = {'\\', 'x', digits[*next >> 4], digits[*next & 15]};
        size_t n_out = n_whole > 0 ? n_whole : sizeof escape;
        if (n + n_out + 1 > TCS_EXCERPT_BYTES) {
            memcpy(excerpt + n_cut, ellipsis, sizeof ellipsis);
            return;
        }
        memcpy(excerpt + n, n_whole > 0 ? (const char *)next : escape, n_out);
        n += n_out;
        next += n_whole > 0 ? n_whole : 1;
        if (n + sizeof ellipsis <= TCS_EXCERPT_BYTES)
            n_cut = n;
    }
    excerpt[n] = 0;
}

#define MAX_NAME_BYTES 64

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The number of inserted, left out, wrong or swapped letters between two names of at most MAX_NAME_BYTES. */
static size_t typing_distance(const char *a, size_t n_a, const char *b, size_t n_b) {
    size_t rows[3][MAX_NAME_BYTES + 1];
    size_t *before_last = rows[0], *last = rows[1], *current = rows[2];
    for (size_t j = 0; j <= n_b; j++)
        last[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        current[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t best = last[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (current[j - 1] + 1 < best)
                best = current[j - 1] + 1;
            int is_swap = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (is_swap && before_last[j - 2] + 1 < best)
                best = before_last[j - 2] + 1;
            current[j] = best;
        }
        size_t *oldest = before_last;
        before_last = last, last = current, current = oldest;
    }
    return last[n_b];
}

const char *tcs_text_nearest(const char *text, const char *const *names, size_t n_names) {
    size_t length = strlen(text), nearest_distance = SIZE_MAX;
    const char *nearest = NULL;
    for (size_t i = 0; i < n_names && length <= MAX_NAME_BYTES; i++) {
        size_t n = strlen(names[i]);
        if (n > MAX_NAME_BYTES)
            continue;
        size_t distance = typing_distance(text, length, names[i], n);
        /* Half the letters wrong is another word; but of two letters one may be wrong. */
        size_t longer = n > length ? n : length, most = longer < 4 ? 1 : longer / 3 + (longer % 3 != 0);
        if (distance <= most && distance < longer && distance < nearest_distance) {
            nearest = names[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}
