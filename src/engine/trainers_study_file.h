/* trainers_study_file.h: bytes as a descriptor that can be handed over and mapped. */
#ifndef TCS_ENGINE_TRAINERS_STUDY_FILE_H
#define TCS_ENGINE_TRAINERS_STUDY_FILE_H

#include <stddef.h>

#include "tcsweep/status.h"

/* A file without a name that holds the bytes: a sealed memfd; on kernels without (before 3.17), a file in /dev/shm or $TMPDIR that is
 * unlinked at once. *file is the caller's to close; close-on-exec. */
tcs_status tcs_study_file_create(const void *bytes, size_t n_bytes, int *file, tcs_error *error);
/* The second way alone. */
tcs_status tcs_study_file_create_unlinked(const void *bytes, size_t n_bytes, int *file, tcs_error *error);

#endif
