/* fork_server_messages.c: packets that may carry a descriptor. */
#include "fork_server_messages.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Room for one descriptor, aligned as the kernel wants it. */
typedef union control_room {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
} control_room;

tcs_packet_result tcs_packet_send(int socket, const void *packet, size_t n_bytes, int attached) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)packet, .iov_len = n_bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    control_room room = {0};
    if (attached >= 0) {
        message.msg_control = room.bytes;
        message.msg_controllen = sizeof room.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof attached);
        memcpy(CMSG_DATA(header), &attached, sizeof attached);
    }
    ssize_t n;
    do
        n = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)n_bytes)
        return TCS_PACKET_DONE;
    /* ETOOMANYREFS: more descriptors are under way than this user may have open; the other end will take them. */
    bool is_full =
        n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM || errno == ETOOMANYREFS);
    return is_full ? TCS_PACKET_NONE : TCS_PACKET_GONE;
}

/* Takes the descriptors out; all but the first are closed, for nobody sends more. */
static int take_attached(struct msghdr *message) {
    int attached = -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof descriptor, sizeof descriptor);
            if (attached < 0)
                attached = descriptor;
            else
                close(descriptor);
        }
    }
    return attached;
}

tcs_packet_result tcs_packet_receive(int socket, void *packet, size_t n_bytes, bool may_wait, int *attached) {
    struct iovec part = {.iov_base = packet, .iov_len = n_bytes};
    control_room room = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    *attached = -1;
    ssize_t n;
    do
        n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (may_wait ? 0 : MSG_DONTWAIT));
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOMEM ? TCS_PACKET_NONE : TCS_PACKET_GONE;
    *attached = take_attached(&message);
    if (n == (ssize_t)n_bytes && !(message.msg_flags & MSG_TRUNC))
        return TCS_PACKET_DONE;
    if (*attached >= 0)
        close(*attached);
    *attached = -1;
    return TCS_PACKET_GONE;
}
