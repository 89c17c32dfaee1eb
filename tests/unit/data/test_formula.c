#include "tcsweep/formula.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static double amount_of(const tcs_composition *c, const char *symbol) {
    int element = tcs_element_find(symbol, strlen(symbol));
    for (size_t i = 0; i < c->n_elements; i++)
        if (c->element[i] == element)
            return c->amount[i];
    return 0;
}

/* The composition in one way of writing: "Ba0.4 K0.6". */
static const char *describe(const tcs_composition *c, char text[400]) {
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < c->n_elements && n < 300; i++)
        n += (size_t)snprintf(text + n, 400 - n, "%s%s%.6g", i > 0 ? " " : "", tcs_element_symbol(c->element[i]), c->amount[i]);
    return text;
}

static void reads_as(const char *formula, const char *expected) {
    tcs_composition strict, lenient;
    tcs_error error = {0};
    bool was_repaired = true;
    char text[400];
    CU_ASSERT_EQUAL(tcs_formula_parse(formula, strlen(formula), false, &strict, &was_repaired, &error), TCS_OK);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
    CU_ASSERT_FALSE(was_repaired);
    CU_ASSERT_STRING_EQUAL(describe(&strict, text), expected);
    was_repaired = true;
    CU_ASSERT_EQUAL(tcs_formula_parse(formula, strlen(formula), true, &lenient, &was_repaired, NULL), TCS_OK);
    CU_ASSERT_FALSE(was_repaired);
    CU_ASSERT_STRING_EQUAL(describe(&lenient, text), expected);
    tcs_error_clear(&error);
}

/* Refused with this reason; read leniently as `repaired` ("": not at all). */
static void is_refused(const char *formula, size_t length, const char *reason, const char *repaired) {
    tcs_composition c;
    tcs_error error = {0};
    bool was_repaired = false;
    char text[400];
    CU_ASSERT_EQUAL(tcs_formula_parse(formula, length, false, &c, NULL, &error), TCS_BAD_DATA);
    CU_ASSERT_EQUAL(error.n_messages, 1);
    CU_ASSERT_EQUAL(c.n_elements, 0);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), reason);
    tcs_error_clear(&error);
    tcs_status status = tcs_formula_parse(formula, length, true, &c, &was_repaired, &error);
    CU_ASSERT_STRING_EQUAL(describe(&c, text), repaired);
    if (*repaired) {
        CU_ASSERT_EQUAL(status, TCS_OK);
        CU_ASSERT_TRUE(was_repaired);
        CU_ASSERT_EQUAL(error.n_messages, 0);
    } else {
        CU_ASSERT_EQUAL(status, TCS_BAD_DATA);
        CU_ASSERT_EQUAL(error.n_messages, 1);
    }
    tcs_error_clear(&error);
}

static void refused(const char *formula, const char *reason, const char *repaired) {
    is_refused(formula, strlen(formula), reason, repaired);
}

static void elements(void) {
    CU_ASSERT_EQUAL(tcs_element_find("H", 1), 1);
    CU_ASSERT_EQUAL(tcs_element_find("D", 1), 1);
    CU_ASSERT_EQUAL(tcs_element_find("T", 1), 1);
    CU_ASSERT_EQUAL(tcs_element_find("Og", 2), 118);
    CU_ASSERT_EQUAL(tcs_element_find("Fex", 2), 26);
    for (int z = 1; z <= TCS_N_ELEMENTS; z++) {
        const char *symbol = tcs_element_symbol(z);
        CU_ASSERT_EQUAL(tcs_element_find(symbol, strlen(symbol)), z);
    }
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(1), "H");
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(29), "Cu");
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(83), "Bi");
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(0), "");
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(119), "");
    CU_ASSERT_STRING_EQUAL(tcs_element_symbol(-1), "");
    static const char *const none[] = {"", "X", "Q", "h", "he", "HE", "Hx", "Xx", "H1", "Uuo", "[a", "@", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CU_ASSERT_EQUAL(tcs_element_find(none[i], strlen(none[i])), 0);
    /* Of all texts of one or two letters, just the 118 symbols, D and T. */
    int n = 0;
    for (int a = 0; a < 256; a++) {
        n += tcs_element_find((const char[]){(char)a}, 1) > 0;
        for (int b = 0; b < 256; b++)
            n += tcs_element_find((const char[]){(char)a, (char)b}, 2) > 0;
    }
    CU_ASSERT_EQUAL(n, 120);
}

