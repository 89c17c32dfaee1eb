/* tcsweep SWEEP.yaml: runs a sweep, or continues it. */
#include "run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "tcsweep/report.h"
#ifdef TCSWEEP_HAS_MPI
#include "tcsweep/mpi_carrier.h"
#endif

#define LOCK_WAIT_S 15 /* after kill -9 of mpirun its ranks live up to 2 s more */

/* ---- signals: the only mutable thing that is not handed from function to function -------------------------------- */

static volatile sig_atomic_t stop_signal;

static void ask_to_stop(int number) {
    stop_signal = number;
}

/* Rank 0 decides for all: the others ignore signals that the launcher sends to everybody, and end when it says so or falls silent. */
static void set_signals(bool is_coordinator) {
    struct sigaction stop = {.sa_handler = is_coordinator ? ask_to_stop : SIG_IGN, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGUSR1, &stop, NULL);
    if (is_coordinator)
        stop.sa_flags |= (int)SA_RESETHAND; /* a second one ends at once */
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

/* ---- one run ---------------------------------------------------------------------------------------------------------------- */

typedef struct run {
    run_options options;
    char command_line[4096];
    tcs_trainers *trainers;
    size_t n_trainers;
    tcs_carrier carrier;
    bool has_mpi, any_lost;
    run_plan plan;
    run_layout layout;
    char *path;
    tcs_store *store;
    bool *is_needed;
    size_t n_needed;
    tcs_error error;
} run;

static void join_arguments(int argc, char **argv, char *text, size_t n_bytes) {
    size_t n = (size_t)snprintf(text, n_bytes, "tcsweep");
    for (int i = 0; i < argc && n < n_bytes; i++)
        n += (size_t)snprintf(text + n, n_bytes - n, " %s", argv[i]);
}

static void say_bad_rows(const tcs_table *table, const char *file) {
    if (table->n_notes == 0)
        return;
    size_t n_kept = 0;
    for (size_t i = 0; i < table->n_notes; i++)
        n_kept += table->notes[i].was_kept;
    const tcs_row_note *first = &table->notes[0];
    fprintf(
        stderr,
        "tcsweep: %s: %zu rows read; %zu of them were mended, %zu more were left out (tcsweep check lists them); line %zu: %s\n",
        file, table->n_rows, n_kept, table->n_notes - n_kept, first->line, first->text);
}

static size_t count_jobs(const run *r) {
    return r->plan.study.n_configurations * r->plan.study.splits.n_splits;
}

/* The instruction set, which is recorded in it, must have been chosen. */
static tcs_status make_layout(run *r) {
    run_situation situation = {r->command_line, r->carrier.n_ranks, r->n_trainers};
    return layout_create(&r->plan, &situation, &r->layout, &r->error);
}

/* Which jobs are still to be trained. */
static tcs_status find_needed(run *r) {
    size_t n_jobs = count_jobs(r);
    const tcs_outcome *outcomes = tcs_store_outcomes(r->store);
    r->is_needed = tcs_allocate(n_jobs, sizeof *r->is_needed, &r->error);
    if (!r->is_needed)
        return TCS_OUT_OF_MEMORY;
    for (size_t job = 0; job < n_jobs; job++) {
        r->is_needed[job] = !tcs_outcome_is_final(outcomes[job]);
        r->n_needed += r->is_needed[job];
    }
    return TCS_OK;
}

static tcs_status open_file(run *r) {
    bool is_there;
    tcs_status status = results_file_name(&r->options, &r->plan.sweep, &r->path, &r->error);
    if (status == TCS_OK)
        status = results_file_prepare(r->path, &r->options, &r->plan, &is_there, &r->error);
    if (status == TCS_OK)
        status = make_layout(r);
    if (status == TCS_OK && !is_there)
        status = tcs_store_create(r->path, &r->layout.layout, &r->error);
    tcs_error warnings = {0};
    if (status == TCS_OK)
        status = tcs_store_open(r->path, LOCK_WAIT_S, &r->store, &warnings, &r->error);
    print_error(&warnings);
    size_t n_requeued = 0;
    if (status == TCS_OK && r->options.retry_failed)
        status = tcs_store_requeue_failed(r->store, &n_requeued, &r->error);
    if (n_requeued > 0)
        fprintf(stderr, "tcsweep: %zu failed jobs are trained again\n", n_requeued);
    return status == TCS_OK ? find_needed(r) : status;
}

static void say_start(const run *r) {
    const tcs_study *study = &r->plan.study;
    size_t n_jobs = count_jobs(r);
    fprintf(stderr, "tcsweep: %s: %zu configurations × %zu splits = %zu jobs", r->plan.sweep.name, study->n_configurations,
            study->splits.n_splits, n_jobs);
    if (r->n_needed < n_jobs)
        fprintf(stderr, ", %zu of them ended before", n_jobs - r->n_needed);
    fprintf(stderr, "; %d rank%s × %zu trainer%s, %s; results in %s\n", r->carrier.n_ranks, r->carrier.n_ranks == 1 ? "" : "s",
            r->n_trainers, r->n_trainers == 1 ? "" : "s", tcs_isa_name(study->isa), r->path);
}

static tcs_status train(run *r) {
    run_sink *sink = NULL;
    tcs_status status = sink_create(&r->plan, &r->layout, r->store, r->options.quiet, &sink, &r->error);
    if (status != TCS_OK) {
        tcs_engine_dismiss(&r->carrier, &r->error);
    } else {
        tcs_engine_sink interface = sink_interface(sink);
        tcs_engine_options options = {.n_trainers = r->n_trainers,
                                      .max_attempts = r->plan.sweep.max_attempts,
                                      .is_needed = r->is_needed,
                                      .cost = r->plan.cost,
                                      .silence_limit_s = r->options.silence_limit_s,
                                      .stop = &stop_signal};
        status = tcs_engine_coordinate(&r->carrier, r->trainers, &r->plan.study, &options, &interface, &r->any_lost, &r->error);
    }
    sink_free(sink);
    return status;
}

/* ---- the end ---------------------------------------------------------------------------------------------------------------- */

static tcs_status print_report(run *r) {
    tcs_results results;
    tcs_buffer text = {0};
    tcs_status status = tcs_results_read(r->path, &results, &r->error);
    if (status != TCS_OK)
        return status;
    tcs_report_options options = {TCS_REPORT_TEXT, TCS_METRIC_PAPER_DIFF};
    status = tcs_report_write(&results, &options, &text, &r->error);
    if (status == TCS_OK)
        fputs(tcs_buffer_text(&text), stdout);
    tcs_buffer_clear(&text);
    tcs_results_free(&results);
    return status;
}

static size_t count_failed(const run *r) {
    size_t n = 0, n_jobs = count_jobs(r);
    for (size_t job = 0; job < n_jobs; job++)
        n += tcs_outcome_is_failure(tcs_store_outcomes(r->store)[job]);
    return n;
}

static int finish(run *r, tcs_status status) {
    size_t n_failed = r->store ? count_failed(r) : 0;
    tcs_status closed = tcs_store_close(r->store, &r->error);
    r->store = NULL;
    if (status == TCS_OK)
        status = closed;
    if (status == TCS_OK && !r->options.quiet)
        status = print_report(r);
    if (status == TCS_CANCELLED)
        fprintf(stderr, "tcsweep: stopped%s; what is finished is in %s: run the same line again to go on\n",
                stop_signal ? " as asked by a signal" : "", r->path);
    if (status == TCS_OK && n_failed > 0)
        fprintf(stderr, "tcsweep: %zu jobs failed; --retry-failed trains them again\n", n_failed);
    print_error(&r->error);
    return status == TCS_OK && n_failed > 0 ? EXIT_JOBS_FAILED : exit_code_of(status);
}

static int coordinate(run *r) {
    tcs_status status = plan_read(r->options.sweep_file, &r->plan, &r->error);
    if (status == TCS_OK && !r->options.quiet)
        say_bad_rows(&r->plan.study.table, r->plan.sweep.data_file);
    if (status == TCS_OK)
        status = open_file(r);
    if (status == TCS_OK && !r->options.quiet)
        say_start(r);
    if (status == TCS_OK && r->n_needed > 0)
        status = train(r);
    else
        tcs_engine_dismiss(&r->carrier, &r->error);
    return finish(r, status);
}

static int serve(run *r) {
    tcs_engine_options options = {.n_trainers = r->n_trainers, .silence_limit_s = r->options.silence_limit_s};
    tcs_status status = tcs_engine_serve(&r->carrier, r->trainers, &options, &r->any_lost, &r->error);
    print_error(&r->error);
    return exit_code_of(status);
}

static tcs_status start_mpi(run *r) {
    r->carrier = tcs_carrier_alone();
    if (!launch_is_parallel())
        return TCS_OK;
#ifdef TCSWEEP_HAS_MPI
    r->has_mpi = true;
    tcs_status status = tcs_mpi_start(NULL, NULL, &r->carrier, &r->error);
    if (status == TCS_OK && r->carrier.rank != launch_rank())
        status = tcs_error_add(&r->error, TCS_BAD_USAGE,
                               "MPI says rank %d where the launcher says %d: they do not know each other (srun needs --mpi=pmix)",
                               r->carrier.rank, launch_rank());
    return status;
#else
    return tcs_error_add(&r->error, TCS_BAD_USAGE, "started by mpirun or srun, but built without MPI");
#endif
}

static void free_run(run *r) {
    layout_free(&r->layout);
    plan_free(&r->plan);
    free(r->path);
    free(r->is_needed);
    tcs_error_clear(&r->error);
}

static int run_all(run *r) {
    int code = r->carrier.rank == 0 ? coordinate(r) : serve(r);
    tcs_trainers_free(r->trainers);
    free_run(r);
    bool must_exit_at_once = false;
#ifdef TCSWEEP_HAS_MPI
    if (r->has_mpi)
        tcs_mpi_end(&r->carrier, r->any_lost, code, &must_exit_at_once);
#endif
    fflush(NULL);
    if (must_exit_at_once)
        program_exit_at_once(code);
    return code;
}

static tcs_status read_options(int argc, char **argv, run *r, bool *wants_help) {
    const option_spec options[] = {{"-o", OPTION_TEXT, &r->options.output},
                                   {"--output", OPTION_TEXT, &r->options.output},
                                   {"--trainers", OPTION_COUNT, &r->options.n_trainers},
                                   {"--isa", OPTION_TEXT, &r->options.isa},
                                   {"--silence-limit", OPTION_COUNT, &r->options.silence_limit_s},
                                   {"--force", OPTION_FLAG, &r->options.force},
                                   {"--retry-failed", OPTION_FLAG, &r->options.retry_failed},
                                   {"-q", OPTION_FLAG, &r->options.quiet},
                                   {"--quiet", OPTION_FLAG, &r->options.quiet},
                                   {0}};
    tcs_status status = options_read(argc, argv, options, 1, &r->options.sweep_file, wants_help, &r->error);
    if (status == TCS_OK && !*wants_help)
        status = launch_count_trainers(r->options.n_trainers, &r->n_trainers, &r->error);
    return status;
}

int command_run(int argc, char **argv) {
    run r = {0};
    bool wants_help;
    join_arguments(argc - 1, argv + 1, r.command_line, sizeof r.command_line);
    tcs_status status = read_options(argc, argv, &r, &wants_help);
    if (wants_help)
        return command_print_help(argv[0]);
    if (status == TCS_OK)
        status = tcs_trainers_create(&r.trainers, &r.error); /* before MPI_Init: see trainers.h */
    if (status == TCS_OK) {
        set_signals(launch_rank() == 0);
        status = start_mpi(&r);
    }
    if (status == TCS_OK)
        return run_all(&r);
    if (launch_rank() == 0)
        print_error(&r.error);
    tcs_trainers_free(r.trainers);
    free_run(&r);
    return exit_code_of(status);
}
