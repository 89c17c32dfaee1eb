/* outcome.h: the states of a job, as they stand in results.h5 (/job/status). */
#ifndef TCSWEEP_OUTCOME_H
#define TCSWEEP_OUTCOME_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The values are part of the file format: never renumber them. */
typedef enum tcs_outcome {
    TCS_JOB_UNPLANNED = 0,
    TCS_JOB_QUEUED = 1,
    TCS_JOB_RUNNING = 2,
    TCS_JOB_DONE = 3,
    TCS_JOB_DIVERGED = 4,  /* the loss became NaN or infinite; not retried: it would diverge again */
    TCS_JOB_TIMED_OUT = 5, /* ran past time_limit */
    TCS_JOB_CRASHED = 6,   /* the trainer was ended by a signal of its own making (SIGSEGV …) */
    TCS_JOB_OUT_OF_MEMORY = 7,
    TCS_JOB_FAILED = 8, /* the trainer reported an error, or ended without a result */
    TCS_JOB_CANCELLED = 9,
    TCS_N_OUTCOMES
} tcs_outcome;

/* "queued", "timed_out", …; "unknown" outside the list. Static storage. */
const char *tcs_outcome_name(tcs_outcome outcome);
/* Ended for good: done, or one of diverged … failed. */
bool tcs_outcome_is_final(tcs_outcome outcome);
/* Final and not done. */
bool tcs_outcome_is_failure(tcs_outcome outcome);

#ifdef __cplusplus
}
#endif
#endif
