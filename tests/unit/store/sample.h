/* sample.h: a small sweep to store: 4 configurations (two of one network, one of another, a baseline) × 3 splits of unequal length.
 *
 * Every number of a record follows from its job and its place, so that tests can ask for it again.
 */
#ifndef TCS_TESTS_STORE_SAMPLE_H
#define TCS_TESTS_STORE_SAMPLE_H

#include <math.h>
#include <string.h>

#include "tcsweep/store.h"

enum { SAMPLE_C = 4, SAMPLE_S = 3, SAMPLE_N = 20, SAMPLE_MOST_TEST = 7, SAMPLE_MOST_PARAMETERS = 24, SAMPLE_MOST_EPOCHS = 3 };

static const char *const sample_labels[SAMPLE_C] = {"fcnn learning_rate=0.0001", "fcnn learning_rate=0.001",
                                                    "cnn learning_rate=0.0001", "majority"};
static const char *const sample_architectures[SAMPLE_C] = {"fcnn", "fcnn", "cnn", "majority"};
static const uint8_t sample_keys[SAMPLE_C][32] = {{1}, {2}, {3}, {4}};
static const double sample_rates[SAMPLE_C] = {1e-4, 1e-3, 1e-4, NAN};
static const char *const sample_optimizers[SAMPLE_C] = {"adam", "adam", "adam", ""};
static const tcs_store_hyperparameter sample_hyperparameters[] = {{"stages.regression.learning_rate", sample_rates, NULL},
                                                                  {"optimizer", NULL, sample_optimizers}};
/* Their order in the block of parameters is not that of their names. */
static const tcs_store_tensor sample_fcnn[] = {{"backbone.0.weight", 2, {4, 5}, 0}, {"backbone.0.bias", 1, {4}, 20}};
static const tcs_store_tensor sample_cnn[] = {{"backbone.0.weight", 4, {2, 1, 3, 3}, 0}, {"backbone.0.bias", 1, {2}, 18}};
static const tcs_store_network sample_networks[] = {{"fcnn", 24, 2, sample_fcnn}, {"cnn", 20, 2, sample_cnn}};
static const size_t sample_network_of[SAMPLE_C] = {0, 0, 1, TCS_STORE_NO_NETWORK};
static const char *const sample_regression[] = {"loss", "mae"}, *const sample_regression_units[] = {"K2", "K"};
static const char *const sample_class[] = {"loss", "accuracy"}, *const sample_class_units[] = {"1", "1"};
static const uint32_t sample_epochs[] = {1, 2, 5}, sample_class_epochs[] = {1, 3};
/* Nor is the order of the stages. */
static const tcs_store_stage sample_stages[] = {{"regression", 2, sample_regression, sample_regression_units, 3, sample_epochs},
                                                {"classification", 2, sample_class, sample_class_units, 2, sample_class_epochs}};
static const uint64_t sample_split_seeds[SAMPLE_S] = {11, 12, UINT64_MAX};
static const size_t sample_n_train[SAMPLE_S] = {14, 13, 14}, sample_n_test[SAMPLE_S] = {6, 7, 6};
static const uint32_t sample_rows[SAMPLE_N] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
static const uint32_t *const sample_train_rows[SAMPLE_S] = {sample_rows, sample_rows + 7, sample_rows + 6};
static const uint32_t *const sample_test_rows[SAMPLE_S] = {sample_rows + 14, sample_rows, sample_rows};
static const char *const sample_formulas[SAMPLE_N] = {"MgB2", "Nb3Sn", "YBa2Cu3O7", "NaCl", "Si", "Al", "Pb",
                                                      "Hg",   "NbTi",  "FeSe",      "Cu",   "Fe", "Ga", "In",
                                                      "Sn",   "V3Si",  "LaH10",     "H3S",  "Nb", "Ta"};
static const double sample_tc[SAMPLE_N] = {39, 18, 92, 0, 0, 1.2, 7.2, 4.1, 9.5, 8, 0, 0, 1.1, 3.4, 3.7, 17, 250, 203, 9.3, 4.5};
static const uint64_t sample_job_seeds[SAMPLE_C * SAMPLE_S] = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 1ull << 63};
static const uint8_t sample_sweep_sha256[32] = {0xab, 1}, sample_data_sha256[32] = {0xcd, 2};
static const tcs_store_attribute sample_attributes[] = {
    {"tcsweep_version", "0.1.0", 0}, {"sweep_name", "sample", 0}, {"data_file", "supercon.csv", 0}, {"ranks", NULL, 4}};

