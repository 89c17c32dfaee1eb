/* tcsweep check SWEEP.yaml: what is wrong with it, its jobs, what they cost, and what its data hold. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "run.h"
#include "tcsweep/audit.h"

#define CALIBRATION_BATCHES 12
#define CALIBRATION_TEST_ROWS 256
#define MOST_NOTES 50

/* ---- data ---------------------------------------------------------------------------------------------------------------- */

static void print_notes(const tcs_table *table) {
    for (size_t i = 0; i < table->n_notes && i < MOST_NOTES; i++) {
        const tcs_row_note *note = &table->notes[i];
        printf("    line %zu, field %zu: %s (%s)\n", note->line, note->column, note->text, note->was_kept ? "kept" : "left out");
    }
    if (table->n_notes > MOST_NOTES)
        printf("    ... and %zu more\n", table->n_notes - MOST_NOTES);
}

static void print_splits(const tcs_sweep *sweep, const tcs_splits *splits) {
    const char *kind = sweep->splits.kind == TCS_SPLIT_K_FOLD ? "k-fold" : "repeated random";
    printf("splits: %zu, %s%s; the first has %zu training and %zu test rows\n", splits->n_splits, kind,
           sweep->splits.is_stratified ? ", stratified" : "", splits->n_train[0], splits->n_test[0]);
}

static tcs_status print_data(const run_plan *plan, tcs_error *error) {
    const tcs_table *table = &plan->study.table;
    tcs_audit audit;
    tcs_status status = tcs_audit_compute(table, &plan->study.splits, &audit, error);
    if (status != TCS_OK)
        return status;
    printf("data: %s\n", plan->sweep.data_file);
    printf("  %zu rows; %zu (%.2f %%) superconductors; mean Tc %.4g K, highest %.4g K (%s)\n", audit.n_rows,
           audit.n_superconductors, 100 * (double)audit.n_superconductors / (double)audit.n_rows, audit.mean_tc_kelvin,
           audit.max_tc_kelvin, table->formula[audit.max_tc_row]);
    printf("  %zu elements; at most %zu in a compound\n", audit.n_elements, audit.most_elements);
    printf("  %zu compositions stand in more than one row (%zu rows), %zu of them both as Tc = 0 and Tc > 0\n",
           audit.n_duplicate_groups, audit.n_duplicate_rows, audit.n_contradictory_groups);
    printf("  %zu rows were mended or left out\n", table->n_notes);
    print_notes(table);
    print_splits(&plan->sweep, &plan->study.splits);
    printf("  %.2f %% of the test rows have a composition that is also among the training rows of their split\n",
           100 * (double)audit.n_leaked_test_rows / (double)audit.n_test_rows);
    return TCS_OK;
}

/* ---- cost ------------------------------------------------------------------------------------------------------------------ */

/* A few steps of each stage on this machine: floating point operations a second. NaN where it cannot be measured (a baseline). */
static tcs_status measure_speed(const run_plan *plan, const tcs_study_features *features, size_t configuration, double *out,
                                tcs_error *error) {
    *out = (double)NAN;
    tcs_study trial = plan->study;
    size_t job = configuration * trial.splits.n_splits;
    tcs_model *model = &trial.models[configuration];
    if (model->learner != TCS_LEARNER_NETWORK)
        return TCS_OK;
    size_t n_train = trial.splits.n_train[0], n_test = trial.splits.n_test[0];
    uint32_t *n_epochs = tcs_allocate(model->n_stages, sizeof *n_epochs, error), every = model->curve_every, most_batch = 1;
    if (!n_epochs)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < model->n_stages; i++) {
        n_epochs[i] = model->stages[i].n_epochs;
        model->stages[i].n_epochs = 1;
        most_batch = model->stages[i].batch > most_batch ? model->stages[i].batch : most_batch;
    }
    model->curve_every = 0;
    size_t wanted = (size_t)most_batch * CALIBRATION_BATCHES;
    trial.splits.n_train[0] = wanted < n_train ? wanted : n_train;
    trial.splits.n_test[0] = n_test < CALIBRATION_TEST_ROWS ? n_test : CALIBRATION_TEST_ROWS;
    tcs_result result = {0};
    double start_s = tcs_clock_s();
    tcs_status status = tcs_study_run_job(&trial, features, job, NULL, &result, error);
    double flops = tcs_learn_flops(model, trial.splits.n_train[0], trial.splits.n_test[0]);
    if (status == TCS_OK || status == TCS_DIVERGED)
        *out = flops / (tcs_clock_s() - start_s);
    tcs_result_free(&result);
    trial.splits.n_train[0] = n_train;
    trial.splits.n_test[0] = n_test;
    for (size_t i = 0; i < model->n_stages; i++)
        model->stages[i].n_epochs = n_epochs[i];
    model->curve_every = every;
    free(n_epochs);
    return status == TCS_DIVERGED ? TCS_OK : status;
}

