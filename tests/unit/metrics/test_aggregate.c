/* Mean ± std over splits: by hand, with missing values, and where rounding could lie. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "tcsweep/metrics.h"

static void agrees_with_hand_computation(void) {
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9}; /* mean 5, Σ (x − 5)² = 32 */
    tcs_aggregate a = tcs_aggregate_compute(values, 8);
    CU_ASSERT_EQUAL(a.n, 8);
    CU_ASSERT_DOUBLE_EQUAL(a.mean, 5, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(a.std, sqrt(32.0 / 7), 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(a.sem, sqrt(32.0 / 7 / 8), 1e-15);
}

static void skips_nan(void) {
    const double values[] = {NAN, 1, NAN, 3, NAN};
    tcs_aggregate a = tcs_aggregate_compute(values, 5);
    CU_ASSERT_EQUAL(a.n, 2);
    CU_ASSERT_DOUBLE_EQUAL(a.mean, 2, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(a.std, sqrt(2), 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(a.sem, 1, 1e-15);
}

static void of_nothing_and_of_one(void) {
    const double nothing[] = {NAN, NAN}, one[] = {NAN, 0.25};
    tcs_aggregate a = tcs_aggregate_compute(nothing, 2);
    CU_ASSERT_EQUAL(a.n, 0);
    CU_ASSERT(isnan(a.mean) && isnan(a.std) && isnan(a.sem));
    a = tcs_aggregate_compute(NULL, 0);
    CU_ASSERT_EQUAL(a.n, 0);
    CU_ASSERT(isnan(a.mean) && isnan(a.std) && isnan(a.sem));
    a = tcs_aggregate_compute(one, 2);
    CU_ASSERT_EQUAL(a.n, 1);
    CU_ASSERT_EQUAL(a.mean, 0.25);
    CU_ASSERT(isnan(a.std) && isnan(a.sem));
}

static void equal_values_have_no_spread(void) {
    const double values[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}; /* their plain sum divided by 6 is not 0.1 */
    tcs_aggregate a = tcs_aggregate_compute(values, 6);
    CU_ASSERT_EQUAL(a.mean, 0.1);
    CU_ASSERT_EQUAL(a.std, 0);
    CU_ASSERT_EQUAL(a.sem, 0);
}

static void survives_a_large_offset(void) {
    const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}; /* std √30; the textbook one-pass formula loses it */
    tcs_aggregate a = tcs_aggregate_compute(values, 4);
    CU_ASSERT_EQUAL(a.mean, 1e9 + 10);
    CU_ASSERT_DOUBLE_EQUAL(a.std, sqrt(30), 1e-12);
}

TCS_TESTS("aggregate", {"agrees with a computation by hand", agrees_with_hand_computation}, {"leaves out NaN", skips_nan},
          {"of nothing and of one value", of_nothing_and_of_one}, {"equal values have std 0", equal_values_have_no_spread},
          {"a large offset does not spoil std", survives_a_large_offset})
