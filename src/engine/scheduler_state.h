/* scheduler_state.h: what the scheduler's two halves, events (scheduler.c) and orders (scheduler_orders.c), share. */
#ifndef TCS_ENGINE_SCHEDULER_STATE_H
#define TCS_ENGINE_SCHEDULER_STATE_H

#include "tcsweep/scheduler.h"

#define NOBODY ((size_t)-1)

typedef enum job_state {
    JOB_NOT_NEEDED,
    JOB_QUEUED,
    JOB_WAITING, /* at an agent, not started there */
    JOB_RUNNING,
    JOB_RECORDED
} job_state;

typedef struct job_slot {
    job_state state;
    double cost;
    size_t place; /* in by_cost */
    size_t agent; /* that holds it; NOBODY */
    unsigned n_counted_ends, n_outside_kills;
    bool is_asked_back; /* a give-back order is on its way */
    bool has_failed;
    double started_s;                      /* on the caller's clock */
    double fraction, elapsed_s, told_at_s; /* last progress; fraction 0: none */
} job_slot;

typedef struct agent_slot {
    bool has_joined;
    size_t n_trainers;
    size_t n_held, n_running; /* held: running and waiting */
    size_t *held;             /* [≥ n_held] jobs */
    size_t capacity;
} agent_slot;

struct tcs_scheduler {
    size_t n_jobs, n_agents;
    job_slot *jobs;
    agent_slot *agents;
    size_t *by_cost;     /* jobs, longest first */
    size_t first_queued; /* no job before this place of by_cost is queued */
    unsigned max_attempts;
    double ahead_s;
    bool is_stopped;
    /* Jobs to stop because they were recorded from elsewhere: pairs. */
    tcs_order *cancels;
    size_t n_cancels, cancel_capacity;
    /* Seconds and cost of the jobs that are done: an estimate for those that have not told of progress yet. */
    double done_s, done_cost;
    size_t next_agent; /* where the round over the agents goes on, so that none is favoured */
    tcs_scheduler_counts counts;
};

#endif
