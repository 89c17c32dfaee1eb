/* compute.c: all metrics of one set of rows. */
#include "tcsweep/metrics.h"

#include <math.h>

#include "roc_auc.h"

static double ratio(double numerator, double denominator) {
    return denominator > 0 ? numerator / denominator : NAN;
}

static bool has_nan(size_t n, const float *values) {
    for (size_t i = 0; i < n; i++)
        if (isnan(values[i]))
            return true;
    return false;
}

/* `probability` holds no NaN. */
static void compute_class(size_t n, const double *tc_kelvin, const float *probability, size_t *scratch, double *out) {
    size_t n_true_positive = 0, n_positive = 0, n_predicted_positive = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_positive = tc_kelvin[i] > 0, is_predicted = probability[i] > 0.5F;
        n_positive += is_positive;
        n_predicted_positive += is_predicted;
        n_true_positive += is_positive && is_predicted;
    }
    size_t n_false_negative = n_positive - n_true_positive, n_false_positive = n_predicted_positive - n_true_positive;
    double hits = (double)n_true_positive;
    out[TCS_METRIC_ACCURACY] = (double)(n - n_false_negative - n_false_positive) / (double)n;
    out[TCS_METRIC_PRECISION] = ratio(hits, (double)n_predicted_positive);
    out[TCS_METRIC_RECALL] = ratio(hits, (double)n_positive);
    out[TCS_METRIC_F1] = ratio(2 * hits, (double)(n_positive + n_predicted_positive));
    if (scratch)
        out[TCS_METRIC_ROC_AUC] = metrics_roc_auc(n, tc_kelvin, probability, scratch);
}

static void compute_tc(size_t n, const double *tc_kelvin, const float *tc_predicted, double *out) {
    double mean = out[TCS_METRIC_MEAN_TC], absolute = 0, absolute_superconductors = 0, squared = 0, spread = 0;
    size_t n_superconductors = 0;
    bool is_constant = true;
    for (size_t i = 0; i < n; i++) {
        double difference = (double)tc_predicted[i] - tc_kelvin[i], from_mean = tc_kelvin[i] - mean;
        absolute += fabs(difference);
        squared += difference * difference;
        spread += from_mean * from_mean;
        is_constant = is_constant && tc_kelvin[i] == tc_kelvin[0]; /* spread may be rounding noise where it should be 0 */
        if (tc_kelvin[i] > 0) {
            absolute_superconductors += fabs(difference);
            n_superconductors++;
        }
    }
    out[TCS_METRIC_MAE] = absolute / (double)n;
    out[TCS_METRIC_MAE_SUPERCONDUCTORS] = ratio(absolute_superconductors, (double)n_superconductors);
    out[TCS_METRIC_RMSE] = sqrt(squared / (double)n);
    out[TCS_METRIC_R2] = is_constant ? NAN : 1 - squared / spread;
}

static double paper_diff(size_t n, const double *tc_kelvin, const float *tc_predicted, const float *probability) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (tc_kelvin[i] > 0 && probability[i] > 0.5F)
            sum += fabs((double)tc_predicted[i] - tc_kelvin[i]);
    return sum / (double)n;
}

void tcs_metrics_compute(size_t n, const double *tc_kelvin, const float *tc_predicted, const float *probability, size_t *scratch,
                         double out[TCS_N_METRICS]) {
    for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
        out[metric] = NAN;
    if (n == 0)
        return;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += tc_kelvin[i];
    out[TCS_METRIC_MEAN_TC] = sum / (double)n;

    bool has_class = probability && !has_nan(n, probability);
    if (has_class)
        compute_class(n, tc_kelvin, probability, scratch, out);
    if (tc_predicted)
        compute_tc(n, tc_kelvin, tc_predicted, out);
    if (has_class && tc_predicted)
        out[TCS_METRIC_PAPER_DIFF] = paper_diff(n, tc_kelvin, tc_predicted, probability);
}
