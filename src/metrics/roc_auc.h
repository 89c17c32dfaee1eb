/* roc_auc.h: the area under the ROC curve, as the Mann–Whitney statistic. */
#ifndef TCSWEEP_METRICS_ROC_AUC_H
#define TCSWEEP_METRICS_ROC_AUC_H

#include <stddef.h>

/* The share of (superconductor, non-superconductor) pairs in which the superconductor has the larger probability, equal ones counting
 * half; NaN where there is no such pair. Counted in integers: exact up to the closing division. No probability is NaN.
 * `order` is scratch memory for n numbers. */
double metrics_roc_auc(size_t n, const double *tc_kelvin, const float *probability, size_t *order);

#endif
