/* run.h: the parts of `tcsweep SWEEP.yaml`: what the user asked for, the study made of it, the results file it goes to, and what is shown. */
#ifndef TCS_CLI_RUN_H
#define TCS_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/engine.h"
#include "tcsweep/store.h"
#include "tcsweep/study.h"
#include "tcsweep/sweep.h"

/* The command line. */
typedef struct run_options {
    const char *sweep_file;
    const char *output;       /* NULL: results/<sweep>.h5 */
    const char *isa;          /* NULL: that of the results file, or the best there is */
    unsigned n_trainers;      /* 0: the default */
    unsigned silence_limit_s; /* 0: the default */
    bool force, retry_failed, quiet;
} run_options;

/* ---- launch.c: this process among others, before MPI_Init ------------------------------------------------------------ */

/* Started by mpirun or srun. */
bool launch_is_parallel(void);
/* The rank as the launcher tells it; 0 where there is none. */
int launch_rank(void);
/* Cores that this process may use. */
unsigned launch_n_cores(void);
/* Trainers of this rank, from --trainers (0: default) and the cores; more than there are cores is TCS_BAD_USAGE. */
tcs_status launch_count_trainers(unsigned asked, size_t *out, tcs_error *error);
/* OpenBLAS starts its threads before main: executes this program anew with one thread where the environment does not say so yet. */
void launch_with_one_blas_thread(char **argv);

/* ---- plan.c: from a sweep file to a study ------------------------------------------------------------------------------- */

typedef struct run_plan {
    tcs_sweep sweep;
    tcs_study study;
    double *cost; /* [jobs], floating point operations */
} run_plan;

/* Reads sweep and data, makes the splits. Notes on data rows go to standard error, by and by, unless quiet. The instruction set is left to the caller. */
tcs_status plan_read(const char *sweep_file, run_plan *out, tcs_error *error);
void plan_free(run_plan *plan);
/* "cnn learning_rate=0.0001, split 3 of 6". */
void plan_job_text(const run_plan *plan, size_t job, char text[256]);

/* ---- layout.c: what the results file of a plan looks like ------------------------------------------------------------- */

/* How the program was started; recorded in the results file. */
typedef struct run_situation {
    const char *command_line;
    int n_ranks;
    size_t n_trainers; /* a rank */
} run_situation;

/* A layout with the memory that it points to. It also points into the plan, which must stay. */
typedef struct run_layout {
    tcs_store_layout layout;
    size_t *stage_of; /* [C × most_stages]: a configuration's stages among the layout's */
    size_t most_stages;
    void *arena;
} run_layout;
tcs_status layout_create(const run_plan *plan, const run_situation *situation, run_layout *out, tcs_error *error);
void layout_free(run_layout *layout);

/* ---- results_file.c: which file, and whether it may be continued ------------------------------------------------------ */

/* The name that results go to; the caller frees it. Makes the directory results/ where that is the default. */
tcs_status results_file_name(const run_options *options, const tcs_sweep *sweep, char **out, tcs_error *error);
/* Where there is a results file already: its instruction set, which decides the bits; else --isa, or the best there is. Checks that a file
 * that is there belongs to the sweep and its data; with --force another's is kept under a numbered name. *is_there: it is to be continued. */
tcs_status results_file_prepare(const char *path, const run_options *options, run_plan *plan, bool *is_there, tcs_error *error);

/* ---- sink.c: records into the results file, and a display of how far the sweep is --------------------------------------- */

typedef struct run_sink run_sink;
tcs_status sink_create(const run_plan *plan, const run_layout *layout, tcs_store *store, bool is_quiet, run_sink **out,
                       tcs_error *error);
void sink_free(run_sink *sink);
tcs_engine_sink sink_interface(run_sink *sink);

/* ---- display.c: how far it is ---------------------------------------------------------------------------------------------- */

typedef struct display {
    bool is_quiet, is_terminal, has_bar;
    double last_line_s, interval_s;
} display;
display display_start(bool is_quiet);
void display_progress(display *d, const tcs_engine_progress *progress, bool is_last);
/* A line of its own; a bar is moved below it. */
void display_say(display *d, const char *line);

#endif
