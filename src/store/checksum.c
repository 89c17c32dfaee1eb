/* Checksums over what lies in the file. */
#include "checksum.h"

#include <stdlib.h>

#include "raw.h"
#include "tcsweep/bytes.h"

#define BUFFER_BYTES ((size_t)4 << 20)
#define BLOCK_JOBS ((size_t)4096)

static tcs_status add_bytes(int descriptor, const char *path, uint64_t address, uint64_t n_bytes, unsigned char *buffer,
                            uint32_t *crc, tcs_error *error) {
    tcs_status status = TCS_OK;
    while (status == TCS_OK && n_bytes > 0) {
        size_t n = n_bytes < BUFFER_BYTES ? (size_t)n_bytes : BUFFER_BYTES;
        status = store_raw_read(descriptor, path, address, buffer, n, error);
        if (status == TCS_OK)
            *crc = tcs_crc32(*crc, buffer, n);
        address += n;
        n_bytes -= n;
    }
    return status;
}

tcs_status store_checksum_bytes(int descriptor, const char *path, uint64_t address, uint64_t n_bytes, uint32_t *crc,
                                tcs_error *error) {
    unsigned char *buffer = tcs_allocate(n_bytes < BUFFER_BYTES ? (size_t)n_bytes : BUFFER_BYTES, 1, error);
    tcs_status status = buffer ? add_bytes(descriptor, path, address, n_bytes, buffer, crc, error) : TCS_OUT_OF_MEMORY;
    free(buffer);
    return status;
}

/* How many jobs from `job` on have their parts one behind the other, and fit into the buffer together. At least 1. */
static size_t run_length(const store_file *file, const store_dataset *part, size_t job, size_t n_left) {
    size_t n_in_row = file->shape.n_splits - job % file->shape.n_splits;
    size_t n = part->network != STORE_NONE && n_in_row < n_left ? n_in_row : n_left;
    size_t n_fitting = BUFFER_BYTES / part->job_bytes;
    return n < n_fitting ? n : n_fitting > 0 ? n_fitting : 1;
}

static bool any_wanted(const bool *is_wanted, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (is_wanted[i])
            return true;
    return false;
}

/* Goes on over one dataset's parts of several jobs. */
static tcs_status add_part(const store_file *file, const store_dataset *part, size_t first_job, size_t n_jobs,
                           const bool *is_wanted, unsigned char *buffer, uint32_t *crc, tcs_error *error) {
    tcs_status status = TCS_OK;
    for (size_t i = 0, n; status == TCS_OK && i < n_jobs; i += n) {
        uint64_t address;
        n = run_length(file, part, first_job + i, n_jobs - i);
        if (!any_wanted(is_wanted + i, n) || !store_file_job_address(file, part, first_job + i, &address))
            continue;
        if (part->job_bytes > BUFFER_BYTES) {
            status = add_bytes(file->descriptor, file->path, address, part->job_bytes, buffer, &crc[i], error);
            continue;
        }
        status = store_raw_read(file->descriptor, file->path, address, buffer, n * part->job_bytes, error);
        for (size_t k = 0; status == TCS_OK && k < n; k++)
            if (is_wanted[i + k])
                crc[i + k] = tcs_crc32(crc[i + k], buffer + k * part->job_bytes, part->job_bytes);
    }
    return status;
}

tcs_status store_checksum_jobs(const store_file *file, size_t first_job, size_t n_jobs, const bool *is_wanted, uint32_t *crc,
                               tcs_error *error) {
    unsigned char *buffer = tcs_allocate(BUFFER_BYTES, 1, error);
    tcs_status status = buffer ? TCS_OK : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n_jobs; i++)
        if (is_wanted[i])
            crc[i] = 0;
    for (size_t i = 0; status == TCS_OK && i < file->schema.n_job_parts; i++)
        status =
            add_part(file, &file->schema.datasets[file->schema.job_parts[i]], first_job, n_jobs, is_wanted, buffer, crc, error);
    free(buffer);
    return status;
}

tcs_status store_checksum_find_damage(const store_file *file, const tcs_outcome *outcomes, store_damage_found *found, void *context,
                                      size_t *n_checked, tcs_error *error) {
    size_t n_jobs = file->shape.n_configurations * file->shape.n_splits;
    uint32_t *stored = tcs_allocate(n_jobs, sizeof *stored, error), *crc = tcs_allocate(BLOCK_JOBS, sizeof *crc, error);
    bool *is_final = tcs_allocate(BLOCK_JOBS, sizeof *is_final, error);
    tcs_status status = stored && crc && is_final ? store_file_read(file, STORE_CRC, stored, error) : TCS_OUT_OF_MEMORY;
    *n_checked = 0;
    for (size_t first = 0; status == TCS_OK && first < n_jobs; first += BLOCK_JOBS) {
        size_t n = n_jobs - first < BLOCK_JOBS ? n_jobs - first : BLOCK_JOBS;
        for (size_t i = 0; i < n; i++) {
            is_final[i] = tcs_outcome_is_final(outcomes[first + i]);
            *n_checked += is_final[i];
        }
        if (any_wanted(is_final, n))
            status = store_checksum_jobs(file, first, n, is_final, crc, error);
        for (size_t i = 0; status == TCS_OK && i < n; i++)
            if (is_final[i] && crc[i] != stored[first + i])
                status = found(context, first + i, error);
    }
    free(stored);
    free(crc);
    free(is_final);
    return status;
}
