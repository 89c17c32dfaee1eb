/* Numbers in tables. */
#include "format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const report_metric_style styles[] = {
    [TCS_METRIC_ACCURACY] = {"accuracy (%)", 100, 2},
    [TCS_METRIC_PRECISION] = {"precision (%)", 100, 2},
    [TCS_METRIC_RECALL] = {"recall (%)", 100, 2},
    [TCS_METRIC_F1] = {"F1 (%)", 100, 2},
    [TCS_METRIC_ROC_AUC] = {"ROC AUC", 1, 4},
    [TCS_METRIC_PAPER_DIFF] = {"avg pred. diff (K)", 1, 3},
    [TCS_METRIC_MAE] = {"MAE (K)", 1, 3},
    [TCS_METRIC_MAE_SUPERCONDUCTORS] = {"MAE, superconductors (K)", 1, 3},
    [TCS_METRIC_RMSE] = {"RMSE (K)", 1, 3},
    [TCS_METRIC_R2] = {"R²", 1, 4},
    [TCS_METRIC_MEAN_TC] = {"avg Tc (K)", 1, 4},
};
_Static_assert(sizeof styles / sizeof *styles == TCS_N_METRICS, "every metric has a style");

const report_metric_style *report_metric_style_of(tcs_metric metric) {
    return &styles[metric];
}

/* In a number that printf wrote, makes the decimal point, of whatever bytes in the process's locale, a point. n_tail: bytes behind it. */
static void set_point(char *text, size_t n_tail) {
    size_t length = strlen(text), n_whole = (size_t)(text[0] == '-');
    n_whole += strspn(text + n_whole, "0123456789");
    if (n_tail == 0)
        return;
    memmove(text + n_whole + 1, text + length - n_tail, n_tail + 1);
    text[n_whole] = '.';
}

void report_fixed_text(double value, int decimals, char text[REPORT_NUMBER_BYTES]) {
    if (isnan(value)) {
        strcpy(text, "–");
    } else if (isinf(value)) {
        strcpy(text, value < 0 ? "-inf" : "inf");
    } else if (fabs(value) >= 1e9) {
        snprintf(text, REPORT_NUMBER_BYTES, "%.3e", value);
        set_point(text, 3 + strlen(strchr(text, 'e')));
    } else {
        snprintf(text, REPORT_NUMBER_BYTES, "%.*f", decimals, value);
        set_point(text, (size_t)decimals);
        if (text[0] == '-' && strspn(text + 1, "0.") == strlen(text + 1))
            memmove(text, text + 1, strlen(text));
    }
}

void report_mean_std_text(tcs_metric metric, tcs_aggregate aggregate, char text[REPORT_MEAN_STD_BYTES]) {
    const report_metric_style *style = &styles[metric];
    char mean[REPORT_NUMBER_BYTES], std[REPORT_NUMBER_BYTES];
    report_fixed_text(style->scale * aggregate.mean, style->decimals, mean);
    report_fixed_text(style->scale * aggregate.std, style->decimals, std);
    if (aggregate.n == 0)
        strcpy(text, "–");
    else
        snprintf(text, REPORT_MEAN_STD_BYTES, "%s ± %s", mean, std);
}

void report_count_text(size_t count, char text[REPORT_NUMBER_BYTES]) {
    char digits[REPORT_NUMBER_BYTES];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%zu", count), at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = 0;
}

void report_duration_text(double seconds, char text[REPORT_NUMBER_BYTES]) {
    if (!(fabs(seconds) < 1e12)) {
        strcpy(text, "–");
        return;
    }
    seconds = seconds > 0 ? seconds : 0;
    if (seconds < 9.995) {
        report_fixed_text(seconds, 2, text);
        strcat(text, " s");
        return;
    }
    /* Rounded once, to the smaller of the two units shown, so that there is never "3 min 60 s". */
    static const struct {
        double below_s;
        long unit_s, part_s;
        const char *unit, *part;
    } scales[] = {
        {59.5, 1, 0, "s", ""}, {3599.5, 60, 1, "min", "s"}, {86400 - 30, 3600, 60, "h", "min"}, {INFINITY, 86400, 3600, "d", "h"}};
    size_t i = 0;
    while (seconds >= scales[i].below_s)
        i++;
    long smallest = scales[i].part_s > 0 ? scales[i].part_s : scales[i].unit_s;
    long whole = (long)llround(seconds / (double)smallest) * smallest, rest = whole % scales[i].unit_s;
    int n = snprintf(text, REPORT_NUMBER_BYTES, "%ld %s", whole / scales[i].unit_s, scales[i].unit);
    if (rest > 0)
        snprintf(text + n, REPORT_NUMBER_BYTES - (size_t)n, " %ld %s", rest / scales[i].part_s, scales[i].part);
}
