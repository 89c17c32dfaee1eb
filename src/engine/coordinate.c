/* Rank 0: tells agents what to run, records what they bring, and trains itself. The decisions are the scheduler's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator.h"

#define AHEAD_S 1.0
#define ALIVE_EVERY_S 1.0
#define SHOW_EVERY_S 0.25
#define COMMIT_WITHIN_S 0.5          /* of the first record that is not durable yet */
#define COMMIT_AT_LEAST_EVERY_S 20.0 /* a sign of life in the results file, for others who look at it */
#define HELLO_WITHIN_S 120.0 /* a rank that has not said hello by then does not count as one that may still bring trainers */

/* ---- what agents say -------------------------------------------------------------------------------------------------- */

static void say(coordinator *c, const char *format, ...) TCS_PRINTF(2, 3);
static void say(coordinator *c, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    c->sink->say(c->sink->context, line);
}

static void keep_status(coordinator *c, tcs_status status) {
    if (c->status == TCS_OK)
        c->status = status;
}

/* Another OpenBLAS rounds otherwise: then the same bits everywhere are not promised, and the user should know. */
static void compare_openblas(coordinator *c, size_t rank, const message *m) {
    char openblas[64];
    snprintf(openblas, sizeof openblas, "%.*s", (int)(m->n_blob < sizeof openblas ? m->n_blob : sizeof openblas - 1),
             m->n_blob > 0 ? (const char *)m->blob : "");
    if (!*c->openblas)
        memcpy(c->openblas, openblas, sizeof openblas);
    else if (strcmp(c->openblas, openblas) != 0)
        say(c, "rank %zu on %s computes with OpenBLAS %s, others with %s: its results may differ in their last bits", rank,
            c->peers[rank].host, openblas, c->openblas);
}

static void hear_hello(coordinator *c, size_t rank, const message *m) {
    peer *p = &c->peers[rank];
    snprintf(p->host, sizeof p->host, "%s", m->text);
    p->has_said_hello = true;
    p->is_lost = false;
    if (*m->text_2)
        say(c, "rank %zu on %s does not train: %s", rank, p->host, m->text_2);
    else
        compare_openblas(c, rank, m);
    tcs_scheduler_agent_joined(c->scheduler, rank, (size_t)m->number);
}

/* A result as rank 0 gets it: bytes of another process, which may not fit the job. */
static tcs_outcome check_result(const message *m, tcs_result *result, tcs_error *why) {
    tcs_reader reader = tcs_reader_start(m->blob, m->n_blob);
    if (tcs_result_decode(&reader, result, why) == TCS_OK)
        return m->outcome;
    return TCS_JOB_FAILED;
}

static void hear_end(coordinator *c, size_t rank, const message *m) {
    tcs_result result = {0};
    tcs_error why = {0};
    bool has_result = m->outcome == TCS_JOB_DONE || m->outcome == TCS_JOB_DIVERGED;
    tcs_outcome outcome = has_result ? check_result(m, &result, &why) : m->outcome;
    const char *reason = why.n_messages > 0 ? tcs_error_text(&why) : m->text;
    unsigned n_attempts;
    tcs_verdict verdict = tcs_scheduler_job_ended(c->scheduler, rank, (size_t)m->job, outcome, m->flag, tcs_clock_s(), &n_attempts);
    tcs_job_record record = {.job = (size_t)m->job,
                             .outcome = outcome,
                             .n_attempts = n_attempts,
                             .rank = (int)rank,
                             .host = c->peers[rank].host,
                             .wall_s = m->wall_s,
                             .cpu_s = m->cpu_s,
                             .started = m->started,
                             .finished = m->finished,
                             .message = reason,
                             .result = has_result && outcome == m->outcome ? &result : NULL};
    if (verdict == TCS_VERDICT_RECORD) {
        keep_status(c, c->sink->record(c->sink->context, &record, c->error));
        if (c->n_uncommitted++ == 0)
            c->first_uncommitted_s = tcs_clock_s();
    } else if (verdict == TCS_VERDICT_RETRY) {
        if (outcome != TCS_JOB_CANCELLED)
            c->sink->retry(c->sink->context, &record);
        keep_status(c, c->sink->mark(c->sink->context, record.job, TCS_JOB_QUEUED, c->error));
    }
    tcs_result_free(&result);
    tcs_error_clear(&why);
}

