/* fork_server.h: the process that forks the trainers; see trainers.h for where it stands.
 *
 * One thread, one loop: it waits for requests of its agent, for the ends of its trainers (SIGCHLD, by a signalfd) and for limits to pass. It is
 * the parent of all trainers, so a process id that it has not reaped is that trainer's and no other's: killing by id is safe.
 *
 * Signals. mpirun, srun and a terminal send theirs to whole process groups; what is meant for the agent must not end its trainers. So
 * TERM, INT, USR1, USR2 and HUP stay blocked, here and in the trainers; PIPE is ignored, a closed socket is seen as such. Everything else
 * has its default effect (handlers of a launcher or of MPI would hide a crash). STOP and TSTP work: a suspended job is suspended as a whole.
 * Core dumps are as the user set them (ulimit -c).
 *
 * Ends. The kernel kills the server when its agent's main thread ends, and a trainer when the server ends (PR_SET_PDEATHSIG); each checks,
 * after asking for this, that its parent is still there. When the agent merely closes the socket, the server kills and reaps its trainers and ends.
 */
#ifndef TCS_ENGINE_FORK_SERVER_H
#define TCS_ENGINE_FORK_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fork_server_memory.h"
#include "fork_server_messages.h"
#include "tcsweep/outcome.h"
#include "tcsweep/study.h"

/* ---- the beginning: fork_server_stub.c ----------------------------------------------------------------------------------- */

/* What the agent's child does: waits for the study and executes this program anew with what it needs. Returns only where there is nothing to
 * do or the program cannot be executed (which it has then reported). `agent` is the parent's process id. */
void tcs_fork_server_stub(int control, pid_t agent);
/* Sets all signals as told above. */
void tcs_fork_server_set_signals(void);
/* True where the process will be killed when `parent` ends, and parent is still there. */
bool tcs_fork_server_follow(pid_t parent);

/* ---- the server ------------------------------------------------------------------------------------------------------------ */

/* Shared between the server and one trainer, so that the server knows where a trainer was when it ended. */
typedef struct tcs_trainer_mark {
    _Atomic uint32_t n_epochs_done;
} tcs_trainer_mark;

typedef struct tcs_child {
    size_t job;
    pid_t pid;              /* 0: it has ended, or could not be forked, and `report` waits to be sent */
    tcs_trainer_mark *mark; /* one mapped page */
    double started_s;       /* tcs_clock_s */
    double started;         /* seconds since 1970 */
    tcs_outcome killed_as;  /* why this server killed it: cancelled, timed_out, out_of_memory; else running */
    uint64_t bytes_when_killed;
    tcs_server_report report;
} tcs_child;

typedef struct tcs_fork_server {
    int control;       /* to the agent */
    int child_signals; /* signalfd of SIGCHLD */
    tcs_study study;
    tcs_study_features *features;
    tcs_child *children;
    size_t n_children, children_capacity;
    tcs_oom_watch oom_watch;
    double looked_s; /* when memory was last looked at */
} tcs_fork_server;

/* fork_server_children.c */
/* Forks the trainer of a job; `socket` is the trainer's end and closed here. Where it cannot be done, a report is waiting. False where not
 * even that can be: memory ran out. */
bool tcs_fork_server_start(tcs_fork_server *server, size_t job, int socket);
void tcs_fork_server_kill(tcs_fork_server *server, size_t job);
/* Reaps those that have ended, and writes their reports. */
void tcs_fork_server_reap(tcs_fork_server *server);
/* Sends waiting reports as far as there is room; *is_waiting: some are left. False where the agent is gone. */
bool tcs_fork_server_send_reports(tcs_fork_server *server, bool *is_waiting);
/* Kills all and waits for their ends. */
void tcs_fork_server_end_all(tcs_fork_server *server);

/* fork_server_limits.c */
/* Kills the trainers that are past a limit. Returns in how many seconds to ask again at the latest; −1: whenever. */
double tcs_fork_server_watch(tcs_fork_server *server);

/* fork_server_report.c */
/* What became of a trainer whose wait status is this, as far as the server can tell. */
void tcs_fork_server_judge(tcs_fork_server *server, tcs_child *child, int wait_status);

/* trainer.c */
/* The whole life of a trainer, in a process of its own; the exit code of that process. `study` is its own copy. */
int tcs_trainer_run(tcs_study *study, const tcs_study_features *features, size_t job, int socket, tcs_trainer_mark *mark);

#endif
