/* trainers_state.h: what an agent knows of its trainers. */
#ifndef TCS_ENGINE_TRAINERS_STATE_H
#define TCS_ENGINE_TRAINERS_STATE_H

#include <sys/types.h>

#include "fork_server_messages.h"
#include "tcsweep/trainers.h"
#include "trainer_channel.h"

/* A job ends for the agent when both have come, in either order: the server's report, and the end of the trainer's socket. */
typedef struct tcs_running_job {
    size_t job;
    tcs_channel channel;
    bool has_report;
    tcs_server_report report;
    bool is_cancelled;
    bool must_kill;            /* the request to kill it has not found room yet */
    double started_s, started; /* by the agent's clocks, for where the server's are lost */
} tcs_running_job;

struct tcs_trainers {
    pid_t server; /* 0: reaped */
    int control;  /* −1: the server is lost */
    bool is_ready;
    bool must_tell_lost;
    tcs_running_job *jobs;
    size_t n_jobs, jobs_capacity;
    size_t next; /* where to look first for an event, so that each job has its turn */
    struct pollfd *polled;
    size_t polled_capacity;
    char openblas[TCS_SERVER_TEXT_BYTES];
};

/* Takes what has come on all sockets, without waiting. */
void tcs_trainers_pump(tcs_trainers *trainers);
/* The server is gone, or is not to be trusted: ends it and everything that hangs on it. */
void tcs_trainers_lose_server(tcs_trainers *trainers);

#endif