static void plain_formulas(void) {
    reads_as("Nb", "Nb1");
    reads_as("Ba0.4K0.6Fe2As2", "Ba0.4 K0.6 Fe2 As2");
    reads_as("Nb3Sn", "Nb3 Sn1");
    reads_as("C60", "C60");
    reads_as("CO", "C1 O1");
    reads_as("Co", "Co1");
    reads_as("D2O", "H2 O1");
    reads_as("PdH0.5D.5", "Pd1 H1");
    reads_as("T2", "H2");
    reads_as("Fe2.As.5", "Fe2 As0.5");
    reads_as("Pb0.5Cu0.5Sr0.9La1.1Cu1O5.16", "Pb0.5 Cu1.5 Sr0.9 La1.1 O5.16");
    reads_as("Cu007", "Cu7");
    reads_as("H1000000000", "H1e+09");
    reads_as("Os2", "Os2");
    reads_as("Y2O3", "Y2 O3");
    reads_as("CuO2Y", "Cu1 O2 Y1"); /* with an amount of its own the oxygen is known */
    reads_as("CuO2N", "Cu1 O2 N1");
    reads_as("LaO0.9F0.1", "La1 O0.9 F0.1");
}

static void spaces_at_the_ends(void) {
    reads_as("  Nb3Ge\t", "Nb3 Ge1");
    reads_as("\r\nNb \n", "Nb1");
    refused("Nb3 Ge", "\" \" is neither an element nor an amount (character 4)", "Nb3 Ge1");
}

static void brackets(void) {
    reads_as("(La0.9Sr0.1)2CuO4", "La1.8 Sr0.2 Cu1 O4");
    reads_as("(Nb)", "Nb1");
    reads_as("((H2O)2(NaCl)3)0.5Cu", "H2 O1 Na1.5 Cl1.5 Cu1");
    reads_as("K[Fe(CN)6]{SO4}2", "K1 Fe1 C6 N6 S2 O8");
    reads_as("Y1(Ba.5Sr.5)2.Cu3O(OH)0.5", "Y1 Ba1 Sr1 Cu3 O1.5 H0.5");
    refused("(Nb3Ge", "\"(\" is never closed (character 1)", "Nb3 Ge1");
    refused("Nb3Ge)", "\")\" closes nothing (character 6)", "Nb3 Ge1");
    refused("Nb3Ge)2", "closes nothing", "Nb3 Ge1");
    refused("(Nb3Ge]2", "\"]\" closes a \"(\" (character 7)", "Nb6 Ge2");
    refused("()Nb", "there is nothing in the brackets (character 1)", "Nb1");
    refused("(LaSr)0Cu", "the amount of the group in brackets is zero (character 7)", "Cu1");
    refused("((", "is never closed", "");
    refused(")(", "closes nothing", "");
}

static void mistakes(void) {
    refused("", "empty", "");
    refused("   ", "empty", "");
    refused("Qa2Nb", "there is no element \"Qa\" (character 1)", "Nb1");
    refused("JNb", "there is no element \"J\" (character 1)", "Nb1");
    refused("NbX2", "there is no element \"X\" (character 3)", "Nb1");
    refused("2H2O", "the number 2 belongs to no element (character 1)", "H2 O1");
    refused("Nb1.2.3", "the number .3 belongs to no element (character 6)", "Nb1.2");
    refused("Nb.", "\".\" is neither", "Nb1");
    refused("nb3sn", "symbols begin with a capital letter", "");
    refused("NbsnX", "\"s\" is neither", "Nb1");
    refused("Sr0Cu2", "the amount of Sr is zero (character 3)", "Cu2");
    refused("Sr0.00Cu2", "the amount of Sr is zero", "Cu2");
    refused("Sm1Ba-1Cu3O6.94", "the amount of Ba is negative (character 6)", "Sm1 Ba1 Cu3 O6.94");
    refused("Y2C2Br0.5!1.5", "\"!\" is neither an element nor an amount (character 10)", "Y2 C2 Br0.5");
    refused("Pr1-xCexCu", "\"-\" is neither", "Pr1 Ce1 Cu1");
    refused("KxCu", "\"x\" is neither", "K1 Cu1");
    refused("H1e3", "\"e\" is neither", "H1");
    refused("H1,5", "\",\" is neither", "H1");
    refused("Ge\xe2\x82\x83Nb", "\"\xe2\x82\x83\" is neither an element nor an amount (character 3)", "Ge1 Nb1");
    refused("\xe2\x82\x83!Nb", "(character 1)", "Nb1");
    refused("0", "the number 0 belongs to no element", "");
    refused("Sr0", "is zero", "");
    refused("123", "belongs to no element", "");
}

