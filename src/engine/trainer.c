/* trainer.c: the life of a trainer: one job, then its end is told. */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "fork_server.h"
#include "study_private.h"
#include "trainer_channel.h"
#include "trainer_fault.h"

#define PROGRESS_EVERY_S 0.2

typedef struct job_view {
    size_t job;
    tcs_job_effort effort;
    int socket;
    tcs_trainer_mark *mark;
    double started_s, sent_s; /* tcs_clock_s */
} job_view;

static bool show_progress(void *context, uint32_t n_epochs_done, uint32_t n_epochs_total) {
    (void)n_epochs_total;
    job_view *view = context;
    atomic_store_explicit(&view->mark->n_epochs_done, n_epochs_done, memory_order_relaxed);
    tcs_fault_at_epoch(view->job, n_epochs_done);
    double now_s = tcs_clock_s();
    if (now_s - view->sent_s < PROGRESS_EVERY_S)
        return false;
    view->sent_s = now_s;
    tcs_channel_send_progress(view->socket, tcs_job_effort_fraction(&view->effort, n_epochs_done), now_s - view->started_s);
    return false;
}

int tcs_trainer_run(tcs_study *study, const tcs_study_features *features, size_t job, int socket, tcs_trainer_mark *mark) {
    job_view view = {.job = job, .socket = socket, .mark = mark, .started_s = tcs_clock_s()};
    view.sent_s = view.started_s;
    tcs_fault_before_job(job, study);
    if (job < tcs_study_n_jobs(study))
        view.effort = tcs_study_estimate(study, job);
    tcs_learn_hooks hooks = {.context = &view, .progress = show_progress};
    tcs_result result;
    tcs_error error = {0};
    tcs_buffer encoded = {0};
    tcs_status status = tcs_study_run_job(study, features, job, &hooks, &result, &error);
    if (status == TCS_OK || status == TCS_DIVERGED)
        tcs_result_encode(&result, &encoded);
    bool is_sent = tcs_channel_send_end(socket, status, tcs_error_text(&error), &encoded);
    /* The process ends here, and its memory with it. */
    return is_sent ? 0 : 1;
}
