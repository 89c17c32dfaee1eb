/* Bytes at an address of a file. */
#include "raw.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

tcs_status store_raw_write(int descriptor, const char *path, uint64_t address, const void *bytes, size_t n_bytes,
                           tcs_error *error) {
    const char *next = bytes;
    while (n_bytes > 0) {
        ssize_t n = pwrite(descriptor, next, n_bytes, (off_t)address);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* nothing written and no reason given: as good as a full disk */
            return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot write %s: %s", path, strerror(n < 0 ? errno : ENOSPC));
        next += n;
        address += (uint64_t)n;
        n_bytes -= (size_t)n;
    }
    return TCS_OK;
}

tcs_status store_raw_read(int descriptor, const char *path, uint64_t address, void *bytes, size_t n_bytes, tcs_error *error) {
    char *next = bytes;
    while (n_bytes > 0) {
        ssize_t n = pread(descriptor, next, n_bytes, (off_t)address);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot read %s: %s", path, strerror(errno));
        if (n == 0)
            return tcs_error_add(error, TCS_BAD_RESULTS, "%s ends too early: it was truncated", path);
        next += n;
        address += (uint64_t)n;
        n_bytes -= (size_t)n;
    }
    return TCS_OK;
}

tcs_status store_raw_sync(int descriptor, const char *path, tcs_error *error) {
    while (fdatasync(descriptor) != 0)
        if (errno != EINTR)
            return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot bring %s to the disk: %s", path, strerror(errno));
    return TCS_OK;
}
