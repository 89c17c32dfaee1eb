/* The scheduler's events: what happened to agents and jobs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scheduler_state.h"
#include "tcsweep/bytes.h"

/* ---- making ----------------------------------------------------------------------------------------------------------- */

typedef struct cost_place {
    double cost;
    size_t job;
} cost_place;

static int compare_cost(const void *left, const void *right) {
    const cost_place *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    return a->job < b->job ? -1 : a->job > b->job;
}

static void sort_by_cost(tcs_scheduler *scheduler, cost_place *places) {
    for (size_t i = 0; i < scheduler->n_jobs; i++)
        places[i] = (cost_place){scheduler->jobs[i].cost, i};
    qsort(places, scheduler->n_jobs, sizeof *places, compare_cost);
    for (size_t place = 0; place < scheduler->n_jobs; place++) {
        scheduler->by_cost[place] = places[place].job;
        scheduler->jobs[places[place].job].place = place;
    }
}

static void fill_jobs(tcs_scheduler *scheduler, const tcs_scheduler_options *options) {
    for (size_t i = 0; i < scheduler->n_jobs; i++) {
        job_slot *j = &scheduler->jobs[i];
        j->cost = isfinite(options->cost[i]) && options->cost[i] > 0 ? options->cost[i] : 0;
        j->agent = NOBODY;
        j->state = options->is_needed[i] ? JOB_QUEUED : JOB_NOT_NEEDED;
        if (options->is_needed[i]) {
            scheduler->counts.n_needed++;
            scheduler->counts.n_queued++;
            scheduler->counts.cost_needed += j->cost;
        }
    }
}

tcs_status tcs_scheduler_create(const tcs_scheduler_options *options, tcs_scheduler **out, tcs_error *error) {
    *out = NULL;
    tcs_scheduler *scheduler = tcs_allocate(1, sizeof *scheduler, error);
    if (!scheduler)
        return TCS_OUT_OF_MEMORY;
    scheduler->n_jobs = options->n_jobs;
    scheduler->n_agents = options->n_agents;
    scheduler->max_attempts = options->max_attempts > 0 ? options->max_attempts : 1;
    scheduler->ahead_s = options->ahead_s;
    scheduler->jobs = tcs_allocate(options->n_jobs, sizeof *scheduler->jobs, error);
    scheduler->by_cost = tcs_allocate(options->n_jobs, sizeof *scheduler->by_cost, error);
    scheduler->agents = tcs_allocate(options->n_agents, sizeof *scheduler->agents, error);
    cost_place *places = tcs_allocate(options->n_jobs, sizeof *places, error);
    if (!scheduler->jobs || !scheduler->by_cost || !scheduler->agents || !places) {
        free(places);
        tcs_scheduler_free(scheduler);
        return TCS_OUT_OF_MEMORY;
    }
    fill_jobs(scheduler, options);
    sort_by_cost(scheduler, places);
    free(places);
    *out = scheduler;
    return TCS_OK;
}

void tcs_scheduler_free(tcs_scheduler *scheduler) {
    if (!scheduler)
        return;
    for (size_t i = 0; scheduler->agents && i < scheduler->n_agents; i++)
        free(scheduler->agents[i].held);
    free(scheduler->agents);
    free(scheduler->jobs);
    free(scheduler->by_cost);
    free(scheduler->cancels);
    free(scheduler);
}

/* ---- small changes of state --------------------------------------------------------------------------------------------- */

static bool is_known(const tcs_scheduler *scheduler, size_t agent, size_t job_index) {
    return agent < scheduler->n_agents && job_index < scheduler->n_jobs;
}

static bool holds(const tcs_scheduler *scheduler, size_t agent, size_t job_index) {
    return is_known(scheduler, agent, job_index) && scheduler->jobs[job_index].agent == agent;
}