/* A rank that had been given up speaks: what it finished is welcome, but it must start anew before it gets jobs. */
static void hear_from_the_lost(coordinator *c, size_t rank, const message *m) {
    peer *p = &c->peers[rank];
    if (m->kind == MESSAGE_HELLO) {
        say(c, "rank %zu on %s is back", rank, m->text);
        hear_hello(c, rank, m);
    } else if (m->kind == MESSAGE_ENDED) {
        hear_end(c, rank, m);
    } else if (!p->was_reset) {
        p->was_reset = true;
        coordinator_tell(c, rank, &(message){.kind = MESSAGE_RESET});
    }
}

void coordinator_hear(coordinator *c, size_t rank, const message *m) {
    peer *p = &c->peers[rank];
    double now_s = tcs_clock_s();
    p->last_heard_s = now_s;
    if (p->is_lost) {
        hear_from_the_lost(c, rank, m);
        return;
    }
    switch (m->kind) {
    case MESSAGE_HELLO:
        hear_hello(c, rank, m);
        break;
    case MESSAGE_STARTED:
        if (tcs_scheduler_job_started(c->scheduler, rank, (size_t)m->job, now_s))
            keep_status(c, c->sink->mark(c->sink->context, (size_t)m->job, TCS_JOB_RUNNING, c->error));
        break;
    case MESSAGE_PROGRESS:
        tcs_scheduler_job_progress(c->scheduler, rank, (size_t)m->job, m->fraction, m->elapsed_s, now_s);
        break;
    case MESSAGE_ENDED:
        hear_end(c, rank, m);
        break;
    case MESSAGE_RETURNED:
        tcs_scheduler_job_returned(c->scheduler, rank, (size_t)m->job, m->flag);
        break;
    case MESSAGE_NO_TRAINERS:
        say(c, "rank %zu on %s trains no more: %s", rank, p->host, m->text);
        tcs_scheduler_agent_lost(c->scheduler, rank);
        break;
    default:
        break;
    }
}

static void hear_own_agent(void *context, const message *m) {
    coordinator *c = context;
    message heard = *m;
    heard.text = m->text ? m->text : "";
    heard.text_2 = m->text_2 ? m->text_2 : "";
    coordinator_hear(c, 0, &heard);
}

static void hear_all(coordinator *c) {
    int from;
    while (c->carrier->receive(c->carrier, &from, &c->in)) {
        message m;
        if (from <= 0 || from >= c->carrier->n_ranks || !message_decode(c->in.bytes, c->in.length, &m))
            continue;
        if (m.job < c->n_jobs)
            coordinator_hear(c, (size_t)from, &m);
        message_free(&m);
    }
    agent_work(&c->agent);
}

/* ---- what agents are told --------------------------------------------------------------------------------------------- */

void coordinator_tell(coordinator *c, size_t rank, const message *m) {
    if (rank == 0) {
        agent_obey(&c->agent, m);
        return;
    }
    message_encode(m, &c->out);
    if (c->out.failed)
        keep_status(c, tcs_error_add(c->error, TCS_OUT_OF_MEMORY, "out of memory for a message to rank %zu", rank));
    else
        keep_status(c, c->carrier->send(c->carrier, (int)rank, c->out.bytes, c->out.length, c->error));
}

static void give_orders(coordinator *c) {
    static const message_kind kinds[] = {
        [TCS_ORDER_RUN] = MESSAGE_RUN, [TCS_ORDER_GIVE_BACK] = MESSAGE_GIVE_BACK, [TCS_ORDER_CANCEL] = MESSAGE_CANCEL};
    for (;;) {
        tcs_order order = tcs_scheduler_next_order(c->scheduler, tcs_clock_s());
        if (order.kind == TCS_ORDER_NONE || c->status != TCS_OK)
            return;
        coordinator_tell(c, order.agent, &(message){.kind = kinds[order.kind], .job = order.job});
    }
}

