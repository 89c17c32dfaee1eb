/* Metrics against values worked out by hand, ties, degenerate sets, and roc_auc against its definition over all pairs. */
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tcsweep/metrics.h"

#define NEAR(actual, expected) CU_ASSERT_DOUBLE_EQUAL(actual, expected, 1e-12)
#define ALL_NAN(out, ...)                                                                                                          \
    do {                                                                                                                           \
        const tcs_metric list[] = {__VA_ARGS__};                                                                                   \
        for (size_t at = 0; at < sizeof list / sizeof *list; at++)                                                                 \
            CU_ASSERT(isnan(out[list[at]]));                                                                                       \
    } while (0)

enum { N = 8 };
static const double tc[N] = {10, 20, 0, 0, 5, 0, 40, 1};
static const float predicted[N] = {12, 15, 1, 0, 5, 3, 30, 2};
/* Row 4's 0.5 is a non-superconductor; 0.4 occurs in both classes. */
static const float probability[N] = {0.9F, 0.4F, 0.6F, 0.1F, 0.5F, 0.4F, 0.8F, 0.7F};

static void agrees_with_hand_computation(void) {
    double out[TCS_N_METRICS];
    size_t scratch[N];
    tcs_metrics_compute(N, tc, predicted, probability, scratch, out);
    NEAR(out[TCS_METRIC_ACCURACY], 5.0 / 8);
    NEAR(out[TCS_METRIC_PRECISION], 3.0 / 4);
    NEAR(out[TCS_METRIC_RECALL], 3.0 / 5);
    NEAR(out[TCS_METRIC_F1], 6.0 / 9);
    NEAR(out[TCS_METRIC_ROC_AUC], 12.5 / 15);
    NEAR(out[TCS_METRIC_PAPER_DIFF], 13.0 / 8);
    NEAR(out[TCS_METRIC_MAE], 22.0 / 8);
    NEAR(out[TCS_METRIC_MAE_SUPERCONDUCTORS], 18.0 / 5);
    NEAR(out[TCS_METRIC_RMSE], sqrt(17.5));
    NEAR(out[TCS_METRIC_R2], 1 - 140.0 / 1404);
    NEAR(out[TCS_METRIC_MEAN_TC], 9.5);
}

static void leaves_out_what_is_missing(void) {
    double out[TCS_N_METRICS];
    size_t scratch[N];
    tcs_metrics_compute(N, tc, NULL, probability, scratch, out);
    ALL_NAN(out, TCS_METRIC_PAPER_DIFF, TCS_METRIC_MAE, TCS_METRIC_MAE_SUPERCONDUCTORS, TCS_METRIC_RMSE, TCS_METRIC_R2);
    NEAR(out[TCS_METRIC_ACCURACY], 5.0 / 8);
    NEAR(out[TCS_METRIC_MEAN_TC], 9.5);

    tcs_metrics_compute(N, tc, predicted, NULL, scratch, out);
    ALL_NAN(out, TCS_METRIC_ACCURACY, TCS_METRIC_PRECISION, TCS_METRIC_RECALL, TCS_METRIC_F1, TCS_METRIC_ROC_AUC,
            TCS_METRIC_PAPER_DIFF);
    NEAR(out[TCS_METRIC_MAE], 22.0 / 8);

    tcs_metrics_compute(N, tc, predicted, probability, NULL, out);
    ALL_NAN(out, TCS_METRIC_ROC_AUC);
    NEAR(out[TCS_METRIC_F1], 6.0 / 9);

    tcs_metrics_compute(0, NULL, NULL, NULL, NULL, out);
    for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
        CU_ASSERT(isnan(out[metric]));
}