static void sizes(void) {
    refused("H1000000001", "the amount of H is too large: 1000000001", "");
    refused("Cu2(H100000)1000000", "the amount of H is too large: 100000000000", "Cu2");
    refused("((((H1000000000)1000000000)1000000000)1000000000)1000000000Cu", "too large", "Cu1");
    char digits[TCS_FORMULA_MAX_BYTES + 2];
    memset(digits, '9', sizeof digits);
    digits[0] = 'H';
    is_refused(digits, 512, "the amount of H is too large: inf", "");
    is_refused(digits, 513, "too long", "");
    /* So small that it is none. */
    memset(digits, '0', sizeof digits);
    memcpy(digits, "CuH.", 4);
    digits[511] = '1';
    is_refused(digits, 512, "the amount of H is zero", "Cu1");

    char nested[TCS_FORMULA_MAX_BYTES];
    memset(nested, '(', sizeof nested);
    is_refused(nested, sizeof nested, "never closed", "");
    memset(nested + 255, ')', 257);
    memcpy(nested + 255, "Nb", 2);
    tcs_composition c;
    CU_ASSERT_EQUAL(tcs_formula_parse(nested, sizeof nested, false, &c, NULL, NULL), TCS_OK);
    CU_ASSERT_EQUAL(amount_of(&c, "Nb"), 1);

    /* All elements at once. */
    char all[TCS_FORMULA_MAX_BYTES];
    size_t n = 0;
    for (int z = 1; z <= TCS_N_ELEMENTS; z++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s2", tcs_element_symbol(z));
    CU_ASSERT_EQUAL(tcs_formula_parse(all, n, false, &c, NULL, NULL), TCS_OK);
    CU_ASSERT_EQUAL(c.n_elements, TCS_N_ELEMENTS);
    for (int z = 1; z <= TCS_N_ELEMENTS; z++)
        CU_ASSERT(c.element[z - 1] == z && c.amount[z - 1] == 2);
}

static void oxygen_of_unknown_amount(void) {
    static const struct {
        const char *tail, *repaired;
    } tails[] = {{"OY", "O1"},   {"Oz", "O1"},   {"Ox", "O1"},     {"OX", "O1"},    {"O7-y", "O7"},         {"O10=z", "O10"},
                 {"O4+x", "O4"}, {"O4+2", "O4"}, {"O2N+3", "O2"},  {"O7-d", "O7"},  {"O6.5+delta", "O6.5"}, {"O7-δ", "O7"},
                 {"O7−δ", "O7"}, {"O6±x", "O6"}, {"O7-0.1", "O7"}, {"O7-", "O7"},   {"O(7-y)", "O7"},       {"O3-2x", "O3"},
                 {"O(Y)", "O1"}, {"O7y", "O7"},  {"O4+Y", "O4"},   {"O2n+2", "O2"}, {"O.5-x", "O0.5"}};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char formula[64], repaired[64], reason[64];
        snprintf(formula, sizeof formula, " Y1Ba2Cu3%s ", tails[i].tail);
        snprintf(reason, sizeof reason, "oxygen of unknown amount: \"%s\" (character 9)", tails[i].tail);
        snprintf(repaired, sizeof repaired, "Y1 Ba2 Cu3 %s", tails[i].repaired);
        refused(formula, reason, repaired);
    }
    refused("OY", "oxygen of unknown amount", "O1");
    refused("Bi4Sr3Ca2.7Y0.3Cu4OY", "oxygen of unknown amount", "Bi4 Sr3 Ca2.7 Y0.3 Cu4 O1");
    refused("CuOOY", "oxygen of unknown amount", "Cu1 O2");
    refused("CuO0-x", "oxygen of unknown amount", "Cu1");
    refused("CuO9999999999-x", "oxygen of unknown amount", "Cu1");
    refused("(CuO7-y", "oxygen of unknown amount", "Cu1 O7");
    /* Not these: */
    refused("(CuO7-y)2", "\"-\" is neither", "Cu2 O14");
    refused("LaO1-xFx", "\"-\" is neither", "La1 O1 F1");
    refused("CuO4+La2", "\"+\" is neither", "Cu1 O4 La2");
    refused("O(7)", "the number 7 belongs to no element", "O1");
}

static void any_bytes(void) {
    is_refused("Nb\0Ge", 5, "\"\\x00\" is neither", "Nb1 Ge1");
    is_refused("Nb\xff\xfe", 4, "neither an element nor an amount (character 3)", "Nb1");
    is_refused("\x80\x80Nb", 4, "neither", "Nb1");
    is_refused("Nb\xce", 3, "neither", "Nb1");
    is_refused("NbO7-\xce", 6, "neither", "Nb1 O7");
    refused("Nb\n3", "\"\\x0a\" is neither", "Nb1");
    tcs_composition c;
    CU_ASSERT_EQUAL(tcs_formula_parse(NULL, 0, true, &c, NULL, NULL), TCS_BAD_DATA);
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            bool was_repaired = false;
            char text[3] = {(char)a, (char)b, 'H'};
            tcs_status strict = tcs_formula_parse(text, 3, false, &c, NULL, NULL);
            tcs_status lenient = tcs_formula_parse(text, 3, true, &c, &was_repaired, NULL);
            CU_ASSERT_FATAL(strict != TCS_OK || (lenient == TCS_OK && !was_repaired));
            CU_ASSERT_FATAL(strict == TCS_OK || lenient != TCS_OK || was_repaired);
        }
}

TCS_TESTS("formula", {"elements", elements}, {"plain formulas", plain_formulas}, {"spaces at the ends", spaces_at_the_ends},
          {"brackets", brackets}, {"mistakes", mistakes}, {"sizes", sizes}, {"oxygen of unknown amount", oxygen_of_unknown_amount},
          {"any bytes", any_bytes})
