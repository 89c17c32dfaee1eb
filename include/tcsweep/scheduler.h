/* scheduler.h: which job runs where: rank 0's state machine.
 *
 * Pure: events go in, orders come out; no clock (every call is told the time), no socket, no process, no file. So every history of arrivals, losses and
 * failures can be tested. Longest jobs go first. A trainer that is about to end its job is given its next one ahead, which
 * can be taken back for a trainer that idles.
 */
#ifndef TCSWEEP_SCHEDULER_H
#define TCSWEEP_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/outcome.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tcs_scheduler tcs_scheduler;

#define TCS_SCHEDULER_MOST_OUTSIDE_KILLS 16

typedef struct tcs_scheduler_options {
    size_t n_jobs;
    const double *cost;    /* [n_jobs], of any unit: longest first; equal costs in index order */
    const bool *is_needed; /* [n_jobs] */
    unsigned max_attempts; /* ≥ 1 */
    size_t n_agents;       /* agents are 0 … n_agents − 1; none has joined */
    double ahead_s;        /* a job whose remaining time is estimated below this gets a successor at hand */
} tcs_scheduler_options;
tcs_status tcs_scheduler_create(const tcs_scheduler_options *options, tcs_scheduler **out, tcs_error *error);
void tcs_scheduler_free(tcs_scheduler *scheduler);

/* ---- events. Calls for agents or jobs that are not (any more) concerned are ignored: messages may be late or doubled. ---- */

void tcs_scheduler_agent_joined(tcs_scheduler *scheduler, size_t agent, size_t n_trainers);
/* Its running and waiting jobs are queued again, without counting an attempt. It may join again. */
void tcs_scheduler_agent_lost(tcs_scheduler *scheduler, size_t agent);
/* False where the agent does not hold it (any more): then nothing has changed. */
bool tcs_scheduler_job_started(tcs_scheduler *scheduler, size_t agent, size_t job, double now_s);
void tcs_scheduler_job_progress(tcs_scheduler *scheduler, size_t agent, size_t job, double fraction, double elapsed_s,
                                double now_s);
/* The agent's answer to an order to give a job back: true: it had not started and is free again. */
void tcs_scheduler_job_returned(tcs_scheduler *scheduler, size_t agent, size_t job, bool was_returned);

typedef enum tcs_verdict {
    TCS_VERDICT_RECORD, /* final: record it (attempts: out parameter) */
    TCS_VERDICT_RETRY,  /* will run again */
    TCS_VERDICT_IGNORE  /* recorded before, or nobody's */
} tcs_verdict;
/* A job ended at an agent. is_counted = false: lost through no fault of the job (killed from outside): it runs again without counting an attempt,
 * but TCS_SCHEDULER_MOST_OUTSIDE_KILLS such ends make it fail. done and diverged are final at once, cancelled never is. A result of a job whose agent had been given up is
 * welcome: the first result counts. */
tcs_verdict tcs_scheduler_job_ended(tcs_scheduler *scheduler, size_t agent, size_t job, tcs_outcome outcome, bool is_counted,
                                    double now_s, unsigned *n_attempts);
/* No more orders to start anything. */
void tcs_scheduler_stop(tcs_scheduler *scheduler);

/* ---- orders ----------------------------------------------------------------------------------------------------------- */

typedef enum tcs_order_kind {
    TCS_ORDER_NONE,
    TCS_ORDER_RUN,       /* run the job as soon as a trainer is free (ahead of time or at once) */
    TCS_ORDER_GIVE_BACK, /* give the job back if it has not started */
    TCS_ORDER_CANCEL     /* the job was recorded from elsewhere: stop it */
} tcs_order_kind;
typedef struct tcs_order {
    tcs_order_kind kind;
    size_t agent, job;
} tcs_order;
/* The next order, to be sent at once; TCS_ORDER_NONE when there is none for now. */
tcs_order tcs_scheduler_next_order(tcs_scheduler *scheduler, double now_s);

typedef struct tcs_scheduler_counts {
    size_t n_needed, n_recorded, n_failed;               /* failed ones are recorded too */
    size_t n_running, n_waiting, n_queued;               /* waiting: at hand at an agent */
    size_t n_agents, n_trainers;                         /* that have joined and are not lost */
    double cost_needed, cost_recorded, cost_in_progress; /* the last: Σ cost × fraction of the running ones */
} tcs_scheduler_counts;
tcs_scheduler_counts tcs_scheduler_count(const tcs_scheduler *scheduler);
/* Every needed job is recorded. */
bool tcs_scheduler_is_finished(const tcs_scheduler *scheduler);

#ifdef __cplusplus
}
#endif
#endif
