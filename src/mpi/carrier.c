#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tcsweep/mpi_carrier.h"

#define TAG 1
#define BROADCAST_CHUNK_BYTES ((size_t)256 << 20)
#define PROBES 2 /* the first one may only move MPI's own work on */

typedef struct transfer {
    struct transfer *next;
    MPI_Request request;
    int peer;
    bool is_done;
    size_t n_bytes;
    unsigned char bytes[];
} transfer;

/* First in, first out. */
typedef struct transfer_list {
    transfer *first, **end;
} transfer_list;

typedef struct mpi_state {
    transfer_list sends, receives;
} mpi_state;

static void append(transfer_list *list, transfer *t) {
    *list->end = t;
    list->end = &t->next;
}

static transfer *transfer_create(int peer, size_t n_bytes) {
    transfer *t = malloc(sizeof *t + n_bytes);
    if (t)
        *t = (transfer){.request = MPI_REQUEST_NULL, .peer = peer, .n_bytes = n_bytes};
    return t;
}

/* Takes the transfer at *link out of its list. */
static void unlink_at(transfer_list *list, transfer **link) {
    transfer *t = *link;
    *link = t->next;
    if (list->end == &t->next)
        list->end = link;
}

/* A transfer that fails belongs to a rank that died: its silence will be noticed, and the transfer is over. */
static void test(transfer *t) {
    int is_done = 0;
    if (!t->is_done && (MPI_Test(&t->request, &is_done, MPI_STATUS_IGNORE) != MPI_SUCCESS || is_done))
        t->is_done = true;
}

static void finish_sends(mpi_state *state) {
    for (transfer **link = &state->sends.first; *link;) {
        transfer *t = *link;
        test(t);
        if (!t->is_done) {
            link = &t->next;
            continue;
        }
        unlink_at(&state->sends, link);
        free(t);
    }
}

static tcs_status mpi_send(tcs_carrier *carrier, int to, const void *bytes, size_t n_bytes, tcs_error *error) {
    mpi_state *state = carrier->context;
    if (n_bytes > INT_MAX)
        return tcs_error_add(error, TCS_INTERNAL, "a message of %zu bytes: MPI takes at most %d", n_bytes, INT_MAX);
    transfer *t = transfer_create(to, n_bytes);
    if (!t)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for a message of %zu bytes", n_bytes);
    memcpy(t->bytes, bytes, n_bytes);
    if (MPI_Isend(t->bytes, (int)n_bytes, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &t->request) != MPI_SUCCESS)
        t->is_done = true;
    append(&state->sends, t);
    return TCS_OK;
}

/* Starts receiving the next message that has arrived; false where there is none. Memory is had before the message is taken, so that none is
 * lost for want of it. */
static bool accept_message(mpi_state *state) {
    int has_one = 0, n_bytes = 0;
    MPI_Status status;
    if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &has_one, &status) != MPI_SUCCESS || !has_one)
        return false;
    MPI_Get_count(&status, MPI_BYTE, &n_bytes);
    transfer *t = transfer_create(status.MPI_SOURCE, (size_t)n_bytes);
    if (!t)
        return false;
    if (MPI_Irecv(t->bytes, n_bytes, MPI_BYTE, status.MPI_SOURCE, TAG, MPI_COMM_WORLD, &t->request) != MPI_SUCCESS) {
        t->is_done = true;
        t->n_bytes = 0;
    }
    append(&state->receives, t);
    return true;
}

static void accept_messages(mpi_state *state) {
    for (int i = 0; i < PROBES; i++)
        while (accept_message(state))
            continue;
}

static bool has_earlier_from(const transfer_list *list, const transfer *t) {
    for (const transfer *other = list->first; other != t; other = other->next)
        if (other->peer == t->peer)
            return true;
    return false;
}

static bool mpi_receive(tcs_carrier *carrier, int *from, tcs_buffer *message) {
    mpi_state *state = carrier->context;
    finish_sends(state);
    accept_messages(state);
    for (transfer **link = &state->receives.first; *link; link = &(*link)->next) {
        transfer *t = *link;
        test(t);
        if (!t->is_done || has_earlier_from(&state->receives, t))
            continue;
        *from = t->peer;
        message->length = 0;
        tcs_buffer_add(message, t->bytes, t->n_bytes);
        unlink_at(&state->receives, link);
        free(t);
        return true;
    }
    return false;
}

