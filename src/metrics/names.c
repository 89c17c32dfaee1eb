/* names.c: what the metrics are called, their units and which way is better. One line a metric, in the order of the enum. */
#include "tcsweep/metrics.h"

#include <string.h>

const char *const tcs_set_names[] = {[TCS_SET_TRAIN] = "train", [TCS_SET_TEST] = "test", [TCS_N_SETS] = NULL};

static const struct {
    const char *name, *units;
    int direction;
    const char *description;
} descriptions[] = {
    [TCS_METRIC_ACCURACY] = {"accuracy", "1", +1, "share of rows whose class is predicted correctly"},
    [TCS_METRIC_PRECISION] = {"precision", "1", +1, "share of superconductors among the rows predicted to be superconductors"},
    [TCS_METRIC_RECALL] = {"recall", "1", +1, "share of the superconductors that are predicted to be superconductors"},
    [TCS_METRIC_F1] = {"f1", "1", +1, "harmonic mean of precision and recall"},
    [TCS_METRIC_ROC_AUC] = {"roc_auc", "1", +1, "area under the receiver operating characteristic curve, ties counting half"},
    [TCS_METRIC_PAPER_DIFF] = {"paper_diff", "K", -1,
                               "sum of |predicted Tc - Tc| over the true positives, divided by the number of all rows"},
    [TCS_METRIC_MAE] = {"mae", "K", -1, "mean of |predicted Tc - Tc| over all rows"},
    [TCS_METRIC_MAE_SUPERCONDUCTORS] = {"mae_superconductors", "K", -1, "mean of |predicted Tc - Tc| over the rows with Tc > 0"},
    [TCS_METRIC_RMSE] = {"rmse", "K", -1, "root of the mean squared difference between predicted Tc and Tc, over all rows"},
    [TCS_METRIC_R2] = {"r2", "1", +1, "coefficient of determination of the predicted Tc, over all rows"},
    [TCS_METRIC_MEAN_TC] = {"mean_tc", "K", 0, "mean of the true Tc over all rows"},
};
_Static_assert(sizeof descriptions / sizeof *descriptions == TCS_N_METRICS, "every metric has a description");

static bool is_metric(tcs_metric metric) {
    return (unsigned)metric < TCS_N_METRICS;
}

const char *tcs_metric_name(tcs_metric metric) {
    return is_metric(metric) ? descriptions[metric].name : "unknown";
}

const char *tcs_metric_units(tcs_metric metric) {
    return is_metric(metric) ? descriptions[metric].units : "1";
}

const char *tcs_metric_description(tcs_metric metric) {
    return is_metric(metric) ? descriptions[metric].description : "unknown";
}

int tcs_metric_direction(tcs_metric metric) {
    return is_metric(metric) ? descriptions[metric].direction : 0;
}

tcs_metric tcs_metric_find(const char *name) {
    unsigned metric = 0;
    while (metric < TCS_N_METRICS && (!name || strcmp(name, descriptions[metric].name) != 0))
        metric++;
    return (tcs_metric)metric;
}
