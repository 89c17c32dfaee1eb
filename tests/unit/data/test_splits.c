#include "tcsweep/splits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "tcsweep/bytes.h"

enum { N_PAPER = 16414 };

/* Every third row is no superconductor. */
static double *make_tc(size_t n) {
    double *tc = malloc((n > 0 ? n : 1) * sizeof *tc);
    for (size_t i = 0; tc && i < n; i++)
        tc[i] = i % 3 == 0 ? 0 : 5;
    return tc;
}

static tcs_splits make(tcs_splits_spec spec, size_t n, uint64_t seed) {
    tcs_splits splits;
    tcs_error error = {0};
    double *tc = make_tc(n);
    CU_ASSERT_EQUAL(tcs_splits_make(&spec, n, tc, seed, &splits, &error), TCS_OK);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
    free(tc);
    return splits;
}

/* Train and test rows of every split are ascending, and together every row once. */
static void splits_are_partitions(const tcs_splits *splits, size_t n) {
    unsigned char *seen = malloc(n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen);
    int n_wrong = 0;
    for (size_t s = 0; s < splits->n_splits; s++) {
        memset(seen, 0, n);
        CU_ASSERT_EQUAL_FATAL(splits->n_train[s] + splits->n_test[s], n);
        CU_ASSERT(splits->n_train[s] > 0 && splits->n_test[s] > 0);
        for (int is_test = 0; is_test < 2; is_test++) {
            const uint32_t *rows = is_test ? splits->test_rows[s] : splits->train_rows[s];
            size_t n_rows = is_test ? splits->n_test[s] : splits->n_train[s];
            for (size_t i = 0; i < n_rows; i++) {
                n_wrong += rows[i] >= n || seen[rows[i]] || (i > 0 && rows[i] <= rows[i - 1]);
                seen[rows[i] < n ? rows[i] : 0] = 1;
            }
        }
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
    free(seen);
}

static bool is_same_split(const tcs_splits *a, size_t s, const tcs_splits *b, size_t t) {
    return a->n_test[s] == b->n_test[t] && memcmp(a->test_rows[s], b->test_rows[t], a->n_test[s] * sizeof(uint32_t)) == 0 &&
           memcmp(a->train_rows[s], b->train_rows[t], a->n_train[s] * sizeof(uint32_t)) == 0;
}

static void repeated_random(void) {
    tcs_splits splits = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 6, 0.2, false}, N_PAPER, 1);
    splits_are_partitions(&splits, N_PAPER);
    for (size_t s = 0; s < 6; s++) {
        CU_ASSERT_EQUAL(splits.n_test[s], 3282);
        CU_ASSERT_EQUAL(splits.n_train[s], 13132);
        CU_ASSERT_EQUAL(splits.seed[s], 1);
        for (size_t t = 0; t < s; t++)
            CU_ASSERT_FALSE(is_same_split(&splits, s, &splits, t));
    }
    /* Rows test as often as chance has it. */
    static int n_tests[N_PAPER];
    int histogram[7] = {0};
    for (size_t s = 0; s < 6; s++)
        for (size_t i = 0; i < splits.n_test[s]; i++)
            n_tests[splits.test_rows[s][i]]++;
    for (size_t i = 0; i < N_PAPER; i++)
        histogram[n_tests[i]]++;
    CU_ASSERT(abs(histogram[0] - 4303) < 250); /* 0.8^6 of all rows, ± 4.5 standard deviations */
    CU_ASSERT(abs(histogram[1] - 6454) < 290);
    tcs_splits_free(&splits);
    CU_ASSERT_EQUAL(splits.n_splits, 0);
    tcs_splits_free(&splits);
}

static void more_splits_leave_the_first_alone(void) {
    for (int is_stratified = 0; is_stratified < 2; is_stratified++) {
        tcs_splits few = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 2, 0.25, is_stratified}, 500, 7);
        tcs_splits many = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 9, 0.25, is_stratified}, 500, 7);
        tcs_splits other = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 2, 0.25, is_stratified}, 500, 8);
        for (size_t s = 0; s < 2; s++) {
            CU_ASSERT_TRUE(is_same_split(&few, s, &many, s));
            CU_ASSERT_FALSE(is_same_split(&few, s, &other, s));
        }
        tcs_splits_free(&few);
        tcs_splits_free(&many);
        tcs_splits_free(&other);
    }
}

static void n_test_is(double fraction, size_t n, size_t expected) {
    tcs_splits splits = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 1, fraction, false}, n, 0);
    CU_ASSERT_EQUAL(splits.n_test[0], expected);
    tcs_splits_free(&splits);
}

