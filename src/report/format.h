/* format.h: numbers as people read them: fixed decimals, mean ± std, counts, durations. The same in every locale. */
#ifndef TCS_REPORT_FORMAT_H
#define TCS_REPORT_FORMAT_H

#include <stddef.h>

#include "tcsweep/metrics.h"

/* How a metric stands in a table. */
typedef struct report_metric_style {
    const char *header; /* with the unit */
    double scale;       /* 100 where a fraction is shown in percent */
    int decimals;
} report_metric_style;
const report_metric_style *report_metric_style_of(tcs_metric metric);

#define REPORT_NUMBER_BYTES 32
/* "4.497", "-0.120", "0.000" (never "-0.000"); "1.235e+12" from 1e9 on; "–" for NaN. */
void report_fixed_text(double value, int decimals, char text[REPORT_NUMBER_BYTES]);
/* "4.497 ± 0.328" in the metric's style; "4.497 ± –" where n = 1; "–" where n = 0. */
#define REPORT_MEAN_STD_BYTES (2 * REPORT_NUMBER_BYTES + 8)
void report_mean_std_text(tcs_metric metric, tcs_aggregate aggregate, char text[REPORT_MEAN_STD_BYTES]);
/* "16,414" */
void report_count_text(size_t count, char text[REPORT_NUMBER_BYTES]);
/* "0.42 s", "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"; "–" for NaN. */
void report_duration_text(double seconds, char text[REPORT_NUMBER_BYTES]);

#endif
