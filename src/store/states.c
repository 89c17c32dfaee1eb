/* The states of all jobs. */
#include "states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"

tcs_status store_states_read(const store_file *file, tcs_outcome **out, tcs_error *error) {
    size_t n = file->shape.n_configurations * file->shape.n_splits;
    uint8_t *stored = tcs_allocate(n, 1, error);
    tcs_outcome *outcomes = tcs_allocate(n, sizeof *outcomes, error);
    tcs_status status = stored && outcomes ? store_file_read(file, STORE_STATUS, stored, error) : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n; i++) {
        outcomes[i] = (tcs_outcome)stored[i];
        if (stored[i] >= TCS_N_OUTCOMES)
            status = tcs_error_add(error, TCS_BAD_RESULTS, "%s: /job/status holds %d, which is no state", file->path, stored[i]);
    }
    free(stored);
    *out = status == TCS_OK ? outcomes : NULL;
    if (status != TCS_OK)
        free(outcomes);
    return status;
}

void store_job_name(const store_file *file, size_t job, char name[STORE_JOB_NAME_BYTES]) {
    char label[TCS_EXCERPT_BYTES];
    const char *text = file->labels[job / file->shape.n_splits];
    tcs_text_excerpt(text, strlen(text), label);
    snprintf(name, STORE_JOB_NAME_BYTES, "%s, split %zu", label, job % file->shape.n_splits);
}
