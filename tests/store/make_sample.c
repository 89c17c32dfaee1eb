/* Makes a results file for the tests that read it from elsewhere: store_make_sample FILE. Of its 12 jobs the first 7 are done, job 7 has
 * crashed, the others are queued. */
#include <stdio.h>

#include "sample.h"

static tcs_status fill(const char *path, tcs_error *error) {
    tcs_store *store;
    tcs_status status = tcs_store_open(path, 0, &store, error, error);
    if (status != TCS_OK)
        return status;
    sample_job job;
    for (size_t i = 0; status == TCS_OK && i < 8; i++) {
        if (i < 7)
            sample_done(i, &job);
        else
            sample_failed(i, "the trainer was ended by SIGSEGV at Tc = 3 K — sorry", &job);
        status = tcs_store_put(store, &job.record, error);
    }
    tcs_status closed = tcs_store_close(store, error);
    return status == TCS_OK ? closed : status;
}

int main(int n_arguments, char **arguments) {
    tcs_error error = {0};
    tcs_store_layout layout = sample_layout();
    if (n_arguments != 2) {
        fprintf(stderr, "usage: store_make_sample FILE\n");
        return 2;
    }
    tcs_status status = tcs_store_create(arguments[1], &layout, &error);
    if (status == TCS_OK)
        status = fill(arguments[1], &error);
    if (status != TCS_OK)
        fprintf(stderr, "store_make_sample: %s\n", tcs_error_text(&error));
    tcs_error_clear(&error);
    return status != TCS_OK;
}
