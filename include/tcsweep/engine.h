/* engine.h: runs a study on any number of agents: rank 0 coordinates, every rank trains.
 *
 * The engine sees other ranks only through a carrier, and results files only through a sink; so it runs, and is tested, without MPI and HDF5.
 */
#ifndef TCSWEEP_ENGINE_H
#define TCSWEEP_ENGINE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"
#include "tcsweep/learn.h"
#include "tcsweep/outcome.h"
#include "tcsweep/scheduler.h"
#include "tcsweep/status.h"
#include "tcsweep/study.h"
#include "tcsweep/trainers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- carrier: messages between ranks ------------------------------------------------------------------------------------- */

typedef struct tcs_carrier tcs_carrier;
struct tcs_carrier {
    void *context;
    int rank, n_ranks;
    double
        longest_wait_s; /* how long a rank may sleep between two calls of receive: ≤ 0.001 where messages arrive without a descriptor */
    /* Queues a message (copied) for another rank; never blocks. Messages from one rank to another arrive in order. */
    tcs_status (*send)(tcs_carrier *carrier, int to, const void *bytes, size_t n_bytes, tcs_error *error);
    /* The next message that has arrived, without waiting; also moves queued messages on. Returns false where there is none. `message` is replaced. */
    bool (*receive)(tcs_carrier *carrier, int *from, tcs_buffer *message);
    /* Collective: rank 0's bytes to all, sleeping rather than spinning while it waits. */
    tcs_status (*broadcast)(tcs_carrier *carrier, tcs_buffer *bytes, tcs_error *error);
};

/* A carrier for one process alone. */
tcs_carrier tcs_carrier_alone(void);

/* ---- sink: what becomes of results; rank 0 only ---------------------------------------------------------------------------- */

typedef struct tcs_job_record {
    size_t job; /* configuration × n_splits + split */
    tcs_outcome outcome;
    unsigned n_attempts;
    int rank;
    const char *host;
    double wall_s, cpu_s, started, finished;
    const char *message;      /* "" where there is none */
    const tcs_result *result; /* done and diverged; else NULL */
} tcs_job_record;

typedef struct tcs_engine_progress {
    tcs_scheduler_counts counts;
    double elapsed_s, left_s; /* left_s: NaN while unknown */
} tcs_engine_progress;

typedef struct tcs_engine_sink {
    void *context;
    /* A job was started, or is queued again. Not durable. */
    tcs_status (*mark)(void *context, size_t job, tcs_outcome outcome, tcs_error *error);
    tcs_status (*record)(void *context, const tcs_job_record *record, tcs_error *error);
    /* Makes the records durable; called within 1 s after the first one, at once when the engine stops. */
    tcs_status (*commit)(void *context, tcs_error *error);
    /* Called a few times a second, and at the end. */
    void (*show)(void *context, const tcs_engine_progress *progress, bool is_last);
    /* A job ended badly and will run again. n_attempts: counted ends so far, 0 where this one did not count. */
    void (*retry)(void *context, const tcs_job_record *record);
    /* One line for the user: a rank that was lost, an agent without trainers. */
    void (*say)(void *context, const char *line);
} tcs_engine_sink;

/* ---- running --------------------------------------------------------------------------------------------------------------- */

#define TCS_ENGINE_SILENCE_LIMIT_S 15.0
typedef struct tcs_engine_options {
    size_t n_trainers;      /* of this rank's agent */
    unsigned max_attempts;  /* rank 0 */
    const bool *is_needed;  /* rank 0: [jobs] */
    const double *cost;     /* rank 0: [jobs], longest first */
    double silence_limit_s; /* a rank not heard of for so long is given up; 0: the default, 15 s */
    /* Set to non-zero by a signal handler: stop handing out jobs, cancel what runs, commit what is finished, end: TCS_CANCELLED. */
    const volatile sig_atomic_t *stop;
} tcs_engine_options;

/* Rank 0: hands the study to all agents, coordinates, trains. Returns TCS_OK when every needed job is recorded, TCS_CANCELLED when it was
 * stopped, or when no trainer is left anywhere; an error of the sink stops everything and is returned. *any_lost: a rank was given up, so that
 * MPI must not be finalized. Collective with tcs_engine_serve on all other ranks. */
tcs_status tcs_engine_coordinate(tcs_carrier *carrier, tcs_trainers *trainers, const tcs_study *study,
                                 const tcs_engine_options *options, const tcs_engine_sink *sink, bool *any_lost, tcs_error *error);
/* Other ranks: serves until rank 0 says that it is over, or falls silent (TCS_SYSTEM_ERROR, *any_lost). */
tcs_status tcs_engine_serve(tcs_carrier *carrier, tcs_trainers *trainers, const tcs_engine_options *options, bool *any_lost,
                            tcs_error *error);
/* Rank 0, where there is nothing to run or an error before the start: lets the others, who are in tcs_engine_serve, go. Collective. */
tcs_status tcs_engine_dismiss(tcs_carrier *carrier, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
