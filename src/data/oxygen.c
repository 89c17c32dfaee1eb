/* The trailing oxygen of unknown amount. Its amount is written as
 *
 *     [number] [variable] [sign [number] [variable]]     perhaps in parentheses
 *
 * with at least a variable or a sign: without one it is an ordinary amount, or none. A capital letter that is a symbol too (the N
 * of `O2N+3`) is a variable only where a sign stands beside it, so `CuO2N` holds nitrogen; the Y of a trailing `OY` always is one.
 */
#include "oxygen.h"

#include <string.h>

typedef struct cursor {
    const char *text;
    size_t at, end;
} cursor;

static bool take(cursor *c, const char *token) {
    size_t n = strlen(token);
    if (n > c->end - c->at || memcmp(c->text + c->at, token, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool take_any(cursor *c, const char *const *tokens) {
    for (; *tokens; tokens++)
        if (take(c, *tokens))
            return true;
    return false;
}

static size_t take_number(cursor *c) {
    size_t start = c->at;
    while (c->at < c->end && ((c->text[c->at] >= '0' && c->text[c->at] <= '9') || c->text[c->at] == '.'))
        c->at++;
    return c->at - start;
}

static bool take_variable(cursor *c) {
    static const char *const variables[] = {"x", "y", "z", "w", "n", "delta", "d", "δ", "X", "Z", NULL};
    return take_any(c, variables);
}

static bool take_sign(cursor *c) {
    static const char *const signs[] = {"+", "-", "=", "±", "−", "–", NULL};
    return take_any(c, signs);
}

/* A capital letter that stands for a variable in tables set in capitals. */
static bool take_capital(cursor *c) {
    static const char *const variables[] = {"N", "Y", "D", "M", NULL};
    return take_any(c, variables);
}

/* The amount that fills the rest of the text; what follows the O has been found not to belong to its symbol. */
static bool take_unknown_amount(cursor *c, unknown_oxygen *out) {
    bool is_enclosed = take(c, "(");
    out->number_start = c->at;
    out->number_length = take_number(c);
    bool has_variable = take_variable(c), has_sign = take_sign(c);
    if (!has_variable && !has_sign && take_capital(c)) {
        bool is_lone_yttrium = out->number_length == 0 && c->text[c->at - 1] == 'Y' && (c->at == c->end || is_enclosed);
        has_sign = take_sign(c);
        has_variable = has_sign || is_lone_yttrium;
        if (!has_variable)
            return false;
    }
    if (has_sign) {
        take_number(c);
        if (!take_variable(c))
            take_capital(c);
    }
    if (is_enclosed && !take(c, ")"))
        return false;
    return c->at == c->end && (has_variable || has_sign);
}

bool find_unknown_oxygen(const char *text, size_t length, unknown_oxygen *out) {
    const char *last = length > 0 ? memrchr(text, 'O', length) : NULL;
    if (!last)
        return false;
    out->start = (size_t)(last - text);
    cursor c = {text, out->start + 1, length};
    return take_unknown_amount(&c, out);
}
