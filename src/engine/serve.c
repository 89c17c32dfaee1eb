/* The other ranks: an agent that obeys rank 0 until it is over. */
#include "agent.h"
#include "tcsweep/engine.h"

#define ALIVE_EVERY_S 1.0
#define RANK_0_PATIENCE 4 /* × the silence limit: rank 0 may be held up by a slow disk, and nobody can replace it */

typedef struct server {
    tcs_carrier *carrier;
    agent agent;
    tcs_buffer out;
    tcs_status status; /* of sending */
    tcs_error *error;
    double last_sent_s, last_heard_s, last_listened_s;
} server;

static void tell_rank_0(void *context, const message *m) {
    server *s = context;
    message_encode(m, &s->out);
    if (s->status == TCS_OK && s->out.failed)
        s->status = tcs_error_add(s->error, TCS_OUT_OF_MEMORY, "out of memory for a message to rank 0");
    if (s->status == TCS_OK)
        s->status = s->carrier->send(s->carrier, 0, s->out.bytes, s->out.length, s->error);
    s->last_sent_s = tcs_clock_s();
}

/* Obeys what has arrived; true: it is over. */
static bool obey_orders(server *s, tcs_buffer *in) {
    int from;
    while (s->carrier->receive(s->carrier, &from, in)) {
        message order;
        if (from != 0 || !message_decode(in->bytes, in->length, &order))
            continue;
        s->last_heard_s = tcs_clock_s();
        bool is_over = order.kind == MESSAGE_OVER;
        agent_obey(&s->agent, &order);
        message_free(&order);
        if (is_over)
            return true;
    }
    return false;
}

static tcs_status serve(server *s, tcs_buffer *in, double patience_s, bool *any_lost) {
    while (s->status == TCS_OK) {
        if (obey_orders(s, in))
            return TCS_OK;
        agent_work(&s->agent);
        double now_s = tcs_clock_s();
        if (now_s - s->last_listened_s > 1) /* suspended: rank 0 may have spoken meanwhile */
            s->last_heard_s += now_s - s->last_listened_s;
        s->last_listened_s = now_s;
        if (now_s - s->last_sent_s > ALIVE_EVERY_S)
            tell_rank_0(s, &(message){.kind = MESSAGE_ALIVE});
        if (now_s - s->last_heard_s > patience_s) {
            *any_lost = true;
            return tcs_error_add(s->error, TCS_SYSTEM_ERROR, "rank %d: nothing heard of rank 0 for %.0f s; it is taken for dead",
                                 s->carrier->rank, patience_s);
        }
        tcs_trainers_wait(s->agent.trainers, s->carrier->longest_wait_s, NULL, 0);
    }
    return s->status;
}

tcs_status tcs_engine_serve(tcs_carrier *carrier, tcs_trainers *trainers, const tcs_engine_options *options, bool *any_lost,
                            tcs_error *error) {
    *any_lost = false;
    tcs_buffer study = {0}, in = {0};
    tcs_status status = carrier->broadcast(carrier, &study, error);
    if (status != TCS_OK || study.length == 0) { /* an empty study: dismissed */
        tcs_buffer_clear(&study);
        return status;
    }
    server s = {.carrier = carrier, .error = error};
    s.agent = (agent){.trainers = trainers, .n_trainers = options->n_trainers, .tell = tell_rank_0, .context = &s};
    tcs_error why = {0};
    if (tcs_trainers_give_study(trainers, study.bytes, study.length, &why) != TCS_OK)
        s.agent.n_trainers = 0;
    tcs_buffer_clear(&study);
    s.last_heard_s = s.last_listened_s = tcs_clock_s();
    agent_say_hello(&s.agent, tcs_error_text(&why));
    tcs_error_clear(&why);
    double limit_s = options->silence_limit_s > 0 ? options->silence_limit_s : TCS_ENGINE_SILENCE_LIMIT_S;
    status = serve(&s, &in, RANK_0_PATIENCE * limit_s, any_lost);
    tcs_trainers_cancel_all(trainers);
    agent_free(&s.agent);
    tcs_buffer_clear(&s.out);
    tcs_buffer_clear(&in);
    return status;
}
