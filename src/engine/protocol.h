/* protocol.h: what rank 0 and the agents say to each other. Messages are checked as they are read: they come from elsewhere. */
#ifndef TCS_ENGINE_PROTOCOL_H
#define TCS_ENGINE_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/outcome.h"

typedef enum message_kind {
    /* agent → rank 0 */
    MESSAGE_HELLO =
        1, /* number: trainers; text: host; text_2: why there are fewer than asked for, or ""; blob: OpenBLAS's core and version */
    MESSAGE_STARTED,     /* job */
    MESSAGE_PROGRESS,    /* job, fraction, elapsed_s */
    MESSAGE_ENDED,       /* job, outcome, flag: is counted, wall_s …, text: reason, blob: encoded tcs_result */
    MESSAGE_RETURNED,    /* job, flag: was returned */
    MESSAGE_NO_TRAINERS, /* text: why: the fork server is gone and this agent trains no more */
    /* rank 0 → agent */
    MESSAGE_RUN,       /* job */
    MESSAGE_GIVE_BACK, /* job */
    MESSAGE_CANCEL,    /* job */
    MESSAGE_RESET,     /* you had been given up: cancel everything and say hello again */
    MESSAGE_OVER,      /* cancel everything and end */
    /* both ways */
    MESSAGE_ALIVE,
    N_MESSAGE_KINDS
} message_kind;

typedef struct message {
    message_kind kind;
    uint64_t job;
    uint64_t number;
    bool flag;
    tcs_outcome outcome;
    double fraction, elapsed_s;
    double wall_s, cpu_s, started, finished;
    const char *text, *text_2; /* NULL counts as "" when encoded; never NULL once decoded */
    const void *blob;          /* points into the decoded bytes */
    size_t n_blob;
    char *owned[2]; /* of a decoded message */
} message;

/* Writes a message; `out` is emptied first. */
void message_encode(const message *m, tcs_buffer *out);
/* False where the bytes are no message; then nothing is owned. */
bool message_decode(const void *bytes, size_t n_bytes, message *out);
void message_free(message *m);

#endif
