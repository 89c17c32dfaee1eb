/* Reading of formulas: one pass over the text, which fills a list of terms. A closing bracket multiplies the terms since its
 * opening one; at the end the terms of each element are added up. The text's bounded length bounds terms and depth alike.
 */
#include "tcsweep/formula.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "oxygen.h"
#include "tcsweep/text.h"

typedef struct term {
    unsigned char element;
    double amount;
} term;

typedef struct group {
    size_t at;         /* of its opening bracket */
    size_t first_term; /* the terms from here on are inside */
} group;

typedef struct parser {
    const char *text;
    size_t at, end;
    bool is_lenient;
    bool was_repaired;
    tcs_error *error;
    bool has_oxygen; /* of unknown amount */
    unknown_oxygen oxygen;
    size_t n_terms;
    size_t n_open;
    term terms[TCS_FORMULA_MAX_BYTES];
    group open[TCS_FORMULA_MAX_BYTES];
} parser;

/* Characters before a byte, plus one: what people count. */
static size_t character_number(const parser *p, size_t at) {
    size_t n = 1;
    for (size_t i = 0; i < at; i++)
        n += (p->text[i] & 0xc0) != 0x80;
    return n;
}

/* Something is wrong at a place of the text. True: go on without it (lenient). False: the message is written, stop. */
static bool complain(parser *p, size_t at, const char *format, ...) TCS_PRINTF(3, 4);
static bool complain(parser *p, size_t at, const char *format, ...) {
    p->was_repaired = true;
    if (p->is_lenient)
        return true;
    char formula[TCS_EXCERPT_BYTES], reason[3 * TCS_EXCERPT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    tcs_text_excerpt(p->text, p->end, formula);
    tcs_error_add(p->error, TCS_BAD_DATA, "formula \"%s\": %s (character %zu)", formula, reason, character_number(p, at));
    return false;
}

static bool is_digit_or_point(char c) {
    return (c >= '0' && c <= '9') || c == '.';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* The end of the number at `at`: digits with at most one point among them. `at` itself where there is no digit. */
static size_t number_end(const parser *p, size_t at) {
    size_t n_digits = 0, n_points = 0, end = at;
    for (; end < p->end && is_digit_or_point(p->text[end]); end++) {
        if (p->text[end] == '.' && n_points++ > 0)
            break;
        n_digits += p->text[end] != '.';
    }
    return n_digits > 0 ? end : at;
}

/* Checks an amount of atoms. *amount becomes 0 where it cannot be used and the formula is read without it. */
static bool check_amount(parser *p, size_t at, const char *of, double *amount) {
    if (*amount == 0)
        return complain(p, at, "the amount of %s is zero", of);
    if (*amount <= TCS_FORMULA_MAX_AMOUNT)
        return true;
    char number[32];
    tcs_number_text(*amount, number);
    *amount = 0;
    return complain(p, at, "the amount of %s is too large: %s", of, number);
}

/* The amount behind a symbol or a closing bracket; 1 where there is none, 0 where what follows is to be left out. */
static bool read_amount(parser *p, const char *of, double *amount) {
    size_t start = p->at, end = number_end(p, start);
    *amount = 1;
    if (end == start) {
        bool is_negative = start + 1 < p->end && p->text[start] == '-' && is_digit_or_point(p->text[start + 1]);
        return !is_negative || complain(p, start, "the amount of %s is negative", of);
    }
    p->at = end;
    if (!tcs_number_parse(p->text + start, end - start, amount)) {
        *amount = 0;
        return complain(p, start, "the amount of %s is no number", of);
    }
    return check_amount(p, start, of, amount);
}

static void add_term(parser *p, int element, double amount) {
    if (amount > 0)
        p->terms[p->n_terms++] = (term){(unsigned char)element, amount};
}

static bool read_unknown_oxygen(parser *p) {
    const unknown_oxygen *oxygen = &p->oxygen;
    char tail[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(p->text + oxygen->start, p->end - oxygen->start, tail);
    if (!complain(p, oxygen->start, "oxygen of unknown amount: \"%s\"", tail))
        return false;
    double amount = 1;
    p->at = oxygen->number_start;
    size_t end = number_end(p, p->at);
    if (oxygen->number_length > 0 && end > p->at && !read_amount(p, "O", &amount))
        return false;
    p->at = p->end;
    add_term(p, 8, amount);
    return true;
}

static bool read_element(parser *p) {
    if (p->has_oxygen && p->at == p->oxygen.start)
        return read_unknown_oxygen(p);
    size_t start = p->at, length = 1;
    bool has_second = start + 1 < p->end && is_lower(p->text[start + 1]);
    int element = has_second ? tcs_element_find(p->text + start, 2) : 0;
    /* No symbol ends in x or z, and few in y: there they are amounts that were left open, as in `Prx`, not misspelt symbols. */
    if (element > 0 || (has_second && !strchr("xyz", p->text[start + 1])))
        length = 2;
    if (length == 1)
        element = tcs_element_find(p->text + start, 1);
    p->at += length;
    char symbol[3] = {p->text[start], length == 2 ? p->text[start + 1] : 0, 0};
    if (element == 0 && !complain(p, start, "there is no element \"%s\"", symbol))
        return false;
    double amount;
    if (!read_amount(p, symbol, &amount))
        return false;
    if (element > 0)
        add_term(p, element, amount);
    return true;
}

static bool open_group(parser *p) {
    p->open[p->n_open++] = (group){p->at++, p->n_terms};
    return true;
}

static bool close_group(parser *p) {
    size_t at = p->at++;
    char bracket = p->text[at];
    if (p->n_open == 0)
        return complain(p, at, "\"%c\" closes nothing", bracket);
    const group *opened = &p->open[--p->n_open];
    char opening = p->text[opened->at];
    char expected = opening == '(' ? ')' : opening == '[' ? ']' : '}';
    if (bracket != expected && !complain(p, at, "\"%c\" closes a \"%c\"", bracket, opening))
        return false;
    if (at == opened->at + 1 && !complain(p, opened->at, "there is nothing in the brackets"))
        return false;
    double factor;
    if (!read_amount(p, "the group in brackets", &factor))
        return false;
    for (size_t i = opened->first_term; i < p->n_terms; i++)
        p->terms[i].amount *= factor;
    return true;
}

/* Bytes of the character at `at`, however it is encoded: a byte and the UTF-8 continuation bytes behind it. */
static size_t character_length(const parser *p, size_t at) {
    size_t n = 1;
    while (at + n < p->end && (p->text[at + n] & 0xc0) == 0x80 && n < 4)
        n++;
    return n;
}

/* A number or a character where a symbol or a bracket should be. */
static bool pass_over(parser *p) {
    size_t start = p->at, end = number_end(p, start);
    bool is_number = end > start;
    char text[TCS_EXCERPT_BYTES];
    p->at = is_number ? end : start + character_length(p, start);
    tcs_text_excerpt(p->text + start, p->at - start, text);
    if (is_number)
        return complain(p, start, "the number %s belongs to no element", text);
    if (is_lower(p->text[start]))
        return complain(p, start, "\"%s\" is neither an element nor an amount (symbols begin with a capital letter)", text);
    return complain(p, start, "\"%s\" is neither an element nor an amount", text);
}

static bool read_terms(parser *p) {
    while (p->at < p->end) {
        char c = p->text[p->at];
        bool is_good = c >= 'A' && c <= 'Z'               ? read_element(p)
                       : c == '(' || c == '[' || c == '{' ? open_group(p)
                       : c == ')' || c == ']' || c == '}' ? close_group(p)
                                                          : pass_over(p);
        if (!is_good)
            return false;
    }
    return p->n_open == 0 || complain(p, p->open[p->n_open - 1].at, "\"%c\" is never closed", p->text[p->open[p->n_open - 1].at]);
}

/* Adds up the terms of each element. */
static bool add_up(parser *p, tcs_composition *out) {
    double amounts[TCS_N_ELEMENTS + 1] = {0};
    unsigned char order[TCS_N_ELEMENTS];
    bool is_seen[TCS_N_ELEMENTS + 1] = {false};
    size_t n = 0;
    for (size_t i = 0; i < p->n_terms; i++) {
        unsigned char element = p->terms[i].element;
        amounts[element] += p->terms[i].amount;
        if (!is_seen[element])
            order[n++] = element;
        is_seen[element] = true;
    }
    for (size_t i = 0; i < n; i++) {
        /* Factors of groups may have taken it out of range. */
        double amount = amounts[order[i]];
        if (!check_amount(p, 0, tcs_element_symbol(order[i]), &amount))
            return false;
        if (amount > 0) {
            out->element[out->n_elements] = order[i];
            out->amount[out->n_elements++] = amount;
        }
    }
    return true;
}

/* A mistake of the formula as a whole. */
static tcs_status refuse(const char *text, size_t length, const char *reason, tcs_error *error) {
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(text, length, excerpt);
    return tcs_error_add(error, TCS_BAD_DATA, "formula \"%s\": %s", excerpt, reason);
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

tcs_status tcs_formula_parse(const char *text, size_t length, bool lenient, tcs_composition *out, bool *was_repaired,
                             tcs_error *error) {
    out->n_elements = 0;
    if (was_repaired)
        *was_repaired = false;
    for (; length > 0 && is_space(text[0]); length--)
        text++;
    while (length > 0 && is_space(text[length - 1]))
        length--;
    if (length == 0)
        return tcs_error_add(error, TCS_BAD_DATA, "the formula is empty");
    if (length > TCS_FORMULA_MAX_BYTES)
        return refuse(text, length, "it is too long to be one", error);

    parser p; /* its lists, 20 KiB, stay unset until they are filled */
    p.text = text;
    p.at = 0;
    p.end = length;
    p.is_lenient = lenient;
    p.was_repaired = false;
    p.error = error;
    p.n_terms = p.n_open = 0;
    p.has_oxygen = find_unknown_oxygen(text, length, &p.oxygen);
    if (!read_terms(&p) || !add_up(&p, out)) {
        out->n_elements = 0;
        return TCS_BAD_DATA;
    }
    if (out->n_elements == 0)
        return refuse(text, length, "no element can be read", error);
    if (was_repaired)
        *was_repaired = p.was_repaired;
    return TCS_OK;
}
