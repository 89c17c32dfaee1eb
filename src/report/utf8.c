/* Decoding, cleaning, measuring and shortening of UTF-8 texts. */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

size_t report_character_bytes(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char first = bytes[0];
    if (first < 0x80)
        return first != 0;
    size_t n = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    uint32_t code = n > 0 ? first & (0xffU >> (n + 1)) : 0;
    for (size_t i = 1; i < n; i++) {
        if ((bytes[i] & 0xc0) != 0x80) /* the closing zero ends here too */
            return 0;
        code = code << 6 | (bytes[i] & 0x3fU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_character = code >= smallest[n] && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
    return is_character ? n : 0;
}

bool report_is_control(const char *text, size_t n_bytes) {
    unsigned char first = (unsigned char)text[0];
    return n_bytes == 1 ? first < 0x20 || first == 0x7f : n_bytes == 2 && first == 0xc2 && (unsigned char)text[1] < 0xa0;
}

void report_add_clean(tcs_buffer *out, const char *text) {
    while (text && *text) {
        size_t n = report_character_bytes(text);
        if (n == 0 || report_is_control(text, n))
            tcs_buffer_print(out, REPORT_REPLACEMENT);
        else
            tcs_buffer_add(out, text, n);
        text += n > 0 ? n : 1;
    }
}

static bool is_continuation(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t report_width(const char *text) {
    size_t width = 0;
    for (; *text; text++)
        width += !is_continuation(*text);
    return width;
}

size_t report_prefix_bytes(const char *text, size_t n_characters) {
    size_t n = 0;
    while (text[n] && (n_characters > 0 || is_continuation(text[n])))
        n_characters -= !is_continuation(text[n++]);
    return n;
}

void report_add_shortened(tcs_buffer *out, const char *text, size_t width) {
    size_t whole = report_width(text);
    if (whole <= width) {
        tcs_buffer_add(out, text, strlen(text));
        return;
    }
    size_t n_tail = (width - 1) / 2, n_head = width - 1 - n_tail;
    tcs_buffer_add(out, text, report_prefix_bytes(text, n_head));
    tcs_buffer_print(out, "…");
    const char *tail = text + report_prefix_bytes(text, whole - n_tail);
    tcs_buffer_add(out, tail, strlen(tail));
}
