/* Spans of time and amounts of memory. */
#include <stdio.h>
#include <string.h>

#include "scalar.h"
#include "tcsweep/text.h"

#define MAX_DURATION_S (3650.0 * 86400)

/* h:mm:ss */
static bool parse_clock(const char *text, double *seconds) {
    unsigned hours, minutes, whole_seconds;
    int n_read = 0;
    size_t length = strlen(text);
    if (length > 10 || strspn(text, "0123456789:") != length)
        return false;
    if (sscanf(text, "%u:%2u:%2u%n", &hours, &minutes, &whole_seconds, &n_read) != 3 || text[n_read])
        return false;
    if (length < 7 || text[length - 3] != ':' || text[length - 6] != ':' || minutes > 59 || whole_seconds > 59)
        return false;
    *seconds = 3600.0 * hours + 60.0 * minutes + whole_seconds;
    return true;
}

/* A number that a unit follows: the unit's index, or n_units. */
static size_t parse_with_unit(const char *text, const char *const *units, size_t n_units, double *value) {
    size_t length = strlen(text);
    for (size_t i = 0; i < n_units; i++) {
        size_t n_unit = strlen(units[i]);
        if (length <= n_unit || strcmp(text + length - n_unit, units[i]) != 0)
            continue;
        size_t n_number = length - n_unit;
        while (n_number > 1 && text[n_number - 1] == ' ')
            n_number--;
        if (tcs_number_parse(text, n_number, value))
            return i;
    }
    return n_units;
}

static bool is_none(node *n) {
    bool result = n->kind == NODE_SCALAR && !n->is_quoted && strcmp(n->text, "none") == 0;
    if (result)
        node_mark_used(n);
    return result;
}

bool read_duration(reading *r, node *n, double *out) {
    static const char *const units[] = {"s", "m", "h", "d"};
    static const double unit_s[] = {1, 60, 3600, 86400};
    if (!n)
        return false;
    *out = 0;
    if (is_none(n))
        return true;
    double value = 0;
    if (n->kind == NODE_SCALAR && !parse_clock(n->text, &value)) {
        size_t unit = parse_with_unit(n->text, units, 4, &value);
        value = unit < 4 ? value * unit_s[unit] : 0;
    }
    if (!(value > 0) || value > MAX_DURATION_S) {
        mistake_expected(r, n, "a span of time above 0 and up to 3650d, like 90s, 30m, 12h, 2d or 12:30:00, or none");
        return false;
    }
    node_mark_used(n);
    *out = value;
    return true;
}

bool read_memory(reading *r, node *n, uint64_t *out) {
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "K", "M", "G", "T"};
    if (!n)
        return false;
    *out = 0;
    if (is_none(n))
        return true;
    double value = 0;
    if (n->kind == NODE_SCALAR) {
        size_t unit = parse_with_unit(n->text, units, 8, &value);
        value = unit < 8 ? value * (double)(UINT64_C(1024) << 10 * (unit % 4)) : 0;
    }
    if (!(value >= 1 << 20) || value > 0x1p60) {
        mistake_expected(r, n, "an amount of memory of at least 1M, like 512M or 4G (K, M, G and T are powers of 1024), or none");
        return false;
    }
    node_mark_used(n);
    *out = (uint64_t)value;
    return true;
}
