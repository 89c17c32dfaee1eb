/* fork_server_messages.h: what an agent and its fork server say to each other, over an AF_UNIX SOCK_SEQPACKET pair.
 *
 *   agent → server   STUDY (once; with the study's file)   START job (with the trainer's end of its socket)   KILL job
 *   server → agent   READY or REFUSED (once, to STUDY)      EXITED job
 *
 * A message is one packet of one fixed struct: both ends are the same program. Neither end waits while it sends, so neither can wait for
 * the other in a circle.
 */
#ifndef TCS_ENGINE_FORK_SERVER_MESSAGES_H
#define TCS_ENGINE_FORK_SERVER_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tcs_server_request_kind { TCS_SERVER_STUDY = 1, TCS_SERVER_START, TCS_SERVER_KILL } tcs_server_request_kind;
typedef struct tcs_server_request {
    uint32_t kind;
    uint32_t isa; /* study: tcs_isa */
    uint64_t job; /* start, kill */
} tcs_server_request;

#define TCS_SERVER_TEXT_BYTES 1024
typedef enum tcs_server_report_kind { TCS_SERVER_READY = 1, TCS_SERVER_REFUSED, TCS_SERVER_EXITED } tcs_server_report_kind;
typedef struct tcs_server_report {
    uint32_t kind;
    uint32_t code; /* refused: tcs_status; exited: tcs_outcome, to be overruled by what the trainer itself said */
    uint64_t job;
    uint64_t is_blameless;                   /* exited: through no fault of the job */
    double wall_s, cpu_s, started, finished; /* exited */
    char text[TCS_SERVER_TEXT_BYTES];        /* ready: OpenBLAS's core and version; refused, exited: the reason */
} tcs_server_report;

typedef enum tcs_packet_result {
    TCS_PACKET_DONE,
    TCS_PACKET_NONE, /* nothing has come, or there is no room to send: poll */
    TCS_PACKET_GONE  /* the other end is closed, or does not speak this language */
} tcs_packet_result;

/* Sends one packet without waiting; `attached` is a descriptor to hand over with it, or −1. It stays the caller's. */
tcs_packet_result tcs_packet_send(int socket, const void *packet, size_t n_bytes, int attached);
/* Takes one packet of exactly n_bytes; with may_wait, waits for it. *attached: the descriptor that came with it (close-on-exec, the
 * caller's), or −1. */
tcs_packet_result tcs_packet_receive(int socket, void *packet, size_t n_bytes, bool may_wait, int *attached);

#endif