typedef struct cost_sum {
    size_t n_jobs;
    double seconds, longest_s;
    size_t memory_bytes;
} cost_sum;

static void add_configuration(const run_plan *plan, size_t c, double flops_per_s, cost_sum *sum) {
    const tcs_splits *splits = &plan->study.splits;
    for (size_t s = 0; s < splits->n_splits; s++) {
        double seconds = isfinite(flops_per_s) ? plan->cost[c * splits->n_splits + s] / flops_per_s : 0;
        sum->seconds += seconds;
        sum->longest_s = seconds > sum->longest_s ? seconds : sum->longest_s;
    }
    size_t memory = tcs_learn_memory_bytes(&plan->study.models[c], splits->n_train[0], splits->n_test[0]);
    sum->memory_bytes = memory > sum->memory_bytes ? memory : sum->memory_bytes;
    sum->n_jobs += splits->n_splits;
}

static void print_time(double seconds) {
    if (seconds < 120)
        printf("%.1f s", seconds);
    else if (seconds < 7200)
        printf("%.1f min", seconds / 60);
    else
        printf("%.1f h", seconds / 3600);
}

static void print_cost(const cost_sum *sum, unsigned n_cores) {
    static const unsigned counts[] = {1, 2, 8, 64, 512};
    printf("together: %.3g core-hours; the longest job takes ", sum->seconds / 3600);
    print_time(sum->longest_s);
    printf("; up to %.0f MB a trainer\n", ceil((double)sum->memory_bytes / 1e6));
    printf("expected time");
    bool has_printed = false;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (i > 0 && counts[i - 1] >= sum->n_jobs)
            break;
        printf("%s with %u trainer%s%s: ", has_printed ? ";" : "", counts[i], counts[i] == 1 ? "" : "s",
               counts[i] == n_cores ? " (this machine's cores)" : "");
        print_time(fmax(sum->seconds / counts[i], sum->longest_s));
        has_printed = true;
    }
    printf("\n");
}

static tcs_status print_jobs(run_plan *plan, tcs_error *error) {
    tcs_study_features *features = NULL;
    plan->study.isa = tcs_isa_detect();
    tcs_isa_use(plan->study.isa);
    tcs_status status = tcs_study_features_create(&plan->study, &features, error);
    cost_sum sum = {0};
    size_t n = plan->study.n_configurations;
    printf("jobs: %zu configurations × %zu splits = %zu (cost: from a few steps on this machine, %s)\n", n,
           plan->study.splits.n_splits, n * plan->study.splits.n_splits, tcs_isa_name(plan->study.isa));
    double speed = (double)NAN;
    size_t measured = TCS_NO_NETWORK;
    for (size_t c = 0; c < n && status == TCS_OK; c++) {
        const tcs_configuration *configuration = &plan->sweep.configurations[c];
        if (configuration->network == TCS_NO_NETWORK)
            speed = (double)NAN;
        else if (configuration->network != measured)
            status = measure_speed(plan, features, c, &speed, error);
        measured = configuration->network;
        add_configuration(plan, c, speed, &sum);
        printf("  %-48s ", configuration->label);
        print_time(isfinite(speed) ? plan->cost[c * plan->study.splits.n_splits] / speed : 0);
        printf(" a job\n");
    }
    if (status == TCS_OK)
        print_cost(&sum, launch_n_cores());
    tcs_study_features_free(features);
    return status;
}

static tcs_status print_size(const run_plan *plan, tcs_error *error) {
    run_layout layout;
    run_situation situation = {"tcsweep check", 1, 1};
    tcs_status status = layout_create(plan, &situation, &layout, error);
    if (status == TCS_OK)
        printf("results file: %.1f MB, reserved at the start\n", (double)tcs_store_size_bytes(&layout.layout) / 1e6);
    layout_free(&layout);
    return status;
}

int command_check(int argc, char **argv) {
    bool is_resolved = false, wants_help;
    const option_spec options[] = {{"--resolved", OPTION_FLAG, &is_resolved}, {0}};
    const char *file;
    run_plan plan = {0};
    tcs_error error = {0};
    tcs_status status = options_read(argc, argv, options, 1, &file, &wants_help, &error);
    if (wants_help)
        return command_print_help(argv[0]);
    if (status == TCS_OK && is_resolved) {
        status = tcs_sweep_read(file, &plan.sweep, &error);
        if (status == TCS_OK)
            fputs(plan.sweep.resolved, stdout);
    } else if (status == TCS_OK) {
        status = plan_read(file, &plan, &error);
        if (status == TCS_OK)
            printf("%s: no mistakes found\n", file);
        if (status == TCS_OK)
            status = print_data(&plan, &error);
        if (status == TCS_OK)
            status = print_jobs(&plan, &error);
        if (status == TCS_OK)
            status = print_size(&plan, &error);
    }
    plan_free(&plan);
    print_error(&error);
    return exit_code_of(status);
}