static void tell_everybody(coordinator *c, message_kind kind) {
    for (int rank = 1; rank < c->carrier->n_ranks; rank++)
        if (!c->peers[rank].is_lost || kind == MESSAGE_OVER) /* what is sent to the dead stays pending for ever */
            coordinator_tell(c, (size_t)rank, &(message){.kind = kind});
}

/* ---- time --------------------------------------------------------------------------------------------------------------- */

/* Heard of or not: agents speak once a second. Time in which rank 0 itself did not listen does not count. */
static void give_up_silent_ranks(coordinator *c, double now_s) {
    double deaf_s = now_s - c->last_listened_s;
    c->last_listened_s = now_s;
    for (int rank = 1; rank < c->carrier->n_ranks; rank++) {
        peer *p = &c->peers[rank];
        if (deaf_s > 1)
            p->last_heard_s += deaf_s;
        double patience_s = p->has_said_hello ? c->silence_limit_s : fmax(c->silence_limit_s, HELLO_WITHIN_S);
        if (p->is_lost || now_s - p->last_heard_s < patience_s)
            continue;
        p->is_lost = true;
        p->was_reset = false;
        c->any_lost = true;
        say(c, "rank %d%s%s has been silent for %.0f s: its jobs go to others", rank, *p->host ? " on " : "", p->host,
            now_s - p->last_heard_s);
        tcs_scheduler_agent_lost(c->scheduler, (size_t)rank);
    }
}

static void commit(coordinator *c) {
    if (c->status != TCS_OK)
        return;
    c->last_committed_s = tcs_clock_s();
    keep_status(c, c->sink->commit(c->sink->context, c->error));
    c->n_uncommitted = 0;
}

/* Work that is done per second so far, by cost, tells the time that is left. */
static double left_s(const tcs_scheduler_counts *counts, double elapsed_s) {
    double done = counts->cost_recorded + counts->cost_in_progress;
    double left = counts->cost_needed - counts->cost_recorded - counts->cost_in_progress;
    return done > 0 && elapsed_s > 1 ? fmax(0, left) * elapsed_s / done : (double)NAN;
}

static void show(coordinator *c, double now_s, bool is_last) {
    c->last_shown_s = now_s;
    double elapsed_s = now_s - c->started_s;
    tcs_engine_progress progress = {.counts = tcs_scheduler_count(c->scheduler), .elapsed_s = elapsed_s};
    progress.left_s = left_s(&progress.counts, elapsed_s);
    c->sink->show(c->sink->context, &progress, is_last);
}

/* No trainer anywhere, and none to be expected. */
static bool is_stranded(const coordinator *c) {
    if (tcs_scheduler_count(c->scheduler).n_trainers > 0)
        return false;
    for (int rank = 0; rank < c->carrier->n_ranks; rank++)
        if (!c->peers[rank].has_said_hello && !c->peers[rank].is_lost)
            return false;
    return true;
}

/* ---- the loop ------------------------------------------------------------------------------------------------------------ */

static tcs_status coordinate(coordinator *c, const volatile sig_atomic_t *stop) {
    double alive_s = tcs_clock_s();
    while (!tcs_scheduler_is_finished(c->scheduler)) {
        hear_all(c);
        double now_s = tcs_clock_s();
        give_up_silent_ranks(c, now_s);
        give_orders(c);
        if ((c->n_uncommitted > 0 && now_s - c->first_uncommitted_s > COMMIT_WITHIN_S) ||
            now_s - c->last_committed_s > COMMIT_AT_LEAST_EVERY_S)
            commit(c);
        if (now_s - alive_s > ALIVE_EVERY_S) {
            tell_everybody(c, MESSAGE_ALIVE);
            alive_s = now_s;
        }
        if (now_s - c->last_shown_s > SHOW_EVERY_S)
            show(c, now_s, false);
        if (c->status != TCS_OK)
            return c->status;
        if (stop && *stop)
            return TCS_CANCELLED;
        if (is_stranded(c))
            return tcs_error_add(c->error, TCS_CANCELLED, "no rank can train any more; run the same line again to go on");
        tcs_trainers_wait(c->agent.trainers, fmin(c->carrier->longest_wait_s, 0.1), NULL, 0);
    }
    return TCS_OK;
}

