/* trainers.h: the trainer processes of one agent.
 *
 * agent ── socket ── fork server ── fork ──► one trainer a job
 *
 * The fork server is forked before MPI_Init, so that no process with MPI state is ever forked. When it is given the study it
 * executes this program anew, with OpenBLAS made single-threaded and of the study's instruction set by its environment, maps
 * the study (a memfd) and forks a trainer for each job. A trainer sends progress and, at the end, its result straight to the agent over a
 * socket of its own. A crash, a hang or a full memory is therefore one job's outcome. When the agent ends, however it ends, the fork
 * server and the trainers end with it (PR_SET_PDEATHSIG, end of file). They block SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP: only the socket and
 * SIGKILL stop them.
 *
 * Knows nothing of MPI, ranks, or which job comes next. Used by one thread.
 */
#ifndef TCSWEEP_TRAINERS_H
#define TCSWEEP_TRAINERS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"
#include "tcsweep/outcome.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first argument by which this program is told to be a fork server: main() calls tcs_fork_server_main at once where argv[1] is it. */
#define TCS_FORK_SERVER_ARGUMENT "--internal-fork-server"
/* Serves until the agent is gone; returns the exit code for main. */
int tcs_fork_server_main(int argc, char **argv);

typedef struct tcs_trainers tcs_trainers;

/* Forks the fork server. Call it first thing in main, before MPI_Init and before any thread exists. */
tcs_status tcs_trainers_create(tcs_trainers **out, tcs_error *error);
/* Kills whatever runs and ends the fork server. NULL is allowed. */
void tcs_trainers_free(tcs_trainers *trainers);

/* Hands over the encoded study (study.h), once, before the first job. The bytes are copied into a memfd and may be freed. Waits until the
 * server is ready, and returns its error where it is not (another instruction set than asked for, say); there are then no trainers. */
tcs_status tcs_trainers_give_study(tcs_trainers *trainers, const void *study, size_t n_bytes, tcs_error *error);
/* The core that the trainers' OpenBLAS computes with, and its version, as in "Haswell 0.3.21"; "" before a study was given. The same on
 * all ranks, or their results differ in the last bits. Valid as long as the trainers. */
const char *tcs_trainers_openblas(const tcs_trainers *trainers);

/* Starts a trainer. Jobs that run at the same time must differ. Never waits long; where it fails, the job does not run. */
tcs_status tcs_trainers_start(tcs_trainers *trainers, size_t job, tcs_error *error);
/* Kills a job's trainer; its TCS_TRAINER_ENDED event then comes as TCS_JOB_CANCELLED, or as done where its result came first. Nothing where
 * it does not run. */
void tcs_trainers_cancel(tcs_trainers *trainers, size_t job);
/* The same for every running job. */
void tcs_trainers_cancel_all(tcs_trainers *trainers);
/* Jobs that were started and whose end has not been told. */
size_t tcs_trainers_n_running(const tcs_trainers *trainers);

typedef enum tcs_trainer_event_kind {
    TCS_TRAINER_PROGRESS,
    TCS_TRAINER_ENDED,
    TCS_TRAINER_SERVER_LOST /* the fork server died: no more trainers here; every job that ran is gone (no ENDED comes for it, but for those
                               whose result was there already: these are told first) */
} tcs_trainer_event_kind;

typedef struct tcs_trainer_event {
    tcs_trainer_event_kind kind;
    size_t job;
    double fraction; /* progress: 0 … 1 of the job's flops-weighted epochs */
    double elapsed_s;
    /* ended: */
    tcs_outcome outcome;
    /* Not the job's fault: a SIGKILL that was not ours (crashed; the kernel's out-of-memory killer counts as out_of_memory where it can be
     * told), or no process could be had for it (failed). */
    bool was_killed_outside;
    double wall_s, cpu_s, started, finished; /* started, finished: seconds since 1970 */
    char *message;     /* the reason of a failure, for /job/error: "SIGSEGV at epoch 12 of regression", or NULL */
    tcs_buffer result; /* an encoded tcs_result (learn.h) of a job that is done or diverged; else empty */
} tcs_trainer_event;
void tcs_trainer_event_free(tcs_trainer_event *event);

/* The next event, without waiting: true where there was one (the caller frees it). */
bool tcs_trainers_next_event(tcs_trainers *trainers, tcs_trainer_event *out);
/* Waits up to wait_s for something to happen on the trainers' sockets or on `more` (n of them, as poll(2)); returns early when it does. */
void tcs_trainers_wait(tcs_trainers *trainers, double wait_s, struct pollfd *more, size_t n);

#ifdef __cplusplus
}
#endif
#endif
