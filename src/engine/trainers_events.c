/* trainers_events.c: the agent's side: what comes from the fork server and the trainers, turned into events. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trainers_state.h"

void tcs_trainer_event_free(tcs_trainer_event *event) {
    free(event->message);
    tcs_buffer_clear(&event->result);
    *event = (tcs_trainer_event){0};
}

/* ---- what comes -------------------------------------------------------------------------------------------------------------- */

void tcs_trainers_lose_server(tcs_trainers *trainers) {
    if (trainers->control >= 0)
        close(trainers->control);
    trainers->control = -1;
    trainers->must_tell_lost = true;
    if (trainers->server > 0) {
        kill(trainers->server, SIGKILL); /* it may be alive and out of its mind; it is our child, not yet reaped */
        while (waitpid(trainers->server, NULL, 0) < 0 && errno == EINTR)
            continue;
        trainers->server = 0;
    }
    /* Its trainers die with it. What they had sent is still there; nothing more is waited for. */
    double end_s = tcs_clock_s() + 0.2;
    for (size_t i = 0; i < trainers->n_jobs; i++) {
        tcs_channel *channel = &trainers->jobs[i].channel;
        while (channel->socket >= 0 && tcs_clock_s() < end_s) {
            struct pollfd polled = {.fd = channel->socket, .events = POLLIN};
            poll(&polled, 1, 10);
            tcs_channel_receive(channel);
        }
        tcs_channel_close(channel);
    }
}

static void take_reports(tcs_trainers *trainers) {
    while (trainers->control >= 0) {
        tcs_server_report report;
        int attached;
        tcs_packet_result result = tcs_packet_receive(trainers->control, &report, sizeof report, false, &attached);
        if (attached >= 0)
            close(attached);
        if (result == TCS_PACKET_NONE)
            return;
        if (result == TCS_PACKET_GONE) {
            tcs_trainers_lose_server(trainers);
            return;
        }
        report.text[sizeof report.text - 1] = 0;
        for (size_t i = 0; i < trainers->n_jobs; i++)
            if (trainers->jobs[i].job == report.job && report.kind == TCS_SERVER_EXITED) {
                trainers->jobs[i].report = report;
                trainers->jobs[i].has_report = true;
            }
    }
}

static void send_kills(tcs_trainers *trainers) {
    for (size_t i = 0; i < trainers->n_jobs && trainers->control >= 0; i++) {
        tcs_running_job *running = &trainers->jobs[i];
        tcs_server_request request = {.kind = TCS_SERVER_KILL, .job = running->job};
        if (!running->must_kill)
            continue;
        if (tcs_packet_send(trainers->control, &request, sizeof request, -1) == TCS_PACKET_NONE)
            return;
        running->must_kill = false; /* where the server is gone, the next receive tells */
    }
}

/* One entry for the server and each open trainer, and n_more free ones behind; NULL where memory ran out. */
static struct pollfd *list_polled(tcs_trainers *trainers, size_t n_more, size_t *n) {
    size_t n_needed = 1 + trainers->n_jobs + n_more;
    if (n_needed > trainers->polled_capacity) {
        struct pollfd *grown = realloc(trainers->polled, 2 * n_needed * sizeof *grown);
        if (!grown)
            return NULL;
        trainers->polled = grown;
        trainers->polled_capacity = 2 * n_needed;
    }
    /* poll(2) passes over negative descriptors. */
    trainers->polled[0] = (struct pollfd){.fd = trainers->control, .events = POLLIN};
    for (size_t i = 0; i < trainers->n_jobs; i++)
        trainers->polled[1 + i] = (struct pollfd){.fd = trainers->jobs[i].channel.socket, .events = POLLIN};
    *n = 1 + trainers->n_jobs;
    return trainers->polled;
}

void tcs_trainers_pump(tcs_trainers *trainers) {
    send_kills(trainers);
    size_t n;
    const struct pollfd *polled = list_polled(trainers, 0, &n);
    if (!polled || poll(trainers->polled, n, 0) <= 0)
        return;
    for (size_t i = 0; i < trainers->n_jobs; i++) {
        tcs_running_job *running = &trainers->jobs[i];
        if (!polled[1 + i].revents)
            continue;
        tcs_channel_receive(&running->channel);
        if (running->channel.complaint)
            running->must_kill = true;
    }
    if (polled[0].revents)
        take_reports(trainers);
    send_kills(trainers);
}

/* ---- events ------------------------------------------------------------------------------------------------------------------ */

static tcs_outcome outcome_of(tcs_status status) {
    switch (status) {
    case TCS_OK:
        return TCS_JOB_DONE;
    case TCS_DIVERGED:
        return TCS_JOB_DIVERGED;
    case TCS_OUT_OF_MEMORY:
        return TCS_JOB_OUT_OF_MEMORY;
    default:
        return TCS_JOB_FAILED;
    }
}

/* A result that has wholly arrived counts, whatever became of its trainer afterwards. Otherwise the agent knows best what it cancelled, the
 * trainer why it gave up, and the server how the process ended. */
