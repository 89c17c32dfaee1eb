/* cycle.c: cosines and sines of fractions of a turn, the same on every machine, in the order in which transforms want them. */
#include "spectral.h"

/* cos or sin of x, |x| ≤ π/4, by their Taylor series up to the term that no longer counts. */
static double series(double x, int first_power) {
    double term = first_power ? x : 1, sum = term;
    for (int power = first_power + 2; power < 22; power += 2) {
        term *= -x * x / (power * (power - 1));
        sum += term;
    }
    return sum;
}

/* cos(2π part / whole); the angle is brought into an eighth of a turn by whole numbers. */
static double cosine(size_t part, size_t whole) {
    const double pi = 0x1.921fb54442d18p+1;
    part %= whole;
    if (2 * part > whole)
        part = whole - part;
    const int is_negative = 4 * part > whole;
    size_t doubled = 2 * part; /* of 2 × whole: so that half a turn less it is whole too */
    if (is_negative)
        doubled = whole - doubled;
    const double value = 4 * doubled > whole ? series(2 * pi * ((double)whole / 4 - (double)doubled / 2) / (double)whole, 1)
                                             : series(pi * (double)doubled / (double)whole, 0);
    return is_negative ? -value : value;
}

/* sin(2π part / whole) = cos(2π (1/4 − part / whole)) */
static double sine(size_t part, size_t whole) {
    return cosine(5 * whole - 4 * (part % whole), 4 * whole);
}

/* One square matrix of cos or sin(2π k q / length), k = first_k, first_k + 2 …, q = first_q, first_q + 1 …; returns its end. */
static tcs_real *fill(tcs_real *table, size_t length, size_t n, size_t first_k, size_t first_q,
                      double (*function)(size_t, size_t)) {
    for (size_t k = 0; k < n; k++)
        for (size_t q = 0; q < n; q++)
            *table++ = (tcs_real)function((first_k + 2 * k) * (first_q + q), length);
    return table;
}

void tcs_cycle_fill(size_t length, tcs_real *table) {
    const size_t half = length / 2;
    table = fill(table, length, half / 2 + 1, 0, 0, cosine);
    table = fill(table, length, (half + 1) / 2, 1, 0, cosine);
    table = fill(table, length, half / 2, 1, 1, sine);
    fill(table, length, (half - 1) / 2, 2, 1, sine);
}

size_t tcs_cycle_n_table(size_t length) {
    const size_t half = length / 2, a = half / 2 + 1, b = (half + 1) / 2, c = half / 2, d = (half - 1) / 2;
    return a * a + b * b + c * c + d * d;
}

size_t tcs_spectra_n_frequencies(size_t vertical, size_t horizontal) {
    return 2 * (vertical / 2 + 1) + (horizontal / 2 - 1) * vertical;
}
