/* train.c: seconds an epoch of the paper's networks on one core, through tcs_learn_run.
 *
 *     tcs_bench_train {fcnn|cnn} EPOCHS [CSV]
 *
 * Prints every epoch of both stages, then the medians (stage 2 without its first epoch, which contains what is computed once: the
 * backbone on all rows) and the evaluation of both branches, per 13,132 rows. All on the first of the paper's kind of splits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paper_networks.h"
#include "tcsweep/features.h"
#include "tcsweep/isa.h"
#include "tcsweep/splits.h"
#include "tcsweep/table.h"

#define PAPER_N_TRAIN 13132

typedef struct timer {
    double last_s;
    uint32_t n;
    double *epoch_s; /* [2 × EPOCHS] */
} timer;

static bool note_epoch(void *context, uint32_t n_done, uint32_t n_total) {
    timer *t = context;
    double now_s = tcs_clock_s();
    t->epoch_s[t->n++] = now_s - t->last_s;
    printf("epoch %u of %u: %.4f s\n", (unsigned)n_done, (unsigned)n_total, now_s - t->last_s);
    fflush(stdout);
    t->last_s = tcs_clock_s();
    return false;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n) {
    qsort(values, n, sizeof *values, compare);
    return n == 0 ? 0 : n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void print_report(const char *name, uint32_t n_epochs, timer *t, double end_s, size_t n_rows, const tcs_result *result) {
    double evaluation_s = (end_s - t->last_s) * PAPER_N_TRAIN / (double)n_rows;
    double first_s = t->epoch_s[n_epochs];
    size_t skipped = n_epochs > 1;
    double stage2_s = median(t->epoch_s + n_epochs + skipped, n_epochs - skipped), stage1_s = median(t->epoch_s, n_epochs);
    printf("%s isa %s stage1_s %.4f stage2_s %.4f (first %.4f) evaluation_s %.4f\n", name, tcs_isa_name(tcs_isa_in_use()), stage1_s,
           stage2_s, first_s, evaluation_s);
    for (size_t set = 0; set < TCS_N_SETS; set++) {
        printf("%s:", tcs_set_names[set]);
        for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
            printf(" %s %.4f", tcs_metric_name((tcs_metric)metric), result->metrics[set][metric]);
        printf("\n");
    }
}

static tcs_status run(const char *name, uint32_t n_epochs, const tcs_table *table, const tcs_splits *splits, tcs_error *error) {
    tcs_model model = {0};
    tcs_result result = {0};
    tcs_status status = paper_model(name, n_epochs, &model, error);
    if (status != TCS_OK)
        return status;
    const tcs_feature *feature = tcs_feature_find(model.feature);
    timer t = {.epoch_s = tcs_allocate(2 * (size_t)n_epochs, sizeof(double), error)};
    float *features = feature ? tcs_allocate(table->n_rows * tcs_feature_width(feature), sizeof *features, error) : NULL;
    if (!t.epoch_s || !features) {
        status = TCS_OUT_OF_MEMORY;
    } else {
        tcs_feature_compute(feature, table, features);
        const tcs_learn_data data = {.n_rows = table->n_rows,
                                     .features = features,
                                     .tc_kelvin = table->tc_kelvin,
                                     .n_train = splits->n_train[0],
                                     .n_test = splits->n_test[0],
                                     .train_rows = splits->train_rows[0],
                                     .test_rows = splits->test_rows[0]};
        const tcs_learn_hooks hooks = {.context = &t, .progress = note_epoch};
        printf("%s: %.1f GFLOP, %.1f MiB\n", name, 1e-9 * tcs_learn_flops(&model, data.n_train, data.n_test),
               (double)tcs_learn_memory_bytes(&model, data.n_train, data.n_test) / (1 << 20));
        t.last_s = tcs_clock_s();
        status = tcs_learn_run(&model, &data, tcs_random_key_from_seed(1), &hooks, &result, error);
        if (status == TCS_OK)
            print_report(name, n_epochs, &t, tcs_clock_s(), data.n_train + data.n_test, &result);
    }
    tcs_result_free(&result);
    free(features);
    free(t.epoch_s);
    tcs_model_free(&model);
    return status;
}

int main(int argc, char **argv) {
    long n_epochs = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    if (argc < 3 || argc > 4 || n_epochs < 1 || n_epochs > 100000) {
        fprintf(stderr, "usage: tcs_bench_train {fcnn|cnn} EPOCHS [CSV]\n");
        return 2;
    }
    /* OpenBLAS reads these when it is loaded, before main. */
    tcs_isa isa = tcs_isa_detect();
    const char *core = tcs_isa_openblas_coretype(isa);
    if (!getenv("OPENBLAS_NUM_THREADS") && setenv("OPENBLAS_NUM_THREADS", "1", 1) == 0 &&
        (!core || setenv("OPENBLAS_CORETYPE", core, 0) == 0))
        execv("/proc/self/exe", argv);
    tcs_isa_use(isa);

    tcs_error error = {0};
    tcs_table table = {0};
    tcs_splits splits = {0};
    const tcs_table_options options = {"name", "Tc", TCS_BAD_ROW_LENIENT};
    const tcs_splits_spec spec = {.kind = TCS_SPLIT_REPEATED_RANDOM, .n_splits = 1, .test_fraction = 0.2};
    tcs_status status = tcs_table_read(argc > 3 ? argv[3] : "../shared/data/supercon.csv", &options, &table, &error);
    if (status == TCS_OK)
        status = tcs_splits_make(&spec, table.n_rows, table.tc_kelvin, 1, &splits, &error);
    if (status == TCS_OK)
        status = run(argv[1], (uint32_t)n_epochs, &table, &splits, &error);
    if (status != TCS_OK)
        fprintf(stderr, "tcs_bench_train: %s\n", tcs_error_text(&error));
    tcs_splits_free(&splits);
    tcs_table_free(&table);
    tcs_error_clear(&error);
    return status == TCS_OK ? 0 : 1;
}
