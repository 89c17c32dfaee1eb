/* Which epochs a curve records. */
#include "check.h"

#include <string.h>

#include "tcsweep/learn.h"

static void records_multiples_and_the_last(void) {
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(10, 0), 0);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(0, 5), 0);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(10, 1), 10);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(10, 5), 2);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(11, 5), 3);
    CU_ASSERT_EQUAL(tcs_curve_epoch(11, 5, 0), 5);
    CU_ASSERT_EQUAL(tcs_curve_epoch(11, 5, 1), 10);
    CU_ASSERT_EQUAL(tcs_curve_epoch(11, 5, 2), 11);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(3, 100), 1);
    CU_ASSERT_EQUAL(tcs_curve_epoch(3, 100, 0), 3);
    CU_ASSERT_EQUAL(tcs_curve_n_recorded(UINT32_MAX, UINT32_MAX - 1), 2);
    CU_ASSERT_EQUAL(tcs_curve_epoch(UINT32_MAX, UINT32_MAX - 1, 1), UINT32_MAX);
}

static void agrees_with_counting(void) {
    for (uint32_t n_epochs = 1; n_epochs < 40; n_epochs++)
        for (uint32_t every = 1; every < 45; every++) {
            size_t n = 0;
            for (uint32_t epoch = 1; epoch <= n_epochs; epoch++)
                if (epoch % every == 0 || epoch == n_epochs) {
                    CU_ASSERT_EQUAL(tcs_curve_epoch(n_epochs, every, n), epoch);
                    n++;
                }
            CU_ASSERT_EQUAL(tcs_curve_n_recorded(n_epochs, every), n);
        }
}

static void has_names_and_units(void) {
    CU_ASSERT_STRING_EQUAL(tcs_curve_name(TCS_TARGET_TC, 0), "loss");
    CU_ASSERT_STRING_EQUAL(tcs_curve_name(TCS_TARGET_TC, 1), "mae");
    CU_ASSERT_STRING_EQUAL(tcs_curve_name(TCS_TARGET_CLASS, 0), "loss");
    CU_ASSERT_STRING_EQUAL(tcs_curve_name(TCS_TARGET_CLASS, 1), "accuracy");
    CU_ASSERT_STRING_EQUAL(tcs_curve_units(TCS_TARGET_TC, 1), "K");
    CU_ASSERT_STRING_EQUAL(tcs_curve_units(TCS_TARGET_CLASS, 1), "1");
}

TCS_TESTS("curves", {"multiples of the interval, and the last epoch", records_multiples_and_the_last},
          {"agrees with counting", agrees_with_counting}, {"names and units", has_names_and_units})
