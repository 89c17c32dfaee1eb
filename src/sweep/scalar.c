#include "scalar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tcsweep/text.h"

/* Digits after a leading zero: elsewhere an octal number. */
static bool has_leading_zero(const char *text) {
    text += *text == '+' || *text == '-';
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

static bool is_number_text(const char *text, double *value) {
    return tcs_number_parse(text, strlen(text), value) && isfinite(*value) && !has_leading_zero(text);
}

bool is_number(const node *n, double *value) {
    return n->kind == NODE_SCALAR && !n->is_quoted && is_number_text(n->text, value);
}

/* "a whole number from 1 to 100", "a number above 0". */
static void describe_range(const number_range *range, char text[128]) {
    char minimum[32], maximum[32];
    const char *noun = range->is_integer ? "a whole number" : "a number";
    tcs_number_text(range->minimum, minimum);
    tcs_number_text(range->maximum, maximum);
    if (isinf(range->minimum) && isinf(range->maximum))
        snprintf(text, 128, "%s", noun);
    else if (isinf(range->maximum))
        snprintf(text, 128, "%s %s %s", noun, range->is_above ? "above" : "of at least", minimum);
    else if (!range->is_above && !range->is_below)
        snprintf(text, 128, "%s from %s to %s", noun, minimum, maximum);
    else
        snprintf(text, 128, "%s %s %s and %s %s", noun, range->is_above ? "above" : "of at least", minimum,
                 range->is_below ? "below" : "of at most", maximum);
}

static bool is_in_range(const number_range *range, double value) {
    return (range->is_above ? value > range->minimum : value >= range->minimum) &&
           (range->is_below ? value < range->maximum : value <= range->maximum) && (!range->is_integer || value == floor(value));
}

/* What is wrong with a text that looks like a number to people, as "; …", or "". */
static const char *number_hint(const node *n) {
    double value;
    if (n->kind != NODE_SCALAR)
        return "";
    if (n->is_quoted && is_number_text(n->text, &value))
        return "; remove the quotes";
    if (tcs_number_parse(n->text, strlen(n->text), &value))
        return has_leading_zero(n->text) ? "; write it without the leading zero"
               : isinf(value)            ? "; this is beyond the largest number that can be stored"
                                         : "";
    char stripped[64];
    size_t n_kept = 0;
    for (const char *c = n->text; *c && n_kept < sizeof stripped - 1; c++)
        if (*c != '_' && *c != ',')
            stripped[n_kept++] = *c;
    stripped[n_kept] = 0;
    if (is_number_text(stripped, &value))
        return "; write digits without \"_\" or \",\" between them, and a point before decimals";
    return "";
}

static bool read_number_text(reading *r, node *n, const char *text, const number_range *range, const char *unit, double *out) {
    char range_text[128], expected[320];
    double value;
    if (n->kind == NODE_SCALAR && !n->is_quoted && is_number_text(text, &value) && is_in_range(range, value)) {
        *out = value;
        node_mark_used(n);
        return true;
    }
    describe_range(range, range_text);
    snprintf(expected, sizeof expected, "%s%s%s", range_text, unit, number_hint(n));
    mistake_expected(r, n, expected);
    return false;
}

bool read_number(reading *r, node *n, const number_range *range, double *out) {
    return n && read_number_text(r, n, n->kind == NODE_SCALAR ? n->text : "", range, "", out);
}

bool is_share(const node *n) {
    size_t length = n->kind == NODE_SCALAR ? strlen(n->text) : 0;
    return length > 0 && n->text[length - 1] == '%';
}

bool read_share(reading *r, node *n, const number_range *range, double *out) {
    char text[64] = "";
    if (!n)
        return false;
    size_t length = n->kind == NODE_SCALAR ? strlen(n->text) : 0;
    if (length > 1 && length < sizeof text) {
        memcpy(text, n->text, length - 1);
        text[length - 1] = 0;
    }
    return read_number_text(r, n, text, range, ", then %", out);
}

bool read_u64(reading *r, node *n, uint64_t *out) {
    if (!n)
        return false;
    uint64_t value = 0;
    bool is_right_so_far = n->kind == NODE_SCALAR && !n->is_quoted && n->text[0] && !has_leading_zero(n->text);
    for (const char *c = n->kind == NODE_SCALAR ? n->text : ""; *c && is_right_so_far; c++) {
        unsigned digit = (unsigned char)*c - (unsigned)'0';
        is_right_so_far = digit <= 9 && value <= (UINT64_MAX - digit) / 10;
        value = 10 * value + digit;
    }
    char expected[256];
    snprintf(expected, sizeof expected, "a whole number from 0 to 18446744073709551615%s", number_hint(n));
    if (!is_right_so_far) {
        mistake_expected(r, n, expected);
        return false;
    }
    *out = value;
    node_mark_used(n);
    return true;
}

bool read_boolean(reading *r, node *n, bool *out) {
    static const char *const words[] = {"false", "False", "FALSE", "no",  "No",  "NO",  "off", "Off", "OFF",
                                        "true",  "True",  "TRUE",  "yes", "Yes", "YES", "on",  "On",  "ON"};
    const size_t n_words = sizeof words / sizeof *words;
    if (!n)
        return false;
    for (size_t i = 0; i < n_words && n->kind == NODE_SCALAR && !n->is_quoted; i++)
        if (strcmp(n->text, words[i]) == 0) {
            *out = i >= n_words / 2;
            node_mark_used(n);
            return true;
        }
    mistake_expected(r, n, "true or false");
    return false;
}

bool read_choice(reading *r, node *n, const char *what, const char *const *names, size_t n_names, size_t *out) {
    if (!n)
        return false;
    for (size_t i = 0; i < n_names && n->kind == NODE_SCALAR; i++)
        if (strcmp(n->text, names[i]) == 0) {
            *out = i;
            node_mark_used(n);
            return true;
        }
    if (n->kind == NODE_SCALAR && !node_is_nothing(n)) {
        mistake_unknown(r, n, what, n->text, names, n_names);
        return false;
    }
    char expected[512];
    size_t length = 0;
    for (size_t i = 0; i < n_names && length < sizeof expected; i++)
        length += (size_t)snprintf(expected + length, sizeof expected - length, "%s%s",
                                   i == 0            ? ""
                                   : i + 1 < n_names ? ", "
                                                     : " or ",
                                   names[i]);
    mistake_expected(r, n, n_names > 0 ? expected : "a name, but there is none to choose from");
    return false;
}

bool read_text(reading *r, node *n, const char **out) {
    if (!n)
        return false;
    if (n->kind != NODE_SCALAR || node_is_nothing(n) || !n->text[0]) {
        mistake_expected(r, n, "a text");
        return false;
    }
    *out = n->text;
    node_mark_used(n);
    return true;
}

bool is_name(const char *text, const char *others) {
    size_t length = 0;
    for (; text[length]; length++)
        if (!strchr(LETTERS_AND_DIGITS, text[length]) && (length == 0 ? text[length] != '_' : !strchr(others, text[length])))
            return false;
    return length > 0 && length <= MAX_NAME_LENGTH;
}

bool read_name(reading *r, node *n, const char *others, const char **out) {
    if (!n)
        return false;
    if (n->kind != NODE_SCALAR || node_is_nothing(n) || !is_name(n->text, others)) {
        char listed[32] = "", expected[128];
        size_t length = 0;
        for (const char *c = others; *c && length + 8 < sizeof listed; c++)
            length += (size_t)snprintf(listed + length, sizeof listed - length, "%s\"%c\"", c[1] ? ", " : " and ", *c);
        snprintf(expected, sizeof expected, "a name of 1 to %d letters, digits%s", MAX_NAME_LENGTH, listed);
        mistake_expected(r, n, expected);
        return false;
    }
    *out = n->text;
    node_mark_used(n);
    return true;
}
