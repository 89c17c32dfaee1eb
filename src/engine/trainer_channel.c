/* trainer_channel.c: frames from a trainer to its agent. */
#include "trainer_channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the trainer's end --------------------------------------------------------------------------------------------------- */

static bool send_all(int socket, const void *bytes, size_t n_bytes) {
    const char *next = bytes;
    while (n_bytes > 0) {
        ssize_t n = send(socket, next, n_bytes, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        next += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

void tcs_channel_send_progress(int socket, double fraction, double elapsed_s) {
    tcs_frame_header header = {.kind = TCS_FRAME_PROGRESS, .fraction = fraction, .elapsed_s = elapsed_s};
    ssize_t n = send(socket, &header, sizeof header, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0 && (size_t)n < sizeof header) /* a frame once begun must be ended */
        send_all(socket, (const char *)&header + n, sizeof header - (size_t)n);
}

bool tcs_channel_send_end(int socket, tcs_status status, const char *text, const tcs_buffer *result) {
    if (result->failed || result->length > TCS_FRAME_MOST_BYTES) {
        static const tcs_buffer no_result = {0};
        return tcs_channel_send_end(socket, TCS_OUT_OF_MEMORY, "no memory to send the result, or it is over 2 GiB", &no_result);
    }
    size_t n_text_bytes = strlen(text);
    if (n_text_bytes > TCS_FRAME_MOST_TEXT_BYTES)
        n_text_bytes = TCS_FRAME_MOST_TEXT_BYTES;
    tcs_frame_header header = {
        .kind = TCS_FRAME_END, .status = (uint32_t)status, .n_text_bytes = n_text_bytes, .n_bytes = result->length};
    return send_all(socket, &header, sizeof header) && send_all(socket, text, n_text_bytes) &&
           send_all(socket, result->bytes, result->length);
}

/* ---- the agent's end ----------------------------------------------------------------------------------------------------- */

void tcs_channel_close(tcs_channel *channel) {
    if (channel->socket >= 0)
        close(channel->socket);
    channel->socket = -1;
}

static void complain(tcs_channel *channel, const char *complaint) {
    channel->complaint = complaint;
    tcs_channel_close(channel);
}

static void check_header(tcs_channel *channel) {
    const tcs_frame_header *header = &channel->header;
    if (header->kind == TCS_FRAME_PROGRESS) {
        channel->has_progress = true;
        channel->fraction = header->fraction;
        channel->elapsed_s = header->elapsed_s;
        channel->n_header_bytes = 0;
    } else if (header->kind != TCS_FRAME_END || header->status > TCS_INTERNAL || header->n_text_bytes > TCS_FRAME_MOST_TEXT_BYTES ||
               header->n_bytes > TCS_FRAME_MOST_BYTES)
        complain(channel, "the trainer sent a damaged message");
    else
        channel->status = (tcs_status)header->status;
}

/* How many bytes are still missing of what is being received, and the buffer that they go to; NULL: the header. */
static size_t find_missing(tcs_channel *channel, tcs_buffer **to) {
    *to = NULL;
    if (channel->n_header_bytes < sizeof channel->header)
        return sizeof channel->header - channel->n_header_bytes;
    *to = &channel->text;
    if (channel->text.length < channel->header.n_text_bytes)
        return (size_t)channel->header.n_text_bytes - channel->text.length;
    *to = &channel->result;
    return (size_t)channel->header.n_bytes - channel->result.length;
}

static void take_piece(tcs_channel *channel, tcs_buffer *to, const unsigned char *bytes, size_t n_bytes) {
    if (to) {
        tcs_buffer_add(to, bytes, n_bytes);
        if (to->failed) {
            complain(channel, "no memory to take the trainer's result");
            return;
        }
    } else {
        memcpy((unsigned char *)&channel->header + channel->n_header_bytes, bytes, n_bytes);
        channel->n_header_bytes += n_bytes;
        if (channel->n_header_bytes == sizeof channel->header)
            check_header(channel);
    }
    if (channel->socket >= 0 && find_missing(channel, &to) == 0)
        channel->has_end = true;
}

void tcs_channel_receive(tcs_channel *channel) {
    unsigned char piece[1 << 16];
    for (int n_pieces = 0; n_pieces < 16 && channel->socket >= 0; n_pieces++) {
        tcs_buffer *to;
        size_t n_missing = find_missing(channel, &to);
        if (channel->has_end) /* nothing may follow but the end of the stream */
            n_missing = 1;
        ssize_t n = recv(channel->socket, piece, n_missing < sizeof piece ? n_missing : sizeof piece, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n <= 0)
            tcs_channel_close(channel);
        else if (!channel->has_end)
            take_piece(channel, to, piece, (size_t)n);
    }
}
