/* aggregate.c: mean ± std over splits. */
#include "tcsweep/metrics.h"

#include <math.h>

tcs_aggregate tcs_aggregate_compute(const double *values, size_t n) {
    tcs_aggregate aggregate = {.mean = NAN, .std = NAN, .sem = NAN, .n = 0};
    /* Differences from the first value: equal values have exactly their mean and a std of exactly 0. */
    double first = NAN, sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            continue;
        if (aggregate.n++ == 0)
            first = values[i];
        sum += values[i] - first;
    }
    if (aggregate.n == 0)
        return aggregate;
    double count = (double)aggregate.n;
    aggregate.mean = first + sum / count;
    if (aggregate.n == 1)
        return aggregate;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            squares += (values[i] - aggregate.mean) * (values[i] - aggregate.mean);
    aggregate.std = sqrt(squares / (count - 1));
    aggregate.sem = aggregate.std / sqrt(count);
    return aggregate;
}
