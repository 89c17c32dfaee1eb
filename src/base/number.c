/* Numbers as decimal text, and back, the same in every locale. */
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/text.h"

#define MAX_DIGITS 17
#define MAX_NUMBER_BYTES 1000

/* The fewest significant digits that read back as the magnitude, and its decimal exponent: d.ddd × 10^exponent.
 * printf and strtod agree on the locale's decimal point, whatever it is; only the digits are taken. */
static int shortest_digits(double magnitude, char digits[MAX_DIGITS + 1], int *exponent) {
    char text[64];
    for (int precision = 0; precision < MAX_DIGITS; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, magnitude);
        if (precision == MAX_DIGITS - 1 || strtod(text, NULL) == magnitude)
            break;
    }
    int n = 0;
    const char *c = text;
    for (; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && n < MAX_DIGITS)
            digits[n++] = *c;
    digits[n] = 0;
    *exponent = *c ? (int)strtol(c + 1, NULL, 10) : 0;
    return n;
}

/* d.ddde±xx */
static void write_scientific(const char *digits, int n, int exponent, char text[32]) {
    *text++ = digits[0];
    if (n > 1) {
        *text++ = '.';
        memcpy(text, digits + 1, (size_t)n - 1);
        text += n - 1;
    }
    snprintf(text, 8, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent) % 1000);
}

/* 0.000ddd, ddd.ddd or ddd000 */
static void write_plain(const char *digits, int n, int exponent, char text[32]) {
    if (exponent < 0) {
        *text++ = '0';
        *text++ = '.';
        for (int i = -1; i > exponent; i--)
            *text++ = '0';
    }
    for (int i = 0; i < n || i <= exponent; i++) {
        if (exponent >= 0 && i == exponent + 1)
            *text++ = '.';
        *text++ = i < n ? digits[i] : '0';
    }
    *text = 0;
}

void tcs_number_text(double value, char text[32]) {
    if (isnan(value)) {
        strcpy(text, "nan");
        return;
    }
    if (signbit(value))
        *text++ = '-';
    if (isinf(value) || value == 0) {
        strcpy(text, value == 0 ? "0" : "inf");
        return;
    }
    char digits[MAX_DIGITS + 1];
    int exponent, n = shortest_digits(fabs(value), digits, &exponent);
    if (exponent < -4 || exponent >= 16)
        write_scientific(digits, n, exponent, text);
    else
        write_plain(digits, n, exponent, text);
}

static size_t skip_digits(const char *text, size_t length, size_t at) {
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

typedef struct decimal {
    bool is_negative;
    size_t digits_start, digits_end; /* with the point among them */
    size_t point;                    /* digits_end where there is none */
    int exponent;                    /* as written after e, kept within ±100,000: far beyond what matters */
} decimal;

/* The parts of a number that fills the whole text; false where it is none. */
static bool split_decimal(const char *text, size_t length, decimal *out) {
    size_t at = length > 0 && (text[0] == '+' || text[0] == '-');
    *out = (decimal){.is_negative = at > 0 && text[0] == '-', .digits_start = at};
    at = skip_digits(text, length, at);
    size_t n_digits = at - out->digits_start;
    out->point = at;
    if (at < length && text[at] == '.') {
        size_t end = skip_digits(text, length, at + 1);
        n_digits += end - (at + 1);
        at = end;
    }
    out->digits_end = at;
    if (n_digits == 0)
        return false;
    if (at == length)
        return true;
    if (text[at] != 'e' && text[at] != 'E')
        return false;
    at++;
    bool is_small = at < length && text[at] == '-';
    at += at < length && (text[at] == '+' || text[at] == '-');
    if (at == length || skip_digits(text, length, at) != length)
        return false;
    for (; at < length; at++)
        out->exponent = out->exponent < 10000 ? 10 * out->exponent + (text[at] - '0') : 100000;
    if (is_small)
        out->exponent = -out->exponent;
    return true;
}

/* Up to 15 digits and a power of ten up to 22 are both exact doubles: one operation, rounded once, is the nearest double. */
static bool convert_small(const char *text, const decimal *parts, double *value) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (parts->digits_end - parts->digits_start > 16)
        return false;
    uint64_t whole = 0;
    int n_digits = 0, exponent = parts->exponent;
    for (size_t i = parts->digits_start; i < parts->digits_end; i++) {
        if (text[i] == '.')
            continue;
        whole = 10 * whole + (uint64_t)(text[i] - '0');
        n_digits++;
        exponent -= i > parts->point;
    }
    if (n_digits > 15 || exponent < -22 || exponent > 22)
        return false;
    double magnitude = exponent < 0 ? (double)whole / powers[-exponent] : (double)whole * powers[exponent];
    *value = parts->is_negative ? -magnitude : magnitude;
    return true;
}

bool tcs_number_parse(const char *text, size_t length, double *value) {
    decimal parts;
    if (length > MAX_NUMBER_BYTES || !split_decimal(text, length, &parts))
        return false;
    if (convert_small(text, &parts, value))
        return true;
    char copy[MAX_NUMBER_BYTES + 1];
    memcpy(copy, text, length);
    copy[length] = 0;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0)
        return false;
    *value = strtod_l(copy, NULL, c_locale);
    freelocale(c_locale);
    return true;
}
