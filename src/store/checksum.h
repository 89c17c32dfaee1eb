/* checksum.h: CRC-32 of what a job left. docs/results.md says exactly of which bytes.
 *
 * Private to this room.
 */
#ifndef TCS_STORE_CHECKSUM_H
#define TCS_STORE_CHECKSUM_H

#include <stdbool.h>

#include "file.h"

/* Checksums of the jobs first_job … first_job + n_jobs − 1, read from the file; where is_wanted[i] (i from 0) is false, crc[i] is left alone. */
tcs_status store_checksum_jobs(const store_file *file, size_t first_job, size_t n_jobs, const bool *is_wanted, uint32_t *crc,
                               tcs_error *error);

/* Called for each ended job whose checksum does not fit what it left. */
typedef tcs_status store_damage_found(void *context, size_t job, tcs_error *error);
/* Checks every job whose state (outcomes [C × S]) is final. */
tcs_status store_checksum_find_damage(const store_file *file, const tcs_outcome *outcomes, store_damage_found *found, void *context,
                                      size_t *n_checked, tcs_error *error);

/* Goes on over n bytes at an address. */
tcs_status store_checksum_bytes(int descriptor, const char *path, uint64_t address, uint64_t n_bytes, uint32_t *crc,
                                tcs_error *error);

#endif