static inline tcs_store_layout sample_layout(void) {
    return (tcs_store_layout){.n_attributes = sizeof sample_attributes / sizeof *sample_attributes,
                              .attributes = sample_attributes,
                              .sweep_sha256 = sample_sweep_sha256,
                              .data_sha256 = sample_data_sha256,
                              .sweep_yaml = "name: sample # Nb₃Sn\n",
                              .sweep_resolved = "name: sample\n",
                              .n_configurations = SAMPLE_C,
                              .n_splits = SAMPLE_S,
                              .n_rows = SAMPLE_N,
                              .labels = sample_labels,
                              .architectures = sample_architectures,
                              .keys = sample_keys,
                              .n_hyperparameters = 2,
                              .hyperparameters = sample_hyperparameters,
                              .n_networks = 2,
                              .networks = sample_networks,
                              .network_of = sample_network_of,
                              .n_stages = 2,
                              .stages = sample_stages,
                              .split_seeds = sample_split_seeds,
                              .n_train = sample_n_train,
                              .n_test = sample_n_test,
                              .train_rows = sample_train_rows,
                              .test_rows = sample_test_rows,
                              .formulas = sample_formulas,
                              .tc_kelvin = sample_tc,
                              .job_seeds = sample_job_seeds,
                              .stores_weights = true,
                              .stores_predictions = true,
                              .stores_curves = true};
}

static inline double sample_metric(size_t job, size_t set, size_t metric) {
    return 0.01 * (double)job + 0.5 * (double)set + (double)metric;
}

static inline float sample_parameter(size_t job, size_t i) {
    return (float)job + (float)i / 64;
}

static inline float sample_prediction(size_t job, size_t i) {
    return (float)(job * 10 + i) / 256;
}

/* A record and the arrays that it points to; valid while `sample` stays where it is. */
typedef struct sample_job {
    double metrics[TCS_N_SETS][TCS_N_METRICS];
    double values[2][TCS_N_SETS * 2 * SAMPLE_MOST_EPOCHS];
    struct tcs_store_record_curves curves[2];
    float test_tc[SAMPLE_MOST_TEST], test_probability[SAMPLE_MOST_TEST], parameters[SAMPLE_MOST_PARAMETERS];
    tcs_store_record record;
} sample_job;

/* What a job that is done leaves; the second curve of `regression` lacks its last epoch. */
static inline void sample_done(size_t job, sample_job *sample) {
    size_t configuration = job / SAMPLE_S, split = job % SAMPLE_S, network = sample_network_of[configuration];
    memset(sample, 0, sizeof *sample);
    for (size_t set = 0; set < TCS_N_SETS; set++)
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            sample->metrics[set][metric] = sample_metric(job, set, metric);
    for (size_t stage = 0; stage < 2; stage++) {
        size_t n_epochs = sample_stages[stage].n_epochs;
        for (size_t i = 0; i < TCS_N_SETS * 2 * n_epochs; i++)
            sample->values[stage][i] = (double)(1000 * job + 100 * stage + i);
        sample->curves[stage] = (struct tcs_store_record_curves){stage, n_epochs, sample->values[stage]};
    }
    for (size_t set = 0; set < TCS_N_SETS; set++)
        sample->values[0][(set * 2 + 1) * 3 + 2] = NAN;
    for (size_t i = 0; i < SAMPLE_MOST_TEST; i++) {
        sample->test_tc[i] = sample_prediction(job, i);
        sample->test_probability[i] = sample_prediction(job, i) / 2;
    }
    for (size_t i = 0; i < SAMPLE_MOST_PARAMETERS; i++)
        sample->parameters[i] = sample_parameter(job, i);
    bool has_network = network != TCS_STORE_NO_NETWORK;
    sample->record = (tcs_store_record){.configuration = configuration,
                                        .split = split,
                                        .outcome = TCS_JOB_DONE,
                                        .attempts = 1 + (unsigned)split,
                                        .wall_s = 12.5 + (double)job,
                                        .cpu_s = 12.25,
                                        .started = 1.7e9,
                                        .finished = 1.7e9 + 12.5,
                                        .rank = (int)job,
                                        .host = "node17",
                                        .metrics = {sample->metrics[0], sample->metrics[1]},
                                        .n_stages = has_network ? 2 : 0,
                                        .curves = sample->curves,
                                        .n_test = sample_n_test[split],
                                        .test_tc = sample->test_tc,
                                        .test_probability = sample->test_probability,
                                        .n_parameters = has_network ? sample_networks[network].n_parameters : 0,
                                        .parameters = has_network ? sample->parameters : NULL};
}

static inline void sample_failed(size_t job, const char *error, sample_job *sample) {
    memset(sample, 0, sizeof *sample);
    sample->record = (tcs_store_record){.configuration = job / SAMPLE_S,
                                        .split = job % SAMPLE_S,
                                        .outcome = TCS_JOB_CRASHED,
                                        .attempts = 3,
                                        .wall_s = 1,
                                        .cpu_s = 0.5,
                                        .started = 1.7e9,
                                        .finished = 1.7e9 + 1,
                                        .rank = 2,
                                        .host = "node18",
                                        .error = error};
}

#endif
