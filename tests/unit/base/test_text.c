#include "tcsweep/text.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "tcsweep/random.h"

static void number_is(double value, const char *expected) {
    char text[32];
    memset(text, '#', sizeof text);
    tcs_number_text(value, text);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

static void numbers_are_short(void) {
    number_is(0, "0");
    number_is(-0.0, "-0");
    number_is(3, "3");
    number_is(10, "10");
    number_is(-64, "-64");
    number_is(5000, "5000");
    number_is(13132, "13132");
    number_is(1e15, "1000000000000000");
    number_is(1e16, "1e+16");
    number_is(123456789012345680.0, "1.2345678901234568e+17");
    number_is(0.1, "0.1");
    number_is(0.25, "0.25");
    number_is(-2.5, "-2.5");
    number_is(0.0001, "0.0001");
    number_is(0.00012, "0.00012");
    number_is(1e-5, "1e-05");
    number_is(1.5e-8, "1.5e-08");
    number_is(0.1 + 0.2, "0.30000000000000004");
    number_is(1.0 / 3, "0.3333333333333333");
    number_is(31.2, "31.2");
    number_is(1234567.875, "1234567.875");
    number_is(5e-324, "5e-324");
    number_is(-1.7976931348623157e308, "-1.7976931348623157e+308");
    number_is(-2.2250738585072014e-308, "-2.2250738585072014e-308");
    number_is(NAN, "nan");
    number_is(INFINITY, "inf");
    number_is(-INFINITY, "-inf");
}

/* Doubles of all sizes: what is written reads back as the same bits, by strtod and by our own reader. */
static void numbers_survive(void) {
    tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(1), TCS_RANDOM_TEST, 0, 0);
    int n_wrong = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)tcs_random_next(&stream) << 32 | tcs_random_next(&stream);
        double value, own;
        memcpy(&value, &bits, sizeof value);
        if (i % 2)
            value = floor(tcs_random_next_uniform(&stream) * 1e6) / 1e3;
        if (!isfinite(value))
            continue;
        char text[32];
        tcs_number_text(value, text);
        n_wrong += strtod(text, NULL) != value;
        n_wrong += !tcs_number_parse(text, strlen(text), &own) || memcmp(&own, &value, sizeof own) != 0;
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
}

static void the_locale_has_no_say(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ru_RU.UTF-8", "ps_AF.UTF-8"};
    int n_tried = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i]))
            continue;
        n_tried++;
        number_is(0.25, "0.25");
        number_is(1.5e-8, "1.5e-08");
        number_is(1234567.875, "1234567.875");
        double value = 0;
        CU_ASSERT_TRUE(tcs_number_parse("2.25", 4, &value));
        CU_ASSERT_EQUAL(value, 2.25);
        const char *many = "0.3000000000000000444"; /* the slow way */
        CU_ASSERT_TRUE(tcs_number_parse(many, strlen(many), &value));
        CU_ASSERT_EQUAL(value, 0.3000000000000000444);
        CU_ASSERT_FALSE(tcs_number_parse("2,25", 4, &value));
    }
    setlocale(LC_ALL, "C");
    if (n_tried == 0)
        printf("skipped: no locale with a decimal comma is installed ");
}

static bool parses(const char *text, double *value) {
    return tcs_number_parse(text, strlen(text), value);
}

static void numbers_are_read(void) {
    static const char *const good[] = {"0",
                                       "-0",
                                       "31.2",
                                       "+.5",
                                       "2.",
                                       "1e3",
                                       "1E-3",
                                       "-1.25e+2",
                                       "123456789012345678901234567890",
                                       "0.1e-400",
                                       "1e400",
                                       "-1e99999999999999999999",
                                       "1e-99999999999999999999",
                                       "9007199254740993",
                                       "179769313486231580793728971405301e276",
                                       "4.9406564584124654e-324",
                                       "2.2250738585072011e-308",
                                       "0.000000000000000000000000000000000000001e39",
                                       "999999999999999e22",
                                       "1e23",
                                       "8.5e-23"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = -7, expected = strtod(good[i], NULL);
        CU_ASSERT_TRUE(parses(good[i], &value));
        CU_ASSERT(memcmp(&value, &expected, sizeof value) == 0);
    }
}

static void what_is_no_number_is_refused(void) {
    static const char *const bad[] = {"",    " ",   "1 ",   " 1",   "nan", "NaN",   "inf", "-inf", "Infinity", "0x10",
                                      "1e",  "1e+", "1e-x", ".",    "+",   "-",     "-.",  ".e1",  "1.2.3",    "1,5",
                                      "--1", "+-1", "1f",   "1e5.", "e5",  "1_000", "١",   "1e 5", "12K"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = -7;
        CU_ASSERT_FALSE(parses(bad[i], &value));
        CU_ASSERT_EQUAL(value, -7);
    }
    double value = -7;
    CU_ASSERT_FALSE(tcs_number_parse("1\0", 2, &value));
    CU_ASSERT_TRUE(tcs_number_parse("12x", 2, &value)); /* the length counts, not a zero */
    CU_ASSERT_EQUAL(value, 12);
    char digits[1001];
    memset(digits, '1', sizeof digits);
    CU_ASSERT_TRUE(tcs_number_parse(digits, 1000, &value));
    CU_ASSERT(isinf(value));
    CU_ASSERT_FALSE(tcs_number_parse(digits, 1001, &value));
}