/* What is finished is made durable first; then results that are on their way get a moment. mpirun leaves 1 s between SIGTERM and SIGKILL. */
static void wind_down(coordinator *c) {
    tcs_scheduler_stop(c->scheduler);
    commit(c);
    tcs_trainers_cancel_all(c->agent.trainers);
    tell_everybody(c, MESSAGE_OVER);
    for (double end_s = tcs_clock_s() + 0.1; tcs_clock_s() < end_s;) {
        hear_all(c);
        tcs_trainers_wait(c->agent.trainers, fmin(c->carrier->longest_wait_s, 0.01), NULL, 0);
        if (c->carrier->n_ranks == 1 && tcs_trainers_n_running(c->agent.trainers) == 0)
            break;
    }
    commit(c);
}

static tcs_status set_up(coordinator *c, const tcs_engine_options *options) {
    c->peers = tcs_allocate((size_t)c->carrier->n_ranks, sizeof *c->peers, c->error);
    if (!c->peers)
        return TCS_OUT_OF_MEMORY;
    c->started_s = c->last_listened_s = c->last_committed_s = tcs_clock_s();
    for (int rank = 0; rank < c->carrier->n_ranks; rank++)
        c->peers[rank].last_heard_s = c->started_s;
    c->silence_limit_s = options->silence_limit_s > 0 ? options->silence_limit_s : TCS_ENGINE_SILENCE_LIMIT_S;
    tcs_scheduler_options scheduling = {.n_jobs = c->n_jobs,
                                        .cost = options->cost,
                                        .is_needed = options->is_needed,
                                        .max_attempts = options->max_attempts,
                                        .n_agents = (size_t)c->carrier->n_ranks,
                                        .ahead_s = AHEAD_S};
    return tcs_scheduler_create(&scheduling, &c->scheduler, c->error);
}

/* The study goes to every rank; an empty one would dismiss them. */
static tcs_status hand_out_study(coordinator *c, const tcs_study *study) {
    tcs_buffer bytes = {0};
    tcs_study_encode(study, &bytes);
    tcs_status status =
        bytes.failed ? tcs_error_add(c->error, TCS_OUT_OF_MEMORY, "out of memory for the data that trainers need") : TCS_OK;
    if (status != TCS_OK)
        tcs_buffer_clear(&bytes);
    tcs_status sent = c->carrier->broadcast(c->carrier, &bytes, c->error);
    if (status == TCS_OK)
        status = sent;
    tcs_error why = {0};
    if (status == TCS_OK && tcs_trainers_give_study(c->agent.trainers, bytes.bytes, bytes.length, &why) != TCS_OK)
        c->agent.n_trainers = 0;
    tcs_buffer_clear(&bytes);
    if (status == TCS_OK)
        agent_say_hello(&c->agent, tcs_error_text(&why));
    tcs_error_clear(&why);
    return status;
}

tcs_status tcs_engine_coordinate(tcs_carrier *carrier, tcs_trainers *trainers, const tcs_study *study,
                                 const tcs_engine_options *options, const tcs_engine_sink *sink, bool *any_lost, tcs_error *error) {
    coordinator c = {.carrier = carrier, .sink = sink, .error = error, .n_jobs = study->n_configurations * study->splits.n_splits};
    c.agent = (agent){.trainers = trainers, .n_trainers = options->n_trainers, .tell = hear_own_agent, .context = &c};
    tcs_status status = set_up(&c, options);
    if (status == TCS_OK)
        status = hand_out_study(&c, study);
    else
        tcs_engine_dismiss(carrier, error);
    if (status == TCS_OK) {
        status = coordinate(&c, options->stop);
        wind_down(&c);
        if (c.status != TCS_OK)
            status = c.status;
        show(&c, tcs_clock_s(), true);
    }
    *any_lost = c.any_lost;
    tcs_scheduler_free(c.scheduler);
    agent_free(&c.agent);
    tcs_buffer_clear(&c.in);
    tcs_buffer_clear(&c.out);
    free(c.peers);
    return status;
}

tcs_status tcs_engine_dismiss(tcs_carrier *carrier, tcs_error *error) {
    tcs_buffer nothing = {0};
    return carrier->broadcast(carrier, &nothing, error);
}
