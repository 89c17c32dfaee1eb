/* coordinator.h: the state of rank 0 while a study runs. */
#ifndef TCS_ENGINE_COORDINATOR_H
#define TCS_ENGINE_COORDINATOR_H

#include <stdarg.h>

#include "agent.h"
#include "protocol.h"
#include "tcsweep/engine.h"

/* What rank 0 knows of a rank, itself included. */
typedef struct peer {
    char host[64];
    bool has_said_hello;
    bool is_lost;   /* silent for too long: given up */
    bool was_reset; /* since it was given up it has been heard of, and told to start anew */
    double last_heard_s;
} peer;

typedef struct coordinator {
    tcs_carrier *carrier;
    const tcs_engine_sink *sink;
    tcs_scheduler *scheduler;
    agent agent; /* rank 0's own */
    peer *peers; /* [n_ranks] */
    size_t n_jobs;
    tcs_buffer in, out;
    tcs_status status; /* the first failure of the sink or the carrier: it ends the run */
    tcs_error *error;
    bool any_lost;
    double silence_limit_s;
    double started_s, last_shown_s, last_listened_s, first_uncommitted_s, last_committed_s;
    char openblas[64]; /* core and version of the first agent that trains */
    size_t n_uncommitted;
} coordinator;

void coordinator_hear(coordinator *c, size_t rank, const message *m);
void coordinator_tell(coordinator *c, size_t rank, const message *m);

#endif
