/* The checksum of what does not change.
 *
 * The list: mark (two numbers), bytes of the file, number of runs n, checksum of all bytes outside the runs, then address and length of each
 * run in the order of addresses, then the checksum of the list up to there. It is one of the runs itself.
 */
#include "structure.h"

#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "raw.h"
#include "tcsweep/bytes.h"

enum { MARK, N_BYTES = 2, N_RUNS, CRC, RUNS };
/* The list is the first dataset made, so it lies near the beginning; where exactly is HDF5's choice. */
#define SEARCHED_BYTES ((size_t)1 << 20)

static const uint64_t mark[2] = {0x9d3f61c0e8a45b27, 0xb1c7702d94f6185e};

size_t store_structure_length(size_t n_changing) {
    return RUNS + 2 * n_changing + 1;
}

/* Checksum of the bytes of the file outside the runs. */
static tcs_status checksum_gaps(int descriptor, const char *path, const uint64_t *list, uint32_t *crc, tcs_error *error) {
    uint64_t at = 0;
    tcs_status status = TCS_OK;
    *crc = 0;
    for (size_t i = 0; status == TCS_OK && i < list[N_RUNS]; i++) {
        const uint64_t *run = list + RUNS + 2 * i;
        status = store_checksum_bytes(descriptor, path, at, run[0] - at, crc, error);
        at = run[0] + run[1];
    }
    return status == TCS_OK ? store_checksum_bytes(descriptor, path, at, list[N_BYTES] - at, crc, error) : status;
}

static uint32_t checksum_list(const uint64_t *list) {
    return tcs_crc32(0, list, (RUNS + 2 * (size_t)list[N_RUNS]) * sizeof *list);
}

/* ---- making ---------------------------------------------------------------------------------------------------------- */

static int compare_runs(const void *a, const void *b) {
    const uint64_t *one = a, *two = b;
    return one[0] < two[0] ? -1 : one[0] > two[0];
}

tcs_status store_structure_seal(const store_file *file, tcs_error *error) {
    const store_dataset *dataset = &file->schema.datasets[STORE_STRUCTURE];
    uint64_t *list = tcs_allocate(dataset->n_items, sizeof *list, error);
    if (!list)
        return TCS_OUT_OF_MEMORY;
    memcpy(list + MARK, mark, sizeof mark);
    list[N_BYTES] = file->n_bytes;
    for (size_t i = 0; i < file->schema.n_datasets; i++) {
        if (!store_dataset_changes(&file->schema.datasets[i]))
            continue;
        uint64_t *run = list + RUNS + 2 * list[N_RUNS]++;
        run[0] = file->schema.datasets[i].address;
        run[1] = file->schema.datasets[i].n_bytes;
    }
    qsort(list + RUNS, (size_t)list[N_RUNS], 2 * sizeof *list, compare_runs);
    uint32_t crc;
    tcs_status status = checksum_gaps(file->descriptor, file->path, list, &crc, error);
    list[CRC] = crc;
    list[dataset->n_items - 1] = checksum_list(list);
    if (status == TCS_OK)
        status = store_raw_write(file->descriptor, file->path, dataset->address, list, (size_t)dataset->n_bytes, error);
    free(list);
    bool is_intact = false;
    if (status == TCS_OK)
        status = store_structure_check(file->descriptor, file->path, file->n_bytes, &is_intact, error);
    if (status == TCS_OK && !is_intact)
        status = tcs_error_add(error, TCS_INTERNAL, "%s was made with a structure that cannot be checked", file->path);
    return status;
}

/* ---- checking -------------------------------------------------------------------------------------------------------- */

/* Where the list begins; 0 where there is none. */
static tcs_status find_list(int descriptor, const char *path, uint64_t n_bytes, uint64_t *address, tcs_error *error) {
    size_t n = n_bytes < SEARCHED_BYTES ? (size_t)n_bytes : SEARCHED_BYTES;
    unsigned char *bytes = tcs_allocate(n, 1, error);
    tcs_status status = bytes ? store_raw_read(descriptor, path, 0, bytes, n, error) : TCS_OUT_OF_MEMORY;
    const unsigned char *found = status == TCS_OK ? memmem(bytes, n, mark, sizeof mark) : NULL;
    *address = found ? (uint64_t)(found - bytes) : 0;
    free(bytes);
    return status;
}

static bool is_sound(const uint64_t *list, uint64_t n_bytes) {
    uint64_t at = 0;
    size_t n = (size_t)list[N_RUNS];
    if (list[N_BYTES] != n_bytes || list[RUNS + 2 * n] != checksum_list(list))
        return false;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *run = list + RUNS + 2 * i;
        if (run[0] < at || run[0] > n_bytes || run[1] > n_bytes - run[0])
            return false;
        at = run[0] + run[1];
    }
    return true;
}

static tcs_status check_list(int descriptor, const char *path, uint64_t n_bytes, const uint64_t *list, bool *is_intact,
                             tcs_error *error) {
    uint32_t crc;
    if (!is_sound(list, n_bytes))
        return TCS_OK;
    tcs_status status = checksum_gaps(descriptor, path, list, &crc, error);
    *is_intact = status == TCS_OK && crc == list[CRC];
    return status;
}

tcs_status store_structure_check(int descriptor, const char *path, uint64_t n_bytes, bool *is_intact, tcs_error *error) {
    uint64_t address, head[RUNS];
    *is_intact = false;
    tcs_status status = find_list(descriptor, path, n_bytes, &address, error);
    if (status != TCS_OK || address == 0 || n_bytes - address < sizeof head)
        return status;
    status = store_raw_read(descriptor, path, address, head, sizeof head, error);
    if (status != TCS_OK || head[N_RUNS] > STORE_MOST_DATASETS)
        return status;
    size_t n = store_structure_length((size_t)head[N_RUNS]);
    if ((n_bytes - address) / sizeof *head < n)
        return TCS_OK;
    uint64_t *list = tcs_allocate(n, sizeof *list, error);
    status = list ? store_raw_read(descriptor, path, address, list, n * sizeof *list, error) : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK && list[N_RUNS] == head[N_RUNS])
        status = check_list(descriptor, path, n_bytes, list, is_intact, error);
    free(list);
    return status;
}