static void test_sets_have_the_size_asked_for(void) {
    n_test_is(0.2, 5, 1);
    n_test_is(0.2, 9, 1);
    n_test_is(0.2, 10, 2);
    n_test_is(0.29, 100, 29); /* the product is 28.999999999999996 */
    n_test_is(0.57, 100, 57); /* 56.99999999999999 */
    n_test_is(0.1 + 0.2, 10, 3);
    n_test_is(0.999, 1000, 999);
    n_test_is(0.28999999, 100, 28); /* truly below */
    n_test_is(1.0 / 3, 3, 1);
    n_test_is(2.0 / 3, 3, 2);
    /* Every percent of every size up to 300, against whole numbers. */
    int n_wrong = 0;
    for (size_t percent = 1; percent < 100; percent++)
        for (size_t n = 100; n <= 300; n++) {
            const tcs_splits_spec spec = {TCS_SPLIT_REPEATED_RANDOM, 1, (double)percent / 100, false};
            tcs_splits splits;
            n_wrong += tcs_splits_make(&spec, n, NULL, 0, &splits, NULL) != TCS_OK || splits.n_test[0] != percent * n / 100;
            tcs_splits_free(&splits);
        }
    CU_ASSERT_EQUAL(n_wrong, 0);
}

static void folds(void) {
    static const size_t sizes[][2] = {{100, 5}, {103, 10}, {7, 7}, {6, 2}, {N_PAPER, 6}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i][0], k = sizes[i][1];
        tcs_splits splits = make((tcs_splits_spec){TCS_SPLIT_K_FOLD, k, 0, false}, n, 3);
        splits_are_partitions(&splits, n);
        unsigned char *n_tests = calloc(n, 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(n_tests);
        for (size_t s = 0; s < k; s++) {
            CU_ASSERT(splits.n_test[s] == n / k || splits.n_test[s] == n / k + 1);
            for (size_t row = 0; row < splits.n_test[s]; row++)
                n_tests[splits.test_rows[s][row]]++;
        }
        int n_wrong = 0;
        for (size_t row = 0; row < n; row++)
            n_wrong += n_tests[row] != 1;
        CU_ASSERT_EQUAL(n_wrong, 0);
        free(n_tests);
        tcs_splits_free(&splits);
    }
}

/* The superconductors of a test set. */
static size_t count_superconductors(const tcs_splits *splits, size_t s, const double *tc) {
    size_t n = 0;
    for (size_t i = 0; i < splits->n_test[s]; i++)
        n += tc[splits->test_rows[s][i]] > 0;
    return n;
}

static void classes_have_their_share(void) {
    int n_wrong = 0;
    for (int kind = 0; kind < 2; kind++)
        for (size_t n = 60; n < 140; n++) {
            const tcs_splits_spec spec = {kind ? TCS_SPLIT_K_FOLD : TCS_SPLIT_REPEATED_RANDOM, 7, 0.2, true};
            double *tc = make_tc(n);
            tcs_splits splits = make(spec, n, n);
            splits_are_partitions(&splits, n);
            size_t n_superconductors = n - (n + 2) / 3;
            for (size_t s = 0; s < 7; s++) {
                size_t n_tested = count_superconductors(&splits, s, tc);
                double share =
                    kind ? (double)n_superconductors / 7 : (double)n_superconductors * (double)splits.n_test[s] / (double)n;
                double other = (kind ? (double)n / 7 : (double)splits.n_test[s]) - share;
                n_wrong += fabs((double)n_tested - share) >= 1 || fabs((double)(splits.n_test[s] - n_tested) - other) >= 1;
                n_wrong += kind ? splits.n_test[s] != n / 7 && splits.n_test[s] != n / 7 + 1 : splits.n_test[s] != n / 5;
            }
            tcs_splits_free(&splits);
            free(tc);
        }
    CU_ASSERT_EQUAL(n_wrong, 0);
}

static void a_class_may_be_absent(void) {
    double tc[20];
    for (int i = 0; i < 20; i++)
        tc[i] = 3;
    for (int kind = 0; kind < 2; kind++) {
        const tcs_splits_spec spec = {kind ? TCS_SPLIT_K_FOLD : TCS_SPLIT_REPEATED_RANDOM, 4, 0.25, true};
        tcs_splits splits;
        CU_ASSERT_EQUAL(tcs_splits_make(&spec, 20, tc, 0, &splits, NULL), TCS_OK);
        splits_are_partitions(&splits, 20);
        CU_ASSERT_EQUAL(splits.n_test[3], 5);
        tcs_splits_free(&splits);
    }
}

static void rows_are(const uint32_t *rows, size_t n_rows, const char *expected) {
    tcs_buffer text = {0};
    for (size_t i = 0; i < n_rows; i++)
        tcs_buffer_print(&text, "%s%u", i > 0 ? " " : "", rows[i]);
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&text), expected);
    tcs_buffer_clear(&text);
}

