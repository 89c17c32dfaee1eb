/* The paper's figures, one line each. Accuracy has more digits in Tables 2 and 3 than in Table 4: those are taken. */
#include "paper.h"

#include <math.h>
#include <string.h>

#define RF REPORT_PAPER_RANDOM_FOREST
#define FCNN REPORT_PAPER_FCNN
#define CNN REPORT_PAPER_CNN
#define MAJORITY REPORT_PAPER_MAJORITY
#define TRAIN TCS_SET_TRAIN
#define TEST TCS_SET_TEST

const report_paper_figure report_paper_figures[] = {
    {RF, TEST, TCS_METRIC_ACCURACY, "85", 0.85, NAN},
    {RF, TEST, TCS_METRIC_PRECISION, "85", 0.85, NAN},
    {RF, TEST, TCS_METRIC_RECALL, "94", 0.94, NAN},
    {RF, TEST, TCS_METRIC_F1, "90", 0.90, NAN},
    {RF, TEST, TCS_METRIC_PAPER_DIFF, "7.88 ± 0.52", 7.88, 0.52},

    {FCNN, TRAIN, TCS_METRIC_PAPER_DIFF, "2.600 ± 0.194", 2.600, 0.194},
    {FCNN, TRAIN, TCS_METRIC_MEAN_TC, "17.9792", 17.9792, NAN},
    {FCNN, TRAIN, TCS_METRIC_ACCURACY, "91.95 ± 0.3", 0.9195, 0.003},
    {FCNN, TEST, TCS_METRIC_PAPER_DIFF, "4.497 ± 0.328", 4.497, 0.328},
    {FCNN, TEST, TCS_METRIC_MEAN_TC, "17.9195", 17.9195, NAN},
    {FCNN, TEST, TCS_METRIC_ACCURACY, "83.04 ± 0.6", 0.8304, 0.006},
    {FCNN, TEST, TCS_METRIC_PRECISION, "85 ± 0.7", 0.85, 0.007},
    {FCNN, TEST, TCS_METRIC_RECALL, "95 ± 0.4", 0.95, 0.004},
    {FCNN, TEST, TCS_METRIC_F1, "90", 0.90, NAN},

    {CNN, TRAIN, TCS_METRIC_PAPER_DIFF, "1.470 ± 0.047", 1.470, 0.047},
    {CNN, TRAIN, TCS_METRIC_MEAN_TC, "17.979", 17.979, NAN},
    {CNN, TRAIN, TCS_METRIC_ACCURACY, "97.97 ± 0.1", 0.9797, 0.001},
    {CNN, TEST, TCS_METRIC_PAPER_DIFF, "3.208 ± 0.180", 3.208, 0.180},
    {CNN, TEST, TCS_METRIC_MEAN_TC, "17.9195", 17.9195, NAN},
    {CNN, TEST, TCS_METRIC_ACCURACY, "84.77 ± 0.3", 0.8477, 0.003},
    {CNN, TEST, TCS_METRIC_PRECISION, "88 ± 0.4", 0.88, 0.004},
    {CNN, TEST, TCS_METRIC_RECALL, "92 ± 0.3", 0.92, 0.003},
    {CNN, TEST, TCS_METRIC_F1, "90", 0.90, NAN},

    {MAJORITY, TEST, TCS_METRIC_ACCURACY, "≈ 76", 0.76, NAN},
    {MAJORITY, TEST, TCS_METRIC_PRECISION, "≈ 76", 0.76, NAN},
    {MAJORITY, TEST, TCS_METRIC_RECALL, "100", 1.00, NAN},
};
const size_t report_n_paper_figures = sizeof report_paper_figures / sizeof *report_paper_figures;

static const struct {
    const char *name, *architecture; /* the architecture's name in sweep files */
    unsigned n_splits;
} models[REPORT_N_PAPER_MODELS] = {
    [RF] = {"RF (Stanev et al., quoted)", NULL, 0},
    [FCNN] = {"FCNN", "fcnn", 6},
    [CNN] = {"CNN", "cnn", 6},
    [MAJORITY] = {"majority class", NULL, 0},
};

const char *report_paper_text(report_paper_model model, tcs_set set, tcs_metric metric) {
    for (size_t i = 0; i < report_n_paper_figures; i++) {
        const report_paper_figure *figure = &report_paper_figures[i];
        if (figure->model == model && figure->set == set && figure->metric == metric)
            return figure->text;
    }
    return "";
}

const char *report_paper_model_name(report_paper_model model) {
    return models[model].name;
}

unsigned report_paper_n_splits(report_paper_model model) {
    return models[model].n_splits;
}

report_paper_model report_paper_model_of(const char *architecture) {
    unsigned model = 0;
    while (model < REPORT_N_PAPER_MODELS && (!models[model].architecture || strcmp(models[model].architecture, architecture) != 0))
        model++;
    return (report_paper_model)model;
}