static void knows_one_class_only(void) {
    double out[TCS_N_METRICS];
    size_t scratch[3];
    const double none[3] = {0, 0, 0}, all[3] = {4, 4, 4};
    const float low[3] = {0.1F, 0.2F, 0.5F}, high[3] = {0.6F, 0.9F, 1}, tc_predicted[3] = {1, 2, 3};

    tcs_metrics_compute(3, none, tc_predicted, low, scratch, out);
    ALL_NAN(out, TCS_METRIC_PRECISION, TCS_METRIC_RECALL, TCS_METRIC_F1, TCS_METRIC_ROC_AUC, TCS_METRIC_MAE_SUPERCONDUCTORS,
            TCS_METRIC_R2);
    NEAR(out[TCS_METRIC_ACCURACY], 1);
    NEAR(out[TCS_METRIC_PAPER_DIFF], 0);
    NEAR(out[TCS_METRIC_MAE], 2);

    tcs_metrics_compute(3, none, tc_predicted, high, scratch, out);
    NEAR(out[TCS_METRIC_PRECISION], 0);
    NEAR(out[TCS_METRIC_F1], 0);
    ALL_NAN(out, TCS_METRIC_RECALL, TCS_METRIC_ROC_AUC);

    tcs_metrics_compute(3, all, tc_predicted, low, scratch, out);
    NEAR(out[TCS_METRIC_ACCURACY], 0);
    NEAR(out[TCS_METRIC_RECALL], 0);
    NEAR(out[TCS_METRIC_F1], 0);
    ALL_NAN(out, TCS_METRIC_PRECISION, TCS_METRIC_ROC_AUC, TCS_METRIC_R2);
}

static void sees_constant_tc_through_rounding(void) {
    /* The mean of three 0.1 in doubles is not 0.1: Σ (Tc − mean)² is noise and must not become an R². */
    double out[TCS_N_METRICS];
    const double constant[3] = {0.1, 0.1, 0.1};
    const float tc_predicted[3] = {0.1F, 0.2F, 0.3F};
    tcs_metrics_compute(3, constant, tc_predicted, NULL, NULL, out);
    ALL_NAN(out, TCS_METRIC_R2);
}

static void carries_nan_predictions(void) {
    double out[TCS_N_METRICS];
    size_t scratch[N];
    float broken[N];
    memcpy(broken, probability, sizeof broken);
    broken[3] = NAN;
    tcs_metrics_compute(N, tc, predicted, broken, scratch, out);
    ALL_NAN(out, TCS_METRIC_ACCURACY, TCS_METRIC_PRECISION, TCS_METRIC_RECALL, TCS_METRIC_F1, TCS_METRIC_ROC_AUC,
            TCS_METRIC_PAPER_DIFF);
    NEAR(out[TCS_METRIC_MAE], 22.0 / 8);
    memcpy(broken, predicted, sizeof broken);
    broken[0] = NAN;
    tcs_metrics_compute(N, tc, broken, probability, scratch, out);
    ALL_NAN(out, TCS_METRIC_PAPER_DIFF, TCS_METRIC_MAE, TCS_METRIC_MAE_SUPERCONDUCTORS, TCS_METRIC_RMSE, TCS_METRIC_R2);
    NEAR(out[TCS_METRIC_ACCURACY], 5.0 / 8);
}

static double auc_over_pairs(size_t n, const double *tc_kelvin, const float *p) {
    double won = 0, n_pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (tc_kelvin[i] > 0 && !(tc_kelvin[k] > 0)) {
                won += p[i] > p[k] ? 1 : p[i] == p[k] ? 0.5 : 0;
                n_pairs += 1;
            }
    return won / n_pairs;
}

static void auc_is_what_its_definition_says(void) {
    enum { MOST = 300 };
    static double tc_kelvin[MOST], out[TCS_N_METRICS];
    static float p[MOST];
    static size_t scratch[MOST];
    uint32_t state = 12345;
    for (size_t n = 2; n <= MOST; n = n * 3 / 2 + 1) {
        for (uint32_t n_values = 1; n_values <= 1000; n_values *= 10) { /* n_values = 1: nothing but ties */
            for (size_t i = 0; i < n; i++) {
                state = state * 1664525U + 1013904223U;
                p[i] = (float)(state >> 8 & 0xffff) / 65536.0F * (float)n_values;
                p[i] = floorf(p[i]) / (float)n_values;
                state = state * 1664525U + 1013904223U;
                tc_kelvin[i] = i == 0 ? 0 : i == 1 ? 1 : (state >> 30) > 1 ? 7.5 : 0;
            }
            tcs_metrics_compute(n, tc_kelvin, NULL, p, scratch, out);
            NEAR(out[TCS_METRIC_ROC_AUC], auc_over_pairs(n, tc_kelvin, p));
        }
    }
}

