/* formula.h: chemical elements and chemical formulas.
 *
 * A formula becomes a composition: its elements in the order in which they first appear, each with the amount of atoms of it.
 * `Ba0.4K0.6Fe2As2`, `(La0.9Sr0.1)2CuO4`, `Nb`. D and T are hydrogen (Z = 1); an element named twice adds up; an absent
 * amount is 1; amounts are decimal numbers (`0.5`, `.5`, `2.`); brackets `( ) [ ] { }` nest.
 *
 * Knows nothing of tables, files or features.
 */
#ifndef TCSWEEP_FORMULA_H
#define TCSWEEP_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TCS_N_ELEMENTS 118
#define TCS_FORMULA_MAX_BYTES 512  /* longer texts are no formula */
#define TCS_FORMULA_MAX_AMOUNT 1e9 /* of atoms of one element; keeps every sum finite */

/* Atomic number (1…118) of the symbol of the given length, 1 for D and T; 0 where it is no element. */
int tcs_element_find(const char *symbol, size_t length);
/* "H" for 1 … "Og" for 118; "" for anything else. */
const char *tcs_element_symbol(int atomic_number);

typedef struct tcs_composition {
    size_t n_elements;
    unsigned char element[TCS_N_ELEMENTS]; /* atomic numbers, in order of first appearance */
    double amount[TCS_N_ELEMENTS];         /* of atoms, > 0 and ≤ TCS_FORMULA_MAX_AMOUNT */
} tcs_composition;

/* Reads a formula of `length` bytes (spaces at either end are ignored).
 *
 * lenient = false: anything that is not a formula is an error that says what is wrong and at which character: unknown symbols,
 *   amounts of zero, unbalanced brackets, other characters. A trailing oxygen of unknown amount (`…OY`, `…Oz`, `…O7-y`, `…O10=z`,
 *   `…O4+x`, `…O(7-δ)`, `…O2N+3`) is recognised and named as such.
 * lenient = true: what can be read is kept: an oxygen of unknown amount counts as the number that it bears, 1 where it bears none
 *   (the `Y` of a trailing `OY` is dropped: it is no yttrium; so is the `N` of `O2N+3`: it is no nitrogen); elements with an
 *   amount of zero are dropped, unknown symbols with their amounts, and unreadable characters with the number behind them.
 *   *was_repaired says whether anything was dropped or assumed. It is an error only if no element can be read, or if the text is
 *   longer than TCS_FORMULA_MAX_BYTES.
 *
 * What is read without lenient is read the same with it. The bytes may be any, zeros too.
 * A trailing `OY` where the same formula names yttrium with an amount elsewhere is still oxygen of unknown amount.
 * The message does not name the row: the caller does. was_repaired may be NULL. */
tcs_status tcs_formula_parse(const char *text, size_t length, bool lenient, tcs_composition *out, bool *was_repaired,
                             tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
