/* Any bytes as a sweep file: no crash, in bounded time; what is right has unique labels that can name datasets, and `resolved` is the
 * same sweep. Architectures stand in the file itself. Run it with </dev/null: a file may name any other file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tcsweep/sweep.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool is_kept) {
    if (!is_kept)
        abort();
}

/* Through a file in memory. */
static tcs_status read_bytes(const void *bytes, size_t n_bytes, tcs_sweep *out, tcs_error *error) {
    int file = memfd_create("sweep", MFD_CLOEXEC);
    check(file >= 0 && write(file, bytes, n_bytes) == (ssize_t)n_bytes);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    tcs_status status = tcs_sweep_read(path, out, error);
    close(file);
    return status;
}

static void check_labels(const tcs_sweep *sweep) {
    for (size_t c = 0; c < sweep->n_configurations; c++) {
        const tcs_configuration *configuration = &sweep->configurations[c];
        check(configuration->label[0] && !strchr(configuration->label, '/'));
        check((configuration->network == TCS_NO_NETWORK) == (configuration->model.learner != TCS_LEARNER_NETWORK));
        check(configuration->network == TCS_NO_NETWORK || configuration->network < sweep->n_networks);
        check(tcs_model_check(&configuration->model, NULL) == TCS_OK);
        for (size_t other = 0; other < c; other++)
            check(strcmp(configuration->label, sweep->configurations[other].label) != 0);
    }
}

static void check_resolved(const tcs_sweep *sweep) {
    tcs_sweep again;
    tcs_error error = {0};
    tcs_status status = read_bytes(sweep->resolved, strlen(sweep->resolved), &again, &error);
    if (status != TCS_OK)
        fprintf(stderr, "%s\n%s\n", tcs_error_text(&error), sweep->resolved);
    check(status == TCS_OK);
    check(memcmp(again.digest, sweep->digest, sizeof again.digest) == 0);
    check(strcmp(again.resolved, sweep->resolved) == 0);
    tcs_sweep_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    tcs_sweep sweep;
    tcs_error error = {0};
    tcs_status status = read_bytes(bytes, n_bytes, &sweep, &error);
    check(status == TCS_OK || status == TCS_BAD_SWEEP);
    check((status == TCS_OK) == (error.n_messages == 0));
    if (status == TCS_OK) {
        check(sweep.n_configurations > 0 && sweep.n_hyperparameters > 0);
        if (sweep.n_configurations <= 200) {
            check_labels(&sweep);
            check_resolved(&sweep);
        }
    }
    tcs_sweep_free(&sweep);
    tcs_error_clear(&error);
    return 0;
}
