/* states.h: the states of all jobs, as they stand in a file. Private to this room. */
#ifndef TCS_STORE_STATES_H
#define TCS_STORE_STATES_H

#include "file.h"

/* [C × S]; a state that there is not is TCS_BAD_RESULTS. Freed by the caller. */
tcs_status store_states_read(const store_file *file, tcs_outcome **out, tcs_error *error);
/* "cnn learning_rate=0.0001, split 3", for messages: both are in the excerpt's characters. */
#define STORE_JOB_NAME_BYTES 192
void store_job_name(const store_file *file, size_t job, char name[STORE_JOB_NAME_BYTES]);

#endif