/* Rows that results depend on, from a second implementation in another language: they must never change. */
static void fixed_rows(void) {
    tcs_splits splits = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 3, 0.2, false}, 20, 42);
    rows_are(splits.test_rows[0], 4, "8 12 14 18");
    rows_are(splits.test_rows[1], 4, "3 10 11 17");
    rows_are(splits.test_rows[2], 4, "3 5 7 11");
    rows_are(splits.train_rows[0], 16, "0 1 2 3 4 5 6 7 9 10 11 13 15 16 17 19");
    tcs_splits_free(&splits);
    splits = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 2, 0.3, true}, 20, 42);
    rows_are(splits.test_rows[0], 6, "2 6 7 8 12 17");
    rows_are(splits.test_rows[1], 6, "3 4 7 10 11 18");
    tcs_splits_free(&splits);
    splits = make((tcs_splits_spec){TCS_SPLIT_K_FOLD, 3, 0, false}, 20, 42);
    rows_are(splits.test_rows[0], 7, "1 3 4 7 8 11 18");
    rows_are(splits.test_rows[1], 7, "2 6 9 10 13 14 19");
    rows_are(splits.test_rows[2], 6, "0 5 12 15 16 17");
    tcs_splits_free(&splits);
    splits = make((tcs_splits_spec){TCS_SPLIT_K_FOLD, 3, 0, true}, 20, 42);
    rows_are(splits.test_rows[0], 7, "0 1 2 12 15 16 19");
    rows_are(splits.test_rows[1], 7, "3 5 6 8 11 13 17");
    rows_are(splits.test_rows[2], 6, "4 7 9 10 14 18");
    tcs_splits_free(&splits);

    splits = make((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 2, 0.2, false}, N_PAPER, 2020);
    static const char *const digests[] = {"e79bdded2b972d1165b0a618503653303712bbe894fdeb815979cad8ad5c1676",
                                          "9421e0f3c5171b8264b437aeccd55138da2c59082ee8bc2add11b7e6c56c732b"};
    for (size_t s = 0; s < 2; s++) {
        uint8_t digest[TCS_DIGEST_BYTES];
        char text[2 * TCS_DIGEST_BYTES + 1];
        tcs_sha256(splits.test_rows[s], splits.n_test[s] * sizeof(uint32_t), digest);
        tcs_digest_text(digest, text);
        CU_ASSERT_STRING_EQUAL(text, digests[s]);
    }
    tcs_splits_free(&splits);
}

static void is_refused(tcs_splits_spec spec, size_t n, tcs_status expected, const char *message) {
    tcs_splits splits;
    tcs_error error = {0};
    double *tc = make_tc(n);
    CU_ASSERT_EQUAL(tcs_splits_make(&spec, n, tc, 0, &splits, &error), expected);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), message);
    CU_ASSERT_EQUAL(splits.n_splits, 0);
    CU_ASSERT_PTR_NULL(splits.test_rows);
    tcs_error_clear(&error);
    free(tc);
}

static void mistakes(void) {
    is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 0, 0.2, false}, 10, TCS_BAD_SWEEP,
               "0 splits: there must be at least 1");
    is_refused((tcs_splits_spec){TCS_SPLIT_K_FOLD, 1, 0, false}, 10, TCS_BAD_SWEEP, "1 folds: there must be at least 2");
    is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, SIZE_MAX, 0.2, false}, 10, TCS_BAD_SWEEP, "splits: there must be");
    static const double fractions[] = {0, 1, -0.2, 1.2, 80, NAN, INFINITY};
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++)
        is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 3, fractions[i], false}, 10, TCS_BAD_SWEEP,
                   "must be above 0 and below 1");
    is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 3, 0.2, false}, 4, TCS_BAD_DATA, "no row to test on");
    is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 3, 0.2, false}, 0, TCS_BAD_DATA, "no row to test on");
    is_refused((tcs_splits_spec){TCS_SPLIT_REPEATED_RANDOM, 3, 1 - 1e-16, false}, 4, TCS_BAD_DATA, "no row to train on");
    is_refused((tcs_splits_spec){TCS_SPLIT_K_FOLD, 11, 0, false}, 10, TCS_BAD_DATA, "10 rows cannot be dealt into 11 folds");
    is_refused((tcs_splits_spec){TCS_SPLIT_K_FOLD, 4, 0, true}, 9, TCS_BAD_DATA,
               "the 3 rows with Tc = 0 cannot be dealt into 4 folds");
}

TCS_TESTS("splits", {"repeated random", repeated_random}, {"more splits leave the first alone", more_splits_leave_the_first_alone},
          {"test sets have the size asked for", test_sets_have_the_size_asked_for}, {"folds", folds},
          {"classes have their share", classes_have_their_share}, {"a class may be absent", a_class_may_be_absent},
          {"fixed rows", fixed_rows}, {"mistakes", mistakes})
