/* Any bytes as a formula: no crash, and what strict reading accepts lenient reading accepts unchanged. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool is_kept) {
    if (!is_kept)
        abort();
}

static void check_composition(const tcs_composition *c) {
    bool is_seen[TCS_N_ELEMENTS + 1] = {false};
    check(c->n_elements >= 1 && c->n_elements <= TCS_N_ELEMENTS);
    for (size_t i = 0; i < c->n_elements; i++) {
        check(c->element[i] >= 1 && c->element[i] <= TCS_N_ELEMENTS && !is_seen[c->element[i]]);
        check(c->amount[i] > 0 && c->amount[i] <= TCS_FORMULA_MAX_AMOUNT);
        is_seen[c->element[i]] = true;
    }
}

static bool is_same(const tcs_composition *a, const tcs_composition *b) {
    return a->n_elements == b->n_elements && memcmp(a->element, b->element, a->n_elements) == 0 &&
           memcmp(a->amount, b->amount, a->n_elements * sizeof *a->amount) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    tcs_composition strict, lenient;
    tcs_error error = {0};
    bool strict_repaired = true, lenient_repaired = false;
    const char *text = (const char *)bytes;
    tcs_status strict_status = tcs_formula_parse(text, n_bytes, false, &strict, &strict_repaired, &error);
    check((strict_status == TCS_OK) == (error.n_messages == 0));
    check(error.n_messages <= 1 && !strchr(tcs_error_text(&error), '\n'));
    tcs_error_clear(&error);
    tcs_status lenient_status = tcs_formula_parse(text, n_bytes, true, &lenient, &lenient_repaired, NULL);
    if (strict_status == TCS_OK) {
        check_composition(&strict);
        check(!strict_repaired && !lenient_repaired && lenient_status == TCS_OK && is_same(&strict, &lenient));
    } else if (lenient_status == TCS_OK) {
        check_composition(&lenient);
        check(lenient_repaired);
    }
    return 0;
}
