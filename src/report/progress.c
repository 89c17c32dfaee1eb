/* Times of jobs. */
#include "progress.h"

#include <math.h>
#include <stdlib.h>

static void add_time(report_job_times *times, double wall_s) {
    times->mean_s = (times->n > 0 ? times->mean_s * (double)times->n : 0) + wall_s;
    times->n++;
    times->mean_s /= (double)times->n;
}

/* The mean of a configuration's own done jobs. */
static report_job_times time_configuration(const tcs_results *results, size_t c) {
    report_job_times times = {.mean_s = NAN};
    for (size_t job = c * results->n_splits; job < (c + 1) * results->n_splits; job++)
        if (report_outcome(results, job) == TCS_JOB_DONE && isfinite(results->wall_s[job]))
            add_time(&times, results->wall_s[job]);
    return times;
}

static void add_times(report_job_times *sum, report_job_times part) {
    if (part.n == 0)
        return;
    double total = (sum->n > 0 ? sum->mean_s * (double)sum->n : 0) + part.mean_s * (double)part.n;
    sum->n += part.n;
    sum->mean_s = total / (double)sum->n;
}

static void add_left(const report_summary *summary, size_t c, report_progress *progress) {
    const tcs_results *results = summary->results;
    report_job_times own = time_configuration(results, c), architecture = progress->of_architecture[summary->architecture_first[c]];
    double job_s = own.n > 0 ? own.mean_s : architecture.n > 0 ? architecture.mean_s : progress->all.mean_s;
    for (size_t job = c * results->n_splits; job < (c + 1) * results->n_splits; job++) {
        tcs_outcome outcome = report_outcome(results, job);
        if (outcome == TCS_JOB_UNPLANNED || tcs_outcome_is_final(outcome))
            continue;
        double share = outcome == TCS_JOB_RUNNING ? 0.5 : 1;
        progress->n_left++;
        progress->n_guessed += architecture.n == 0;
        progress->left_s += share * job_s;
        progress->longest_s = share * job_s > progress->longest_s ? share * job_s : progress->longest_s;
    }
}

typedef struct moment {
    double at;
    int change; /* +1 a job starts, −1 it ends */
} moment;

static int compare_moments(const void *a_in, const void *b_in) {
    const moment *a = a_in, *b = b_in;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->change - b->change; /* an end before a start at the same moment */
}

static tcs_status count_at_once(const tcs_results *results, size_t *most, tcs_error *error) {
    size_t n_jobs = results->n_configurations * results->n_splits, n = 0, n_now = 0;
    moment *moments = tcs_allocate(n_jobs, 2 * sizeof *moments, error);
    if (!moments)
        return TCS_OUT_OF_MEMORY;
    for (size_t job = 0; job < n_jobs; job++) {
        double started = results->started[job], finished = results->finished[job];
        if (!tcs_outcome_is_final(report_outcome(results, job)) || !isfinite(started) || !(finished > started) || isinf(finished))
            continue;
        moments[n++] = (moment){started, +1};
        moments[n++] = (moment){finished, -1};
    }
    qsort(moments, n, sizeof *moments, compare_moments);
    *most = 0;
    for (size_t i = 0; i < n; i++) {
        n_now = moments[i].change > 0 ? n_now + 1 : n_now - 1;
        *most = n_now > *most ? n_now : *most;
    }
    free(moments);
    return TCS_OK;
}

tcs_status report_progress_create(const report_summary *summary, report_progress *out, tcs_error *error) {
    size_t n = summary->results->n_configurations;
    *out = (report_progress){.all = {.mean_s = NAN}};
    out->of_architecture = tcs_allocate(n, sizeof *out->of_architecture, error);
    if (!out->of_architecture)
        return TCS_OUT_OF_MEMORY;
    for (size_t c = 0; c < n; c++) {
        report_job_times times = time_configuration(summary->results, c);
        add_times(&out->of_architecture[summary->architecture_first[c]], times);
        add_times(&out->all, times);
    }
    for (size_t c = 0; c < n; c++)
        add_left(summary, c, out);
    out->n_at_once = summary->n_of[TCS_JOB_RUNNING];
    out->is_at_once_now = out->n_at_once > 0;
    tcs_status status = out->is_at_once_now ? TCS_OK : count_at_once(summary->results, &out->n_at_once, error);
    if (status != TCS_OK)
        report_progress_free(out);
    return status;
}

void report_progress_free(report_progress *progress) {
    free(progress->of_architecture);
    *progress = (report_progress){0};
}

double report_time_left_s(const report_progress *progress) {
    if (progress->n_at_once == 0)
        return NAN;
    double shared_s = progress->left_s / (double)progress->n_at_once;
    return shared_s < progress->longest_s ? progress->longest_s : shared_s;
}