/* Takes a held job from its agent; the caller gives it its next state. */
static void take_from_agent(tcs_scheduler *scheduler, size_t job_index) {
    job_slot *j = &scheduler->jobs[job_index];
    agent_slot *holder = &scheduler->agents[j->agent];
    for (size_t i = 0; i < holder->n_held; i++)
        if (holder->held[i] == job_index) {
            holder->held[i] = holder->held[--holder->n_held];
            break;
        }
    if (j->state == JOB_RUNNING) {
        holder->n_running--;
        scheduler->counts.n_running--;
    } else {
        scheduler->counts.n_waiting--;
    }
    j->agent = NOBODY;
    j->is_asked_back = false;
    j->fraction = j->elapsed_s = 0;
}

static void put_in_queue(tcs_scheduler *scheduler, size_t job_index) {
    job_slot *j = &scheduler->jobs[job_index];
    j->state = JOB_QUEUED;
    scheduler->counts.n_queued++;
    if (j->place < scheduler->first_queued)
        scheduler->first_queued = j->place;
}

static void ask_to_cancel(tcs_scheduler *scheduler, size_t agent_index, size_t job_index) {
    if (scheduler->n_cancels == scheduler->cancel_capacity) {
        size_t capacity = scheduler->cancel_capacity ? 2 * scheduler->cancel_capacity : 16;
        tcs_order *grown = realloc(scheduler->cancels, capacity * sizeof *grown);
        if (!grown)
            return; /* the job then runs to its end and its result is ignored: only time is lost */
        scheduler->cancels = grown;
        scheduler->cancel_capacity = capacity;
    }
    scheduler->cancels[scheduler->n_cancels++] = (tcs_order){TCS_ORDER_CANCEL, agent_index, job_index};
}

/* ---- events --------------------------------------------------------------------------------------------------------------- */

void tcs_scheduler_agent_joined(tcs_scheduler *scheduler, size_t agent_index, size_t n_trainers) {
    if (agent_index >= scheduler->n_agents || scheduler->agents[agent_index].has_joined)
        return;
    agent_slot *a = &scheduler->agents[agent_index];
    a->has_joined = true;
    a->n_trainers = n_trainers;
    scheduler->counts.n_agents++;
    scheduler->counts.n_trainers += n_trainers;
}

void tcs_scheduler_agent_lost(tcs_scheduler *scheduler, size_t agent_index) {
    if (agent_index >= scheduler->n_agents || !scheduler->agents[agent_index].has_joined)
        return;
    agent_slot *a = &scheduler->agents[agent_index];
    while (a->n_held > 0) {
        size_t job_index = a->held[a->n_held - 1];
        take_from_agent(scheduler, job_index);
        put_in_queue(scheduler, job_index);
    }
    a->has_joined = false;
    scheduler->counts.n_agents--;
    scheduler->counts.n_trainers -= a->n_trainers;
    a->n_trainers = 0;
}

bool tcs_scheduler_job_started(tcs_scheduler *scheduler, size_t agent_index, size_t job_index, double now_s) {
    if (!holds(scheduler, agent_index, job_index) || scheduler->jobs[job_index].state != JOB_WAITING)
        return false;
    job_slot *j = &scheduler->jobs[job_index];
    j->state = JOB_RUNNING;
    j->started_s = now_s;
    scheduler->agents[agent_index].n_running++;
    scheduler->counts.n_waiting--;
    scheduler->counts.n_running++;
    return true;
}

void tcs_scheduler_job_progress(tcs_scheduler *scheduler, size_t agent_index, size_t job_index, double fraction, double elapsed_s,
                                double now_s) {
    if (!holds(scheduler, agent_index, job_index) || scheduler->jobs[job_index].state != JOB_RUNNING)
        return;
    if (!(fraction > 0 && fraction <= 1) || !(elapsed_s >= 0))
        return;
    job_slot *j = &scheduler->jobs[job_index];
    j->fraction = fraction;
    j->elapsed_s = elapsed_s;
    j->told_at_s = now_s;
}

