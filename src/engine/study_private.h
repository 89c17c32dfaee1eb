/* study_private.h: what the engine alone asks of a study. */
#ifndef TCS_ENGINE_STUDY_PRIVATE_H
#define TCS_ENGINE_STUDY_PRIVATE_H

#include "tcsweep/study.h"

/* The instruction set of an encoded study, before anything else of it is read: TCS_INTERNAL where the bytes do not begin as a study. */
tcs_status tcs_study_peek_isa(const void *bytes, size_t n_bytes, tcs_isa *out, tcs_error *error);

/* Where a job is that has done so many epochs, counted over all its stages as tcs_learn_hooks does; job < tcs_study_n_jobs. */
typedef struct tcs_job_position {
    const char *stage; /* that is being trained, of the study; NULL: none is (a baseline, or all are done) */
    uint32_t epoch;    /* of that stage, from 1, that is being trained */
} tcs_job_position;
tcs_job_position tcs_study_locate(const tcs_study *study, size_t job, uint32_t n_epochs_done);

/* What an epoch of each stage costs, in any unit, so that progress can be told as a share of the work. */
typedef struct tcs_job_effort {
    size_t n_stages;
    double epoch_cost[TCS_MAX_STAGES];
    uint32_t n_epochs[TCS_MAX_STAGES];
} tcs_job_effort;
tcs_job_effort tcs_study_estimate(const tcs_study *study, size_t job);
/* 0 … 1. */
double tcs_job_effort_fraction(const tcs_job_effort *effort, uint32_t n_epochs_done);

size_t tcs_study_n_jobs(const tcs_study *study);

#endif
