/* The scheduler: chosen histories, and many random ones whose every step must keep its promises. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "tcsweep/random.h"
#include "tcsweep/scheduler.h"

static tcs_scheduler *make(size_t n_jobs, const double *cost, unsigned max_attempts, size_t n_agents) {
    bool is_needed[64];
    memset(is_needed, 1, sizeof is_needed);
    tcs_scheduler_options options = {n_jobs, cost, is_needed, max_attempts, n_agents, 1.0};
    tcs_scheduler *scheduler;
    CU_ASSERT_EQUAL_FATAL(tcs_scheduler_create(&options, &scheduler, NULL), TCS_OK);
    return scheduler;
}

static void assert_order(tcs_scheduler *scheduler, double now_s, tcs_order_kind kind, size_t agent, size_t job) {
    tcs_order order = tcs_scheduler_next_order(scheduler, now_s);
    CU_ASSERT_EQUAL(order.kind, kind);
    if (kind != TCS_ORDER_NONE) {
        CU_ASSERT_EQUAL(order.agent, agent);
        CU_ASSERT_EQUAL(order.job, job);
    }
}

static tcs_verdict end(tcs_scheduler *scheduler, size_t agent, size_t job, tcs_outcome outcome, bool is_counted) {
    unsigned n_attempts;
    return tcs_scheduler_job_ended(scheduler, agent, job, outcome, is_counted, 1, &n_attempts);
}

static void longest_job_goes_first(void) {
    tcs_scheduler *s = make(4, (double[]){1, 9, 5, 9}, 3, 2);
    assert_order(s, 0, TCS_ORDER_NONE, 0, 0);
    tcs_scheduler_agent_joined(s, 0, 2);
    tcs_scheduler_agent_joined(s, 1, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 1, 3);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 2);
    assert_order(s, 0, TCS_ORDER_NONE, 0, 0);
    tcs_scheduler_job_started(s, 1, 3, 0);
    CU_ASSERT_EQUAL(end(s, 1, 3, TCS_JOB_DONE, true), TCS_VERDICT_RECORD);
    assert_order(s, 1, TCS_ORDER_RUN, 1, 0);
    tcs_scheduler_free(s);
}

static void failures_are_retried_as_often_as_allowed(void) {
    tcs_scheduler *s = make(1, (double[]){1}, 2, 1);
    tcs_scheduler_agent_joined(s, 0, 1);
    unsigned n_attempts;
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    tcs_scheduler_job_started(s, 0, 0, 0);
    CU_ASSERT_EQUAL(tcs_scheduler_job_ended(s, 0, 0, TCS_JOB_CRASHED, true, 1, &n_attempts), TCS_VERDICT_RETRY);
    CU_ASSERT_EQUAL(n_attempts, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    /* Killed from outside: it was not the job's fault. */
    CU_ASSERT_EQUAL(tcs_scheduler_job_ended(s, 0, 0, TCS_JOB_CRASHED, false, 1, &n_attempts), TCS_VERDICT_RETRY);
    CU_ASSERT_EQUAL(n_attempts, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    CU_ASSERT_EQUAL(tcs_scheduler_job_ended(s, 0, 0, TCS_JOB_TIMED_OUT, true, 1, &n_attempts), TCS_VERDICT_RECORD);
    CU_ASSERT_EQUAL(n_attempts, 2);
    CU_ASSERT(tcs_scheduler_is_finished(s));
    CU_ASSERT_EQUAL(tcs_scheduler_count(s).n_failed, 1);
    assert_order(s, 0, TCS_ORDER_NONE, 0, 0);
    tcs_scheduler_free(s);
}

static void kills_from_outside_end_at_last(void) {
    tcs_scheduler *s = make(1, (double[]){1}, 1, 1);
    tcs_scheduler_agent_joined(s, 0, 1);
    for (int i = 1; i < TCS_SCHEDULER_MOST_OUTSIDE_KILLS; i++) {
        assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
        CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_CRASHED, false), TCS_VERDICT_RETRY);
    }
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_CRASHED, false), TCS_VERDICT_RECORD);
    tcs_scheduler_free(s);
}

static void diverged_is_final_and_cancelled_never(void) {
    tcs_scheduler *s = make(2, (double[]){2, 1}, 3, 1);
    tcs_scheduler_agent_joined(s, 0, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_CANCELLED, true), TCS_VERDICT_RETRY);
        assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    }
    CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_DIVERGED, true), TCS_VERDICT_RECORD);
    tcs_scheduler_free(s);
}

