/* agent.h: one rank's trainers and the jobs given to it. Obeys rank 0's orders and tells it what happens; decides nothing.
 *
 * Rank 0's own agent is told and heard by function calls, the others' through a carrier: both see the same messages.
 */
#ifndef TCS_ENGINE_AGENT_H
#define TCS_ENGINE_AGENT_H

#include <stddef.h>

#include "protocol.h"
#include "tcsweep/trainers.h"

typedef struct agent {
    tcs_trainers *trainers; /* not owned */
    size_t n_trainers;      /* 0 once the fork server is lost */
    size_t *waiting;        /* [n_waiting] jobs that no trainer is free for yet, in the order given */
    size_t n_waiting, waiting_capacity;
    /* Tells rank 0. */
    void (*tell)(void *context, const message *m);
    void *context;
} agent;

void agent_free(agent *a);
/* The first word: how many trainers there are. `why` says why there are fewer than asked for; NULL: there are not. */
void agent_say_hello(const agent *a, const char *why);
/* One of MESSAGE_RUN, GIVE_BACK, CANCEL, RESET; others are ignored. */
void agent_obey(agent *a, const message *order);
/* Tells what the trainers did since the last call and starts waiting jobs. Does not wait. */
void agent_work(agent *a);
/* Cancels everything, and waits up to wait_s for the trainers to be gone; what they finished meanwhile is still told. */
void agent_cancel_all(agent *a, double wait_s);

#endif
