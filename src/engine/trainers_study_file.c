/* trainers_study_file.c: files in memory. */
#include "trainers_study_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of linux/memfd.h and linux/fcntl.h, which older systems lack. */
#define CLOSE_ON_EXEC 1u
#define ALLOW_SEALING 2u
#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#endif
#define SEAL_ALL 15 /* against sealing, shrinking, growing, writing */

static bool write_all(int file, const void *bytes, size_t n_bytes) {
    const char *next = bytes;
    while (n_bytes > 0) {
        ssize_t n = write(file, next, n_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        next += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

static int open_unlinked(const char *directory) {
    char *path = NULL;
    if (!directory || asprintf(&path, "%s/tcsweep-study-XXXXXX", directory) < 0)
        return -1;
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    free(path);
    return file;
}

tcs_status tcs_study_file_create_unlinked(const void *bytes, size_t n_bytes, int *file, tcs_error *error) {
    const char *directories[] = {"/dev/shm", getenv("TMPDIR"), "/tmp"};
    int reason = 0;
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        *file = open_unlinked(directories[i]);
        if (*file >= 0 && write_all(*file, bytes, n_bytes))
            return TCS_OK;
        reason = errno;
        if (*file >= 0)
            close(*file);
        *file = -1;
    }
    return tcs_error_add(error, TCS_SYSTEM_ERROR,
                         "no file of %zu bytes can be made for the trainers, neither in memory nor in /dev/shm, "
                         "$TMPDIR or /tmp: %s",
                         n_bytes, strerror(reason));
}

tcs_status tcs_study_file_create(const void *bytes, size_t n_bytes, int *file, tcs_error *error) {
    *file = -1;
#ifdef SYS_memfd_create
    *file = (int)syscall(SYS_memfd_create, "tcsweep-study", CLOSE_ON_EXEC | ALLOW_SEALING);
    if (*file >= 0 && write_all(*file, bytes, n_bytes) && fcntl(*file, F_ADD_SEALS, SEAL_ALL) == 0)
        return TCS_OK;
    if (*file >= 0)
        close(*file);
#endif
    return tcs_study_file_create_unlinked(bytes, n_bytes, file, error);
}
