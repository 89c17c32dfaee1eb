#include "tcsweep/outcome.h"

static const char *const names[TCS_N_OUTCOMES] = {"unplanned", "queued",  "running",       "done",   "diverged",
                                                  "timed_out", "crashed", "out_of_memory", "failed", "cancelled"};

const char *tcs_outcome_name(tcs_outcome outcome) {
    return (unsigned)outcome < TCS_N_OUTCOMES ? names[outcome] : "unknown";
}

bool tcs_outcome_is_final(tcs_outcome outcome) {
    return outcome == TCS_JOB_DONE || tcs_outcome_is_failure(outcome);
}

bool tcs_outcome_is_failure(tcs_outcome outcome) {
    return outcome >= TCS_JOB_DIVERGED && outcome <= TCS_JOB_FAILED;
}
