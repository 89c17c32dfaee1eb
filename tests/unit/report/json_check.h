/* json_check.h: whether a text is JSON (RFC 8259), told without the code under test. */
#ifndef TCS_TESTS_REPORT_JSON_CHECK_H
#define TCS_TESTS_REPORT_JSON_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Each function returns the place behind what it read, or NULL where that is not JSON. */
static const char *json_check_value(const char *c, int depth);

static inline const char *json_check_space(const char *c) {
    return c + strspn(c, " \t\n\r");
}

static inline const char *json_check_string(const char *c) {
    if (*c++ != '"')
        return NULL;
    while (*c != '"') {
        if ((unsigned char)*c < 0x20)
            return NULL;
        if (*c == '\\') {
            c++;
            if (*c == 'u') {
                if (strspn(c + 1, "0123456789abcdefABCDEF") < 4)
                    return NULL;
                c += 4;
            } else if (*c == 0 || !strchr("\"\\/bfnrt", *c)) {
                return NULL;
            }
        }
        c++;
    }
    return c + 1;
}

static inline const char *json_check_digits(const char *c) {
    size_t n = strspn(c, "0123456789");
    return n > 0 ? c + n : NULL;
}

static inline const char *json_check_number(const char *c) {
    if (*c == '-')
        c++;
    if (*c == '0' && strspn(c, "0123456789") > 1)
        return NULL;
    c = json_check_digits(c);
    if (c && *c == '.')
        c = json_check_digits(c + 1);
    if (c && (*c == 'e' || *c == 'E')) {
        c++;
        if (*c == '+' || *c == '-')
            c++;
        c = json_check_digits(c);
    }
    return c;
}

static inline const char *json_check_list(const char *c, char closing, int depth) {
    c = json_check_space(c + 1);
    if (*c == closing)
        return c + 1;
    for (;;) {
        if (closing == '}') {
            c = json_check_string(c);
            if (c)
                c = json_check_space(c);
            if (!c || *c++ != ':')
                return NULL;
        }
        c = json_check_value(c, depth + 1);
        if (!c)
            return NULL;
        c = json_check_space(c);
        if (*c == closing)
            return c + 1;
        if (*c++ != ',')
            return NULL;
        c = json_check_space(c);
    }
}

static inline const char *json_check_value(const char *c, int depth) {
    if (depth > 32)
        return NULL;
    c = json_check_space(c);
    if (*c == '{' || *c == '[')
        return json_check_list(c, *c == '{' ? '}' : ']', depth);
    if (*c == '"')
        return json_check_string(c);
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++)
        if (strncmp(c, words[i], strlen(words[i])) == 0)
            return c + strlen(words[i]);
    return json_check_number(c);
}

/* The bytes of the text are UTF-8: checked by rebuilding each character from its code. */
static inline bool json_check_utf8(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        unsigned n = *c < 0x80 ? 1 : (*c & 0xe0) == 0xc0 ? 2 : (*c & 0xf0) == 0xe0 ? 3 : (*c & 0xf8) == 0xf0 ? 4 : 0;
        static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
        unsigned code = n < 2 ? *c : *c & (0xffU >> (n + 1));
        if (n == 0)
            return false;
        for (unsigned i = 1; i < n; i++) {
            if (c[i] >> 6 != 2)
                return false;
            code = code << 6 | (c[i] & 63U);
        }
        if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        c += n;
    }
    return true;
}

static inline bool json_check(const char *text) {
    const char *end = json_check_value(text, 0);
    return end && *json_check_space(end) == 0 && json_check_utf8(text);
}

#endif