static void a_lost_agents_jobs_go_to_others(void) {
    tcs_scheduler *s = make(2, (double[]){2, 1}, 3, 2);
    tcs_scheduler_agent_joined(s, 0, 2);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 1);
    tcs_scheduler_job_started(s, 0, 0, 0);
    tcs_scheduler_agent_lost(s, 0);
    tcs_scheduler_agent_joined(s, 1, 2);
    assert_order(s, 0, TCS_ORDER_RUN, 1, 0);
    assert_order(s, 0, TCS_ORDER_RUN, 1, 1);
    tcs_scheduler_job_started(s, 1, 0, 0);
    /* What the lost one says of failures is nobody's business any more; its result is welcome, and the second run is stopped. */
    CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_CRASHED, true), TCS_VERDICT_IGNORE);
    CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_DONE, true), TCS_VERDICT_RECORD);
    assert_order(s, 0, TCS_ORDER_CANCEL, 1, 0);
    CU_ASSERT_EQUAL(end(s, 1, 0, TCS_JOB_CANCELLED, true), TCS_VERDICT_IGNORE);
    CU_ASSERT_EQUAL(end(s, 1, 0, TCS_JOB_DONE, true), TCS_VERDICT_IGNORE);
    CU_ASSERT_EQUAL(tcs_scheduler_count(s).n_recorded, 1);
    tcs_scheduler_free(s);
}

