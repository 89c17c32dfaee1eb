/* progress.h: how long jobs take, how many run at once, and so how long the rest takes. From the results alone. */
#ifndef TCS_REPORT_PROGRESS_H
#define TCS_REPORT_PROGRESS_H

#include <stddef.h>

#include "summary.h"

typedef struct report_job_times {
    double mean_s; /* NaN where no job is done */
    size_t n;      /* done jobs with a time */
} report_job_times;

typedef struct report_progress {
    report_job_times *of_architecture; /* [C], at the first configuration of each architecture */
    report_job_times all;
    size_t n_left;    /* planned jobs that have not ended */
    size_t n_guessed; /* of these: no job of their architecture is done, so that the mean of all jobs stands for them */
    double left_s;    /* Σ of their times; NaN where no job at all is done; running ones count half */
    double longest_s; /* the longest of them */
    size_t n_at_once; /* trainers: the jobs running now, or else the most that ever ran at the same time; 0: unknown */
    bool is_at_once_now;
} report_progress;

/* A job's time is the mean of its configuration's done jobs, or else of its architecture's, or else of all. On failure *out is all zero. */
tcs_status report_progress_create(const report_summary *summary, report_progress *out, tcs_error *error);
void report_progress_free(report_progress *progress);

/* Time left if n_at_once jobs go on running at once: never shorter than the longest job. NaN where unknown. */
double report_time_left_s(const report_progress *progress);

#endif
