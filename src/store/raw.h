/* raw.h: bytes at an address of a file, whole or with a message. Private to this room. */
#ifndef TCS_STORE_RAW_H
#define TCS_STORE_RAW_H

#include <stddef.h>
#include <stdint.h>

#include "tcsweep/status.h"

/* `path` is for messages. A write that the system refuses is TCS_SYSTEM_ERROR; so is a read, but a file that ends before the bytes do is
 * TCS_BAD_RESULTS. */
tcs_status store_raw_write(int descriptor, const char *path, uint64_t address, const void *bytes, size_t n_bytes, tcs_error *error);
tcs_status store_raw_read(int descriptor, const char *path, uint64_t address, void *bytes, size_t n_bytes, tcs_error *error);
/* Returns when all that was written is on the disk (fdatasync). */
tcs_status store_raw_sync(int descriptor, const char *path, tcs_error *error);

#endif