static void excerpt_is(const char *text, size_t length, const char *expected) {
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(text, length, excerpt);
    CU_ASSERT_STRING_EQUAL(excerpt, expected);
}

static void excerpts_are_printable(void) {
    excerpt_is("", 0, "");
    excerpt_is("Nb3Ge", 5, "Nb3Ge");
    excerpt_is("a\nb\0\x7f", 5, "a\\x0ab\\x00\\x7f");
    excerpt_is("µ–😀", strlen("µ–😀"), "µ–😀");
    excerpt_is("\xff\xc3", 2, "\\xff\\xc3");
    excerpt_is("\xc0\xaf\xed\xa0\x80\xc2\x9b", 7, "\\xc0\\xaf\\xed\\xa0\\x80\\xc2\\x9b");

    char text[400], excerpt[TCS_EXCERPT_BYTES];
    memset(text, 'x', sizeof text);
    tcs_text_excerpt(text, TCS_EXCERPT_BYTES - 1, excerpt);
    CU_ASSERT_EQUAL(strlen(excerpt), TCS_EXCERPT_BYTES - 1);
    CU_ASSERT_EQUAL(excerpt[TCS_EXCERPT_BYTES - 2], 'x');
    tcs_text_excerpt(text, TCS_EXCERPT_BYTES, excerpt);
    CU_ASSERT(strlen(excerpt) < TCS_EXCERPT_BYTES);
    CU_ASSERT_STRING_EQUAL(excerpt + strlen(excerpt) - 3, "…");
    memset(text, 1, sizeof text);
    tcs_text_excerpt(text, sizeof text, excerpt);
    CU_ASSERT(strlen(excerpt) < TCS_EXCERPT_BYTES);
}

static void printable_texts(void) {
    CU_ASSERT_TRUE(tcs_text_is_printable("", 0));
    CU_ASSERT_TRUE(tcs_text_is_printable("Nb3Ge µ–😀", strlen("Nb3Ge µ–😀")));
    static const struct {
        const char *text;
        size_t length;
    } bad[] = {{"\0", 1},      {"a\n", 2}, {"\x7f", 1}, {"\xff", 1}, {"\xc2", 1}, {"\xe2\x80", 2}, {"\xf4\x90\x80\x80", 4},
               {"\xc1\x81", 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_FALSE(tcs_text_is_printable(bad[i].text, bad[i].length));
}

static void near_names(void) {
    static const char *const names[] = {"name", "Tc", "critical_temperature", "formula"};
    CU_ASSERT_STRING_EQUAL(tcs_text_nearest("tc", names, 4), "Tc");
    CU_ASSERT_STRING_EQUAL(tcs_text_nearest("Tcc", names, 4), "Tc");
    CU_ASSERT_STRING_EQUAL(tcs_text_nearest("nmae", names, 4), "name");
    CU_ASSERT_STRING_EQUAL(tcs_text_nearest("Formulas", names, 4), "formula");
    CU_ASSERT_STRING_EQUAL(tcs_text_nearest("criticaltemprature", names, 4), "critical_temperature");
    CU_ASSERT_PTR_NULL(tcs_text_nearest("weight", names, 4));
    CU_ASSERT_PTR_NULL(tcs_text_nearest("", names, 4));
    CU_ASSERT_PTR_NULL(tcs_text_nearest("name", names, 0));
    char endless[200];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = 0;
    const char *const one[] = {endless};
    CU_ASSERT_PTR_NULL(tcs_text_nearest(endless, names, 4));
    CU_ASSERT_PTR_NULL(tcs_text_nearest("aaaa", one, 1));
}

static void copies_are_own(void) {
    char original[] = "Nb";
    char *copy = tcs_text_copy(original, NULL);
    original[0] = 'X';
    CU_ASSERT_STRING_EQUAL(copy, "Nb");
    free(copy);
}

TCS_TESTS("text", {"numbers are short", numbers_are_short}, {"numbers survive", numbers_survive},
          {"the locale has no say", the_locale_has_no_say}, {"numbers are read", numbers_are_read},
          {"what is no number is refused", what_is_no_number_is_refused}, {"excerpts are printable", excerpts_are_printable},
          {"printable texts", printable_texts}, {"near names", near_names}, {"copies are own", copies_are_own})
