/* check.h: one CUnit suite a program.
 *
 *     static void adds_up(void) { CU_ASSERT_EQUAL(1 + 1, 2); }
 *     TCS_TESTS("arithmetic", {"adds up", adds_up})
 *
 * A program whose suite fails, or that runs no test, returns 1.
 */
#ifndef TCS_TESTS_CHECK_H
/* The suite as a function that returns what main should. */
#define TCS_TESTS_CHECK_H

#include <CUnit/Basic.h>
#include <stdio.h>

#define TCS_SUITE(function, suite_name, ...)                                                                                       \
    static int function(void) {                                                                                                    \
        static const struct {                                                                                                      \
            const char *name;                                                                                                      \
            void (*run)(void);                                                                                                     \
        } tests[] = {__VA_ARGS__};                                                                                                 \
        if (CU_initialize_registry() != CUE_SUCCESS)                                                                               \
            return 1;                                                                                                              \
        CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);                                                                    \
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)                                                                  \
            if (!suite || !CU_add_test(suite, tests[i].name, tests[i].run))                                                        \
                return 1;                                                                                                          \
        CU_basic_set_mode(CU_BRM_VERBOSE);                                                                                         \
        CU_basic_run_tests();                                                                                                      \
        int is_bad = CU_get_number_of_failures() > 0 || CU_get_number_of_tests_run() != sizeof tests / sizeof *tests;              \
        CU_cleanup_registry();                                                                                                     \
        return is_bad;                                                                                                             \
    }

#define TCS_TESTS(suite_name, ...)                                                                                                 \
    TCS_SUITE(run_suite, suite_name, __VA_ARGS__)                                                                                  \
    int main(void) {                                                                                                               \
        return run_suite();                                                                                                        \
    }

/* Asserts that text contains part, and prints both where it does not. */
#define TCS_ASSERT_CONTAINS(text, part)                                                                                            \
    do {                                                                                                                           \
        const char *tcs_text = (text), *tcs_part = (part);                                                                         \
        int tcs_has = strstr(tcs_text, tcs_part) != NULL;                                                                          \
        if (!tcs_has)                                                                                                              \
            printf("\n    \"%s\"\n    lacks \"%s\"\n", tcs_text, tcs_part);                                                        \
        CU_ASSERT(tcs_has);                                                                                                        \
    } while (0)

#endif
