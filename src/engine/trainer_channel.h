/* trainer_channel.h: what a trainer says to its agent, over a socket of its own: progress now and then, one end.
 *
 * A byte stream of frames: a header (kind, length of a text, length of the bytes), the text, the bytes. The trainer waits while it sends its
 * end and never for progress; the agent never waits, and takes what has come, however it is cut. The trainer may be broken in any way,
 * so the agent believes no length: it stores only what really arrives, up to a bound.
 */
#ifndef TCS_ENGINE_TRAINER_CHANNEL_H
#define TCS_ENGINE_TRAINER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/status.h"

typedef enum tcs_frame_kind { TCS_FRAME_PROGRESS = 1, TCS_FRAME_END } tcs_frame_kind;
typedef struct tcs_frame_header {
    uint32_t kind;
    uint32_t status;            /* end: tcs_status */
    uint64_t n_text_bytes;      /* end */
    uint64_t n_bytes;           /* end: of the encoded result */
    double fraction, elapsed_s; /* progress */
} tcs_frame_header;
#define TCS_FRAME_MOST_TEXT_BYTES ((uint64_t)1 << 16)
#define TCS_FRAME_MOST_BYTES ((uint64_t)INT32_MAX)

/* ---- the trainer's end --------------------------------------------------------------------------------------------------- */

/* Left out where the agent has not yet taken what was sent before. */
void tcs_channel_send_progress(int socket, double fraction, double elapsed_s);
/* Waits until all is sent. False where the agent is gone. A text or a result beyond the bounds is cut or replaced by an error. */
bool tcs_channel_send_end(int socket, tcs_status status, const char *text, const tcs_buffer *result);

/* ---- the agent's end ----------------------------------------------------------------------------------------------------- */

/* All zero, but for the socket, at the start. */
typedef struct tcs_channel {
    int socket; /* −1 once the trainer's end is closed: nothing more comes */
    tcs_frame_header header;
    size_t n_header_bytes; /* of the current frame's header that are there */
    bool has_progress;     /* new since the reader last cleared it */
    double fraction, elapsed_s;
    bool has_end;          /* the end has wholly arrived */
    tcs_status status;     /* of it */
    tcs_buffer text;       /* of it */
    tcs_buffer result;     /* of it */
    const char *complaint; /* why the trainer cannot be understood; NULL: it can. Static storage */
} tcs_channel;

/* Takes what has come, at most about 1 MiB, so that one trainer does not keep the agent from the others. Closes the socket at its end,
 * and on a complaint. */
void tcs_channel_receive(tcs_channel *channel);
void tcs_channel_close(tcs_channel *channel);

#endif