/* One collective, asleep until it is done. */
static tcs_status broadcast_piece(void *bytes, size_t n_bytes, tcs_error *error) {
    MPI_Request request;
    int is_done = 0, code = MPI_Ibcast(bytes, (int)n_bytes, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
    while (code == MPI_SUCCESS && !is_done) {
        code = MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
        if (!is_done)
            nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
    }
    return code == MPI_SUCCESS ? TCS_OK : tcs_error_add(error, TCS_SYSTEM_ERROR, "MPI could not broadcast (error %d)", code);
}

static tcs_status mpi_broadcast(tcs_carrier *carrier, tcs_buffer *bytes, tcs_error *error) {
    unsigned long long n_bytes = bytes->length;
    tcs_status status = broadcast_piece(&n_bytes, sizeof n_bytes, error);
    if (status != TCS_OK || n_bytes == 0)
        return status;
    if (carrier->rank != 0) {
        tcs_buffer_clear(bytes);
        bytes->bytes = malloc((size_t)n_bytes);
        if (!bytes->bytes)
            return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for %llu bytes of data", n_bytes);
        bytes->length = bytes->capacity = (size_t)n_bytes;
    }
    for (size_t start = 0; start < n_bytes && status == TCS_OK; start += BROADCAST_CHUNK_BYTES) {
        size_t left = (size_t)n_bytes - start;
        status = broadcast_piece(bytes->bytes + start, left < BROADCAST_CHUNK_BYTES ? left : BROADCAST_CHUNK_BYTES, error);
    }
    return status;
}

tcs_status tcs_mpi_start(int *argc, char ***argv, tcs_carrier *out, tcs_error *error) {
    if (MPI_Init(argc, argv) != MPI_SUCCESS)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "MPI could not be started");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    mpi_state *state = tcs_allocate(1, sizeof *state, error);
    if (!state)
        return TCS_OUT_OF_MEMORY;
    state->sends.end = &state->sends.first;
    state->receives.end = &state->receives.first;
    *out = (tcs_carrier){
        .context = state, .longest_wait_s = 0.001, .send = mpi_send, .receive = mpi_receive, .broadcast = mpi_broadcast};
    MPI_Comm_rank(MPI_COMM_WORLD, &out->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &out->n_ranks);
    return TCS_OK;
}

/* By what the launcher says: with a rank lost nobody can be asked. */
static bool is_one_node(void) {
    char *size = getenv("OMPI_COMM_WORLD_SIZE"), *local = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (size && local)
        return strcmp(size, local) == 0;
    const char *n_nodes = getenv("SLURM_STEP_NUM_NODES");
    return n_nodes && strcmp(n_nodes, "1") == 0;
}

void tcs_mpi_end(tcs_carrier *carrier, bool any_lost, int exit_code, bool *must_exit_at_once) {
    mpi_state *state = carrier->context;
    *must_exit_at_once = any_lost;
    /* What is still being sent must leave before MPI ends; it does so as the others receive it. */
    struct timespec nap = {.tv_nsec = 1000000};
    for (int i = 0; i < 1000 && state->sends.first; i++) {
        finish_sends(state);
        if (state->sends.first)
            nanosleep(&nap, NULL);
    }
    if (any_lost) {
        if (!is_one_node())
            MPI_Abort(MPI_COMM_WORLD, exit_code);
        return;
    }
    MPI_Finalize();
    for (transfer *t = state->receives.first; t;) {
        transfer *next = t->next;
        free(t);
        t = next;
    }
    free(state);
    *carrier = (tcs_carrier){0};
}

const char *tcs_mpi_library_version(void) {
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    if (!text[0] && MPI_Get_library_version(text, &length) != MPI_SUCCESS)
        return "unknown";
    text[strcspn(text, "\n,")] = '\0';
    return text;
}