void tcs_scheduler_job_returned(tcs_scheduler *scheduler, size_t agent_index, size_t job_index, bool was_returned) {
    if (!holds(scheduler, agent_index, job_index) || !scheduler->jobs[job_index].is_asked_back)
        return;
    scheduler->jobs[job_index].is_asked_back = false;
    if (was_returned && scheduler->jobs[job_index].state == JOB_WAITING) {
        take_from_agent(scheduler, job_index);
        put_in_queue(scheduler, job_index);
    }
}

static void record(tcs_scheduler *scheduler, size_t job_index, tcs_outcome outcome) {
    job_slot *j = &scheduler->jobs[job_index];
    j->state = JOB_RECORDED;
    j->has_failed = tcs_outcome_is_failure(outcome);
    scheduler->counts.n_recorded++;
    scheduler->counts.n_failed += j->has_failed;
    scheduler->counts.cost_recorded += j->cost;
}

static void learn_speed(tcs_scheduler *scheduler, const job_slot *j, tcs_outcome outcome, double now_s) {
    if (outcome == TCS_JOB_DONE && j->state == JOB_RUNNING && now_s >= j->started_s) {
        scheduler->done_s += now_s - j->started_s;
        scheduler->done_cost += j->cost;
    }
}

/* Whether an end is final, after counting it. */
static bool count_end(const tcs_scheduler *scheduler, job_slot *j, tcs_outcome outcome, bool is_counted) {
    if (outcome == TCS_JOB_CANCELLED)
        return false;
    if (!is_counted)
        return ++j->n_outside_kills >= TCS_SCHEDULER_MOST_OUTSIDE_KILLS;
    j->n_counted_ends++;
    return outcome == TCS_JOB_DONE || outcome == TCS_JOB_DIVERGED || j->n_counted_ends >= scheduler->max_attempts;
}

tcs_verdict tcs_scheduler_job_ended(tcs_scheduler *scheduler, size_t agent_index, size_t job_index, tcs_outcome outcome,
                                    bool is_counted, double now_s, unsigned *n_attempts) {
    *n_attempts = 0;
    if (!is_known(scheduler, agent_index, job_index))
        return TCS_VERDICT_IGNORE;
    job_slot *j = &scheduler->jobs[job_index];
    bool has_result = outcome == TCS_JOB_DONE || outcome == TCS_JOB_DIVERGED;
    if (j->state == JOB_NOT_NEEDED || j->state == JOB_RECORDED || (j->agent != agent_index && !has_result))
        return TCS_VERDICT_IGNORE;
    learn_speed(scheduler, j, outcome, now_s);
    bool is_final = count_end(scheduler, j, outcome, is_counted);
    *n_attempts = j->n_counted_ends;
    if (j->agent != NOBODY) {
        if (j->agent != agent_index)
            ask_to_cancel(scheduler, j->agent, job_index);
        take_from_agent(scheduler, job_index);
    } else {
        scheduler->counts.n_queued--;
    }
    if (!is_final) {
        put_in_queue(scheduler, job_index);
        return TCS_VERDICT_RETRY;
    }
    record(scheduler, job_index, outcome);
    return TCS_VERDICT_RECORD;
}

void tcs_scheduler_stop(tcs_scheduler *scheduler) {
    scheduler->is_stopped = true;
}

/* ---- questions ------------------------------------------------------------------------------------------------------------ */

tcs_scheduler_counts tcs_scheduler_count(const tcs_scheduler *scheduler) {
    tcs_scheduler_counts counts = scheduler->counts;
    counts.cost_in_progress = 0;
    for (size_t a = 0; a < scheduler->n_agents; a++)
        for (size_t i = 0; i < scheduler->agents[a].n_held; i++) {
            const job_slot *j = &scheduler->jobs[scheduler->agents[a].held[i]];
            counts.cost_in_progress += j->cost * j->fraction;
        }
    return counts;
}

bool tcs_scheduler_is_finished(const tcs_scheduler *scheduler) {
    return scheduler->counts.n_recorded == scheduler->counts.n_needed;
}