static void auc_of_perfect_reversed_and_constant(void) {
    double out[TCS_N_METRICS];
    size_t scratch[4];
    const double tc_kelvin[4] = {0, 3, 0, 4};
    const float right[4] = {0.1F, 0.7F, 0.2F, 0.6F}, wrong[4] = {0.9F, 0.1F, 0.8F, 0.2F}, same[4] = {0.3F, 0.3F, 0.3F, 0.3F};
    tcs_metrics_compute(4, tc_kelvin, NULL, right, scratch, out);
    CU_ASSERT_EQUAL(out[TCS_METRIC_ROC_AUC], 1);
    tcs_metrics_compute(4, tc_kelvin, NULL, wrong, scratch, out);
    CU_ASSERT_EQUAL(out[TCS_METRIC_ROC_AUC], 0);
    tcs_metrics_compute(4, tc_kelvin, NULL, same, scratch, out);
    CU_ASSERT_EQUAL(out[TCS_METRIC_ROC_AUC], 0.5);
}

static void names_find_their_metric(void) {
    for (unsigned i = 0; i < TCS_N_METRICS; i++) {
        tcs_metric metric = (tcs_metric)i;
        CU_ASSERT_EQUAL(tcs_metric_find(tcs_metric_name(metric)), metric);
        CU_ASSERT(strlen(tcs_metric_description(metric)) > 10);
        CU_ASSERT(strcmp(tcs_metric_units(metric), "K") == 0 || strcmp(tcs_metric_units(metric), "1") == 0);
    }
    CU_ASSERT_EQUAL(tcs_metric_find("Accuracy"), TCS_N_METRICS);
    CU_ASSERT_EQUAL(tcs_metric_find(""), TCS_N_METRICS);
    CU_ASSERT_EQUAL(tcs_metric_find(NULL), TCS_N_METRICS);
    CU_ASSERT_STRING_EQUAL(tcs_metric_name(TCS_METRIC_PAPER_DIFF), "paper_diff");
    CU_ASSERT_STRING_EQUAL(tcs_metric_units(TCS_METRIC_R2), "1");
    CU_ASSERT_EQUAL(tcs_metric_direction(TCS_METRIC_ACCURACY), +1);
    CU_ASSERT_EQUAL(tcs_metric_direction(TCS_METRIC_RMSE), -1);
    CU_ASSERT_EQUAL(tcs_metric_direction(TCS_METRIC_MEAN_TC), 0);
    CU_ASSERT_STRING_EQUAL(tcs_metric_name(TCS_N_METRICS), "unknown");
    CU_ASSERT_STRING_EQUAL(tcs_set_names[TCS_SET_TRAIN], "train");
    CU_ASSERT_STRING_EQUAL(tcs_set_names[TCS_SET_TEST], "test");
    CU_ASSERT_PTR_NULL(tcs_set_names[TCS_N_SETS]);
}

TCS_TESTS("metrics", {"agree with a computation by hand", agrees_with_hand_computation},
          {"are NaN where predictions are missing", leaves_out_what_is_missing}, {"one class only", knows_one_class_only},
          {"R2 of constant Tc is NaN", sees_constant_tc_through_rounding}, {"NaN predictions give NaN", carries_nan_predictions},
          {"roc_auc equals its definition over all pairs", auc_is_what_its_definition_says},
          {"roc_auc of perfect, reversed and constant scores", auc_of_perfect_reversed_and_constant},
          {"names, units, directions", names_find_their_metric})
