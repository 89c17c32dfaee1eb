/* paper.h: the published figures that results are held against (Tables 2, 3 and 4 of "Deep Learning Based Superconductivity
 * Prediction and Experimental Tests", Kaplan et al.). */
#ifndef TCS_REPORT_PAPER_H
#define TCS_REPORT_PAPER_H

#include "tcsweep/metrics.h"

#define REPORT_PAPER_N_ROWS 16414
#define REPORT_PAPER_TRAINING "5,000 + 5,000 epochs, learning rate 1e-4"

typedef enum report_paper_model {
    REPORT_PAPER_RANDOM_FOREST, /* which the paper quotes from Stanev et al. */
    REPORT_PAPER_FCNN,
    REPORT_PAPER_CNN,
    REPORT_PAPER_MAJORITY,
    REPORT_N_PAPER_MODELS
} report_paper_model;

typedef struct report_paper_figure {
    report_paper_model model;
    tcs_set set;
    tcs_metric metric;
    const char *text; /* as printed, in percent or K, without the unit */
    double mean, std; /* fractions or K, as in results; std NaN where none is printed */
} report_paper_figure;

extern const report_paper_figure report_paper_figures[];
extern const size_t report_n_paper_figures;

/* The text of a figure, or "" where the paper has none. */
const char *report_paper_text(report_paper_model model, tcs_set set, tcs_metric metric);
/* "FCNN" */
const char *report_paper_model_name(report_paper_model model);
/* Its splits, or 0 where the paper does not say. */
unsigned report_paper_n_splits(report_paper_model model);
/* The model that an architecture of this name is; REPORT_N_PAPER_MODELS where none. */
report_paper_model report_paper_model_of(const char *architecture);

#endif
