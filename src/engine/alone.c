/* A carrier for a program that runs without other ranks. */
#include "tcsweep/engine.h"

static tcs_status send_to_nobody(tcs_carrier *carrier, int to, const void *bytes, size_t n_bytes, tcs_error *error) {
    (void)carrier, (void)bytes, (void)n_bytes;
    return tcs_error_add(error, TCS_INTERNAL, "a message for rank %d, but there is only this one", to);
}

static bool receive_nothing(tcs_carrier *carrier, int *from, tcs_buffer *message) {
    (void)carrier, (void)from, (void)message;
    return false;
}

static tcs_status keep(tcs_carrier *carrier, tcs_buffer *bytes, tcs_error *error) {
    (void)carrier, (void)bytes, (void)error;
    return TCS_OK;
}

tcs_carrier tcs_carrier_alone(void) {
    return (tcs_carrier){
        .n_ranks = 1, .longest_wait_s = 0.1, .send = send_to_nobody, .receive = receive_nothing, .broadcast = keep};
}
