/* metrics.h: scores of predictions, and their mean ± std over splits. Pure: arrays in, numbers out.
 *
 * Class 1 (positive) is a superconductor: truly so where Tc > 0, predicted so where its probability is > 0.5 (arg max of two
 * outputs, a tie being a non-superconductor).
 */
#ifndef TCSWEEP_METRICS_H
#define TCSWEEP_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The rows that a metric is computed on. */
typedef enum tcs_set { TCS_SET_TRAIN, TCS_SET_TEST, TCS_N_SETS } tcs_set;
extern const char *const tcs_set_names[]; /* "train", "test", NULL */

/* The order is that of stored arrays; new metrics go to the end. */
typedef enum tcs_metric {
    TCS_METRIC_ACCURACY,
    TCS_METRIC_PRECISION,           /* NaN where nothing was predicted positive */
    TCS_METRIC_RECALL,              /* NaN where nothing is positive */
    TCS_METRIC_F1,                  /* 2 TP / (2 TP + FP + FN) */
    TCS_METRIC_ROC_AUC,             /* ties count half (Mann–Whitney); NaN where one class is absent */
    TCS_METRIC_PAPER_DIFF,          /* K: Σ |Tc_pred − Tc| over the true positives, divided by the number of ALL rows */
    TCS_METRIC_MAE,                 /* K: mean |Tc_pred − Tc| over all rows */
    TCS_METRIC_MAE_SUPERCONDUCTORS, /* K: mean |Tc_pred − Tc| over the rows with Tc > 0 */
    TCS_METRIC_RMSE,                /* K */
    TCS_METRIC_R2,                  /* 1 − Σ (Tc_pred − Tc)² / Σ (Tc − mean Tc)²; NaN where Tc is constant */
    TCS_METRIC_MEAN_TC,             /* K: mean of the true Tc of the set */
    TCS_N_METRICS
} tcs_metric;

const char *tcs_metric_name(tcs_metric metric);        /* "accuracy", "paper_diff", … */
const char *tcs_metric_units(tcs_metric metric);       /* "K", or "1" for fractions */
const char *tcs_metric_description(tcs_metric metric); /* one line */
/* +1: larger is better, −1: smaller is better, 0: neither (mean_tc). */
int tcs_metric_direction(tcs_metric metric);
/* TCS_N_METRICS where there is none of that name. */
tcs_metric tcs_metric_find(const char *name);

/* n rows; all NaN where n = 0. tc_predicted or probability may be NULL (the network has no such output), or hold a NaN: the metrics that
 * need it are NaN. Sums run in row order, in double precision. `scratch` holds n size_t's for sorting, or NULL: then roc_auc is NaN. */
void tcs_metrics_compute(size_t n, const double *tc_kelvin, const float *tc_predicted, const float *probability, size_t *scratch,
                         double out[TCS_N_METRICS]);

/* Mean, sample standard deviation (ddof = 1), standard error of the mean, over the values that are not NaN.
 * n = 0: all NaN; n = 1: std and sem NaN. */
typedef struct tcs_aggregate {
    double mean, std, sem;
    size_t n;
} tcs_aggregate;
tcs_aggregate tcs_aggregate_compute(const double *values, size_t n);

#ifdef __cplusplus
}
#endif
#endif
