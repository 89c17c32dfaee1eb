/* The scheduler's orders: what to run where, what to take back, what to stop. */
#include <math.h>
#include <stdlib.h>

#include "scheduler_state.h"

/* The longest job that is queued, or NOBODY. */
static size_t find_queued(tcs_scheduler *scheduler) {
    while (scheduler->first_queued < scheduler->n_jobs) {
        size_t job_index = scheduler->by_cost[scheduler->first_queued];
        if (scheduler->jobs[job_index].state == JOB_QUEUED)
            return job_index;
        scheduler->first_queued++;
    }
    return NOBODY;
}

/* Estimated from the job's own progress; before its first word of it, from the speed of the jobs that are done. */
static double remaining_s(const tcs_scheduler *scheduler, const job_slot *j, double now_s) {
    if (j->fraction > 0)
        return j->elapsed_s * (1 - j->fraction) / j->fraction - (now_s - j->told_at_s);
    if (scheduler->done_cost > 0)
        return j->cost * scheduler->done_s / scheduler->done_cost - (now_s - j->started_s);
    return INFINITY;
}

/* How many jobs an agent may hold: one a trainer, and a successor for each that is about to end. */
static size_t places_of(const tcs_scheduler *scheduler, const agent_slot *a, double now_s) {
    size_t n = a->n_trainers;
    for (size_t i = 0; i < a->n_held; i++) {
        const job_slot *j = &scheduler->jobs[a->held[i]];
        n += j->state == JOB_RUNNING && remaining_s(scheduler, j, now_s) < scheduler->ahead_s;
    }
    return n;
}

static bool has_room_for_one_more(agent_slot *a) {
    if (a->n_held < a->capacity)
        return true;
    size_t capacity = a->capacity ? 2 * a->capacity : 4;
    size_t *grown = realloc(a->held, capacity * sizeof *grown);
    if (!grown)
        return false;
    a->held = grown;
    a->capacity = capacity;
    return true;
}

static tcs_order give(tcs_scheduler *scheduler, size_t agent_index, size_t job_index) {
    agent_slot *a = &scheduler->agents[agent_index];
    job_slot *j = &scheduler->jobs[job_index];
    a->held[a->n_held++] = job_index;
    j->agent = agent_index;
    j->state = JOB_WAITING;
    scheduler->counts.n_queued--;
    scheduler->counts.n_waiting++;
    return (tcs_order){TCS_ORDER_RUN, agent_index, job_index};
}

/* An agent with an idle trainer (ahead = false), or with one about to be idle. */
static size_t find_agent(tcs_scheduler *scheduler, bool ahead, double now_s) {
    for (size_t i = 0; i < scheduler->n_agents; i++) {
        size_t index = (scheduler->next_agent + i) % scheduler->n_agents;
        agent_slot *a = &scheduler->agents[index];
        if (!a->has_joined || a->n_held >= (ahead ? places_of(scheduler, a, now_s) : a->n_trainers))
            continue;
        if (!has_room_for_one_more(a))
            continue;
        scheduler->next_agent = index + 1;
        return index;
    }
    return NOBODY;
}

/* A job that waits behind running ones at an agent whose trainers are all busy, and that nobody asked back yet. */
static size_t find_waiting_ahead(const tcs_scheduler *scheduler) {
    for (size_t a = 0; a < scheduler->n_agents; a++) {
        const agent_slot *holder = &scheduler->agents[a];
        if (holder->n_held <= holder->n_trainers)
            continue;
        for (size_t i = 0; i < holder->n_held; i++) {
            const job_slot *j = &scheduler->jobs[holder->held[i]];
            if (j->state == JOB_WAITING && !j->is_asked_back)
                return holder->held[i];
        }
    }
    return NOBODY;
}

static size_t count_asked_back(const tcs_scheduler *scheduler) {
    size_t n = 0;
    for (size_t a = 0; a < scheduler->n_agents; a++)
        for (size_t i = 0; i < scheduler->agents[a].n_held; i++)
            n += scheduler->jobs[scheduler->agents[a].held[i]].is_asked_back;
    return n;
}

static size_t count_idle_trainers(const tcs_scheduler *scheduler) {
    size_t n = 0;
    for (size_t i = 0; i < scheduler->n_agents; i++) {
        const agent_slot *a = &scheduler->agents[i];
        if (a->has_joined && a->n_held < a->n_trainers)
            n += a->n_trainers - a->n_held;
    }
    return n;
}

/* The queue is empty: where a trainer idles, a job that waits elsewhere is better off with it. */
static tcs_order take_back(tcs_scheduler *scheduler) {
    size_t job_index = scheduler->counts.n_waiting > 0 && count_idle_trainers(scheduler) > count_asked_back(scheduler)
                           ? find_waiting_ahead(scheduler)
                           : NOBODY;
    if (job_index == NOBODY)
        return (tcs_order){TCS_ORDER_NONE, 0, 0};
    scheduler->jobs[job_index].is_asked_back = true;
    return (tcs_order){TCS_ORDER_GIVE_BACK, scheduler->jobs[job_index].agent, job_index};
}

tcs_order tcs_scheduler_next_order(tcs_scheduler *scheduler, double now_s) {
    if (scheduler->n_cancels > 0)
        return scheduler->cancels[--scheduler->n_cancels];
    if (scheduler->is_stopped)
        return (tcs_order){TCS_ORDER_NONE, 0, 0};
    size_t job_index = find_queued(scheduler);
    if (job_index == NOBODY)
        return take_back(scheduler);
    size_t agent_index = find_agent(scheduler, false, now_s);
    if (agent_index == NOBODY)
        agent_index = find_agent(scheduler, true, now_s);
    if (agent_index == NOBODY)
        return (tcs_order){TCS_ORDER_NONE, 0, 0};
    return give(scheduler, agent_index, job_index);
}
