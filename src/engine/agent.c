#include "agent.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void agent_free(agent *a) {
    free(a->waiting);
    *a = (agent){0};
}

static void tell(const agent *a, const message *m) {
    a->tell(a->context, m);
}

void agent_say_hello(const agent *a, const char *why) {
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    const char *openblas = a->n_trainers > 0 ? tcs_trainers_openblas(a->trainers) : "";
    tell(a, &(message){.kind = MESSAGE_HELLO,
                       .number = a->n_trainers,
                       .text = host,
                       .text_2 = why,
                       .blob = openblas,
                       .n_blob = strlen(openblas)});
}

/* ---- jobs that wait ------------------------------------------------------------------------------------------------- */

static bool forget_waiting(agent *a, size_t job) {
    for (size_t i = 0; i < a->n_waiting; i++)
        if (a->waiting[i] == job) {
            memmove(a->waiting + i, a->waiting + i + 1, (a->n_waiting - i - 1) * sizeof *a->waiting);
            a->n_waiting--;
            return true;
        }
    return false;
}

static bool remember_waiting(agent *a, size_t job) {
    if (a->n_waiting == a->waiting_capacity) {
        size_t capacity = a->waiting_capacity ? 2 * a->waiting_capacity : 8;
        size_t *grown = realloc(a->waiting, capacity * sizeof *grown);
        if (!grown)
            return false;
        a->waiting = grown;
        a->waiting_capacity = capacity;
    }
    a->waiting[a->n_waiting++] = job;
    return true;
}

/* The job did not run, through no fault of its own: rank 0 gives it to somebody else. */
static void tell_not_run(const agent *a, size_t job, tcs_outcome outcome, const char *why) {
    tell(a, &(message){.kind = MESSAGE_ENDED, .job = job, .outcome = outcome, .flag = false, .text = why});
}

static void start_waiting(agent *a) {
    while (a->n_waiting > 0 && tcs_trainers_n_running(a->trainers) < a->n_trainers) {
        size_t job = a->waiting[0];
        forget_waiting(a, job);
        tcs_error error = {0};
        if (tcs_trainers_start(a->trainers, job, &error) == TCS_OK)
            tell(a, &(message){.kind = MESSAGE_STARTED, .job = job});
        else
            tell_not_run(a, job, TCS_JOB_FAILED, tcs_error_text(&error));
        tcs_error_clear(&error);
    }
}

/* ---- orders --------------------------------------------------------------------------------------------------------------- */

void agent_cancel_all(agent *a, double wait_s) {
    while (a->n_waiting > 0) {
        size_t job = a->waiting[a->n_waiting - 1];
        forget_waiting(a, job);
        tell_not_run(a, job, TCS_JOB_CANCELLED, "");
    }
    tcs_trainers_cancel_all(a->trainers);
    for (double end_s = tcs_clock_s() + wait_s; tcs_trainers_n_running(a->trainers) > 0 && tcs_clock_s() < end_s;) {
        tcs_trainers_wait(a->trainers, 0.01, NULL, 0);
        agent_work(a);
    }
}

void agent_obey(agent *a, const message *order) {
    size_t job = (size_t)order->job;
    switch (order->kind) {
    case MESSAGE_RUN:
        if (a->n_trainers == 0 || !remember_waiting(a, job))
            tell_not_run(a, job, TCS_JOB_CANCELLED, "");
        start_waiting(a);
        break;
    case MESSAGE_GIVE_BACK:
        tell(a, &(message){.kind = MESSAGE_RETURNED, .job = job, .flag = forget_waiting(a, job)});
        break;
    case MESSAGE_CANCEL:
        if (forget_waiting(a, job))
            tell_not_run(a, job, TCS_JOB_CANCELLED, "");
        else
            tcs_trainers_cancel(a->trainers, job);
        break;
    case MESSAGE_RESET:
        agent_cancel_all(a, 2);
        agent_say_hello(a, NULL);
        break;
    default:
        break;
    }
}

/* ---- what trainers do ------------------------------------------------------------------------------------------------- */

static void lose_server(agent *a) {
    static const char why[] = "the process that starts the trainers was killed";
    a->n_trainers = 0;
    a->n_waiting = 0;
    tell(a, &(message){.kind = MESSAGE_NO_TRAINERS, .text = why});
}

static void tell_event(agent *a, const tcs_trainer_event *event) {
    message m = {.job = event->job, .fraction = event->fraction, .elapsed_s = event->elapsed_s};
    switch (event->kind) {
    case TCS_TRAINER_PROGRESS:
        m.kind = MESSAGE_PROGRESS;
        break;
    case TCS_TRAINER_ENDED:
        m.kind = MESSAGE_ENDED;
        m.outcome = event->outcome;
        m.flag = !event->was_killed_outside;
        m.wall_s = event->wall_s;
        m.cpu_s = event->cpu_s;
        m.started = event->started;
        m.finished = event->finished;
        m.text = event->message;
        m.blob = event->result.bytes;
        m.n_blob = event->result.length;
        break;
    case TCS_TRAINER_SERVER_LOST:
        lose_server(a);
        return;
    }
    tell(a, &m);
}

void agent_work(agent *a) {
    tcs_trainer_event event;
    while (tcs_trainers_next_event(a->trainers, &event)) {
        tell_event(a, &event);
        tcs_trainer_event_free(&event);
    }
    start_waiting(a);
}