static void judge(tcs_running_job *running, tcs_trainer_event *event) {
    tcs_channel *channel = &running->channel;
    bool has_result = channel->has_end && (channel->status == TCS_OK || channel->status == TCS_DIVERGED);
    const char *message = running->report.text;
    if (has_result) {
        event->outcome = outcome_of(channel->status);
        message = tcs_buffer_text(&channel->text);
        event->result = channel->result;
        channel->result = (tcs_buffer){0};
    } else if (running->is_cancelled) {
        event->outcome = TCS_JOB_CANCELLED;
        message = "";
    } else if (channel->has_end) {
        event->outcome = outcome_of(channel->status);
        message = channel->text.length > 0 ? tcs_buffer_text(&channel->text) : tcs_status_name(channel->status);
    } else if (channel->complaint) {
        event->outcome = TCS_JOB_FAILED;
        message = channel->complaint;
    } else {
        event->outcome = running->report.code < TCS_N_OUTCOMES ? (tcs_outcome)running->report.code : TCS_JOB_FAILED;
        event->was_killed_outside = running->report.is_blameless;
    }
    event->message = *message ? strdup(message) : NULL;
}

static void set_times(const tcs_running_job *running, tcs_trainer_event *event) {
    event->wall_s = running->report.wall_s;
    event->cpu_s = running->report.cpu_s;
    event->started = running->report.started;
    event->finished = running->report.finished;
    if (running->has_report)
        return;
    event->wall_s = tcs_clock_s() - running->started_s;
    event->cpu_s = event->wall_s; /* trainers have one thread and do not wait */
    event->started = running->started;
    event->finished = running->started + event->wall_s;
}

static void remove_job(tcs_trainers *trainers, size_t index) {
    tcs_channel *channel = &trainers->jobs[index].channel;
    tcs_channel_close(channel);
    tcs_buffer_clear(&channel->text);
    tcs_buffer_clear(&channel->result);
    trainers->jobs[index] = trainers->jobs[--trainers->n_jobs];
}

static double within_0_1(double value) {
    return value > 1 ? 1 : value > 0 ? value : 0;
}

/* The next event of what has come; without `out` only tells whether there is one. */
static bool find_event(tcs_trainers *trainers, tcs_trainer_event *out) {
    bool is_lost = trainers->control < 0;
    for (size_t k = 0; k < trainers->n_jobs; k++) {
        size_t i = (trainers->next + k) % trainers->n_jobs;
        tcs_running_job *running = &trainers->jobs[i];
        bool has_ended = running->channel.socket < 0 && (running->has_report || (is_lost && running->channel.has_end));
        if (!has_ended && !(running->channel.has_progress && !is_lost))
            continue;
        if (!out)
            return true;
        *out = (tcs_trainer_event){.kind = has_ended ? TCS_TRAINER_ENDED : TCS_TRAINER_PROGRESS, .job = running->job};
        trainers->next = i + 1;
        out->fraction = within_0_1(running->channel.fraction);
        out->elapsed_s = running->channel.elapsed_s;
        running->channel.has_progress = false;
        if (has_ended) {
            judge(running, out);
            set_times(running, out);
            remove_job(trainers, i);
        }
        return true;
    }
    if (!trainers->must_tell_lost)
        return false;
    if (out) {
        trainers->must_tell_lost = false;
        while (trainers->n_jobs > 0)
            remove_job(trainers, trainers->n_jobs - 1);
        *out = (tcs_trainer_event){.kind = TCS_TRAINER_SERVER_LOST};
    }
    return true;
}

bool tcs_trainers_next_event(tcs_trainers *trainers, tcs_trainer_event *out) {
    *out = (tcs_trainer_event){0};
    if (find_event(trainers, out))
        return true;
    tcs_trainers_pump(trainers);
    return find_event(trainers, out);
}

void tcs_trainers_wait(tcs_trainers *trainers, double wait_s, struct pollfd *more, size_t n_more) {
    if (wait_s < 0 || find_event(trainers, NULL))
        wait_s = 0;
    struct timespec limit = {.tv_sec = (time_t)wait_s};
    limit.tv_nsec = (long)((wait_s - (double)limit.tv_sec) * 1e9);
    size_t n;
    struct pollfd *polled = list_polled(trainers, n_more, &n);
    if (!polled) { /* no memory: look at what is not ours, shortly, and at the rest in the next call of next_event */
        ppoll(more, n_more, &(struct timespec){.tv_nsec = wait_s > 0 ? 1000000 : 0}, NULL);
        return;
    }
    if (n_more > 0)
        memcpy(polled + n, more, n_more * sizeof *more);
    if (ppoll(polled, n + n_more, &limit, NULL) < 0)
        for (size_t i = 0; i < n_more; i++)
            polled[n + i].revents = 0;
    for (size_t i = 0; i < n_more; i++)
        more[i].revents = polled[n + i].revents;
}