static void a_job_at_hand_is_taken_back_for_an_idle_trainer(void) {
    tcs_scheduler *s = make(3, (double[]){3, 2, 1}, 3, 2);
    tcs_scheduler_agent_joined(s, 0, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    tcs_scheduler_job_started(s, 0, 0, 0);
    tcs_scheduler_job_progress(s, 0, 0, 0.5, 10, 10);
    assert_order(s, 10, TCS_ORDER_NONE, 0, 0); /* 10 s to go */
    tcs_scheduler_job_progress(s, 0, 0, 0.99, 20, 20);
    assert_order(s, 20, TCS_ORDER_RUN, 0, 1); /* 0.2 s to go: the next one at hand, and only one */
    assert_order(s, 20, TCS_ORDER_NONE, 0, 0);
    tcs_scheduler_agent_joined(s, 1, 2);
    assert_order(s, 20, TCS_ORDER_RUN, 1, 2);
    assert_order(s, 20, TCS_ORDER_GIVE_BACK, 0, 1);
    assert_order(s, 20, TCS_ORDER_NONE, 0, 0);
    tcs_scheduler_job_returned(s, 0, 1, true);
    assert_order(s, 20, TCS_ORDER_RUN, 1, 1);
    tcs_scheduler_free(s);
}

static void stopped_means_no_more_orders(void) {
    tcs_scheduler *s = make(2, (double[]){2, 1}, 3, 1);
    tcs_scheduler_agent_joined(s, 0, 1);
    assert_order(s, 0, TCS_ORDER_RUN, 0, 0);
    tcs_scheduler_stop(s);
    CU_ASSERT_EQUAL(end(s, 0, 0, TCS_JOB_DONE, true), TCS_VERDICT_RECORD);
    assert_order(s, 0, TCS_ORDER_NONE, 0, 0);
    CU_ASSERT_FALSE(tcs_scheduler_is_finished(s));
    tcs_scheduler_free(s);
}

/* ---- random histories --------------------------------------------------------------------------------------------------- */

#define N_JOBS 40
#define N_AGENTS 5

/* The world as the agents see it. */
typedef struct world {
    bool has_joined[N_AGENTS];
    size_t n_trainers[N_AGENTS];
    int holder[N_JOBS]; /* agent, or −1 */
    bool is_started[N_JOBS], is_recorded[N_JOBS];
} world;

static size_t held_by(const world *w, size_t agent) {
    size_t n = 0;
    for (size_t job = 0; job < N_JOBS; job++)
        n += w->holder[job] == (int)agent;
    return n;
}

static bool has_free_trainer(const world *w, int agent) {
    size_t n = 0;
    for (size_t job = 0; job < N_JOBS; job++)
        n += w->holder[job] == agent && w->is_started[job];
    return n < w->n_trainers[agent];
}

static void obey(tcs_scheduler *s, world *w, double now_s) {
    for (;;) {
        tcs_order order = tcs_scheduler_next_order(s, now_s);
        if (order.kind == TCS_ORDER_NONE)
            return;
        CU_ASSERT_FATAL(order.agent < N_AGENTS && order.job < N_JOBS);
        if (order.kind == TCS_ORDER_RUN) {
            CU_ASSERT(w->has_joined[order.agent]);
            CU_ASSERT_EQUAL(w->holder[order.job], -1); /* never twice */
            CU_ASSERT_FALSE(w->is_recorded[order.job]);
            w->holder[order.job] = (int)order.agent;
            w->is_started[order.job] = false;
            CU_ASSERT_FATAL(held_by(w, order.agent) <= 2 * w->n_trainers[order.agent]);
        } else if (order.kind == TCS_ORDER_GIVE_BACK) {
            CU_ASSERT_EQUAL(w->holder[order.job], (int)order.agent);
            bool was_returned = !w->is_started[order.job];
            if (was_returned)
                w->holder[order.job] = -1;
            tcs_scheduler_job_returned(s, order.agent, order.job, was_returned);
        }
    }
}

static void end_one(tcs_scheduler *s, world *w, size_t job, tcs_random_stream *stream, double now_s) {
    static const tcs_outcome outcomes[] = {TCS_JOB_DONE, TCS_JOB_DONE, TCS_JOB_CRASHED, TCS_JOB_DIVERGED};
    size_t agent = (size_t)w->holder[job];
    unsigned n_attempts;
    tcs_verdict verdict = tcs_scheduler_job_ended(s, agent, job, outcomes[tcs_random_next_below(stream, 4)],
                                                  tcs_random_next_below(stream, 4) > 0, now_s, &n_attempts);
    CU_ASSERT_NOT_EQUAL(verdict, TCS_VERDICT_IGNORE);
    w->holder[job] = -1;
    if (verdict == TCS_VERDICT_RECORD) {
        CU_ASSERT_FALSE(w->is_recorded[job]);
        w->is_recorded[job] = true;
    }
}

static void step(tcs_scheduler *s, world *w, tcs_random_stream *stream, double now_s) {
    size_t agent = tcs_random_next_below(stream, N_AGENTS), job = tcs_random_next_below(stream, N_JOBS);
    switch (tcs_random_next_below(stream, 12)) {
    case 0:
        if (!w->has_joined[agent])
            w->n_trainers[agent] = 1 + tcs_random_next_below(stream, 3);
        w->has_joined[agent] = true;
        tcs_scheduler_agent_joined(s, agent, w->n_trainers[agent]);
        break;
    case 1:
        if (tcs_random_next_below(stream, 4) > 0)
            break;
        tcs_scheduler_agent_lost(s, agent);
        w->has_joined[agent] = false;
        for (size_t j = 0; j < N_JOBS; j++)
            if (w->holder[j] == (int)agent)
                w->holder[j] = -1;
        break;
    case 2:
    case 3:
    case 4:
    case 5:
        if (w->holder[job] >= 0 && !w->is_started[job] && has_free_trainer(w, w->holder[job])) {
            tcs_scheduler_job_started(s, (size_t)w->holder[job], job, now_s);
            w->is_started[job] = true;
        }
        break;
    case 6:
    case 7:
        if (w->holder[job] >= 0)
            tcs_scheduler_job_progress(s, (size_t)w->holder[job], job, tcs_random_next_uniform(stream), 1, now_s);
        break;
    case 8: /* a late or mad word */
        tcs_scheduler_job_progress(s, agent, job + 1000, 2, -1, now_s);
        tcs_scheduler_job_returned(s, agent + 1000, job, true);
        break;
    default:
        if (w->holder[job] >= 0 && w->is_started[job])
            end_one(s, w, job, stream, now_s);
    }
    obey(s, w, now_s);
}

static void random_histories_end_with_every_job_recorded_once(void) {
    for (uint32_t history = 0; history < 300; history++) {
        tcs_random_stream stream = tcs_random_stream_start(tcs_random_key_from_seed(1), TCS_RANDOM_TEST, history, 0);
        double cost[N_JOBS];
        for (size_t i = 0; i < N_JOBS; i++)
            cost[i] = tcs_random_next_uniform(&stream);
        tcs_scheduler *s = make(N_JOBS, cost, 2, N_AGENTS);
        world w = {0};
        memset(w.holder, -1, sizeof w.holder);
        int n_steps = 0;
        for (; n_steps < 200000 && !tcs_scheduler_is_finished(s); n_steps++)
            step(s, &w, &stream, 0.01 * n_steps);
        CU_ASSERT(tcs_scheduler_is_finished(s));
        for (size_t i = 0; i < N_JOBS; i++)
            CU_ASSERT(w.is_recorded[i]);
        CU_ASSERT_EQUAL(tcs_scheduler_count(s).n_recorded, N_JOBS);
        CU_ASSERT_EQUAL(tcs_scheduler_count(s).n_queued + tcs_scheduler_count(s).n_running + tcs_scheduler_count(s).n_waiting, 0);
        tcs_scheduler_free(s);
    }
}

TCS_TESTS("scheduler", {"longest job first", longest_job_goes_first}, {"retries", failures_are_retried_as_often_as_allowed},
          {"kills from outside", kills_from_outside_end_at_last}, {"diverged and cancelled", diverged_is_final_and_cancelled_never},
          {"a lost agent", a_lost_agents_jobs_go_to_others}, {"taken back", a_job_at_hand_is_taken_back_for_an_idle_trainer},
          {"stopped", stopped_means_no_more_orders}, {"random histories", random_histories_end_with_every_job_recorded_once})
