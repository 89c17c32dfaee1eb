/* tcsweep: reads the command line, and is the only place that ends the process. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "run.h"
#include "tcsweep/trainers.h"
#include "version.h"

const command commands[] = {
    {"run", command_run,
     "[run] SWEEP.yaml [-o FILE] [--trainers K] [--isa NAME] [--silence-limit S] [--force] [--retry-failed] [-q]",
     "runs a sweep, or continues it: the same line again until it is done"},
    {"check", command_check, "check SWEEP.yaml [--resolved]", "what is wrong with a sweep, its jobs, their cost, its data"},
    {"status", command_status, "status RESULTS.h5", "how far a sweep is (exit code 0, 1 or 75)"},
    {"report", command_report, "report RESULTS.h5 [--format text|markdown|csv|json|latex] [--rank-by METRIC]",
     "mean ± std over the splits, beside the paper's figures, and a ranking"},
    {"verify", command_verify, "verify RESULTS.h5", "checks the file and the checksum of every finished job"},
    {0}};

void program_exit_at_once(int code) {
    _exit(code);
}

static const command *find_command(const char *name) {
    for (const command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

int command_print_help(const char *name) {
    const command *only = name ? find_command(name) : NULL;
    if (!only)
        printf("tcsweep %s: cross-validation and hyperparameter sweeps, on one machine or under MPI\n\n", version_text());
    for (const command *c = commands; c->name; c++)
        if (!only || only == c)
            printf("  tcsweep %s\n      %s\n", c->usage, c->help);
    if (!only || only->run == command_run)
        printf("\n  -o FILE          results file (default: results/NAME.h5)\n"
               "  --trainers K     trainer processes of this rank (default: 1 under mpirun or srun, else one a core)\n"
               "  --isa NAME       instruction set of all ranks: baseline, avx2, avx512 (default: the best of rank 0)\n"
               "  --force          keep another sweep's results file under a numbered name and begin anew\n"
               "  --silence-limit S  give up a rank not heard of for S seconds (default: 15)\n"
               "  --retry-failed   train jobs that failed again\n"
               "  -q, --quiet      nothing but errors\n");
    if (!only)
        printf("\n  mpirun -n 64 tcsweep SWEEP.yaml     on a cluster\n"
               "  tcsweep --version                   version, commit and libraries\n\n"
               "Exit codes: 0 complete; 1 complete, but jobs failed; 2 wrong command line or sweep file; 3 wrong data;\n"
               "4 system error (disk full, file locked, ...); 75 stopped before the end: run the same line again.\n");
    return EXIT_COMPLETE;
}

static int misused(const char *what) {
    if (launch_rank() == 0)
        fprintf(stderr, "tcsweep: %s; tcsweep --help tells how\n", what);
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], TCS_FORK_SERVER_ARGUMENT) == 0)
        return tcs_fork_server_main(argc, argv);
    launch_with_one_blas_thread(argv);
    if (argc < 2)
        return misused("a sweep file or a command is missing");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return command_print_help(NULL);
    if (strcmp(argv[1], "--version") == 0) {
        version_print();
        return EXIT_COMPLETE;
    }
    const command *c = find_command(argv[1]);
    if (c)
        return c->run(argc - 1, argv + 1);
    /* No command: a sweep file, with or without options before it. */
    return command_run(argc, argv);
}
