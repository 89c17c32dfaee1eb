/* A new results file: made beside its place, reserved, synced, and only then given its name. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "file.h"
#include "layout.h"
#include "lock.h"
#include "structure.h"
#include "tcsweep/bytes.h"

/* Beside the numbers: object headers, attributes, links. Fitted to files of HDF5 1.10.8: within 5 % of 150 kB, within 1 % from 50 MB on. */
#define DATASET_BYTES 900
#define FILE_BYTES 12288
#define TEXT_BYTES 28 /* of a text's entry in HDF5's heap */

static tcs_status cannot(const char *verb, const char *path, int reason, tcs_error *error) {
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot %s %s: %s", verb, path, strerror(reason));
}

static uint64_t texts_bytes(const char *const *texts, size_t n) {
    uint64_t n_bytes = 0;
    for (size_t i = 0; i < n; i++)
        n_bytes += strlen(texts[i]) + TEXT_BYTES;
    return n_bytes;
}

static uint64_t size_bytes(const tcs_store_layout *layout, const store_schema *schema) {
    uint64_t n_bytes = FILE_BYTES;
    for (size_t i = 0; i < schema->n_datasets; i++)
        n_bytes += DATASET_BYTES + schema->datasets[i].n_items * store_element_bytes(schema->datasets[i].element);
    size_t n = layout->n_configurations;
    n_bytes +=
        texts_bytes(layout->labels, n) + texts_bytes(layout->architectures, n) + texts_bytes(layout->formulas, layout->n_rows);
    n_bytes += (uint64_t)n * (2 * TEXT_BYTES + 2 * TCS_DIGEST_BYTES + 8); /* keys, networks */
    n_bytes += texts_bytes(&layout->sweep_yaml, 1) + texts_bytes(&layout->sweep_resolved, 1);
    for (size_t i = 0; i < layout->n_hyperparameters; i++)
        if (!layout->hyperparameters[i].numbers)
            n_bytes += texts_bytes(layout->hyperparameters[i].texts, n);
    return n_bytes;
}

uint64_t tcs_store_size_bytes(const tcs_store_layout *layout) {
    store_arena arena = {0};
    store_shape shape;
    store_schema schema;
    uint64_t n_bytes = 0;
    if (store_layout_shape(layout, &arena, &shape, NULL) == TCS_OK &&
        store_schema_make(&shape, &arena, TCS_BAD_SWEEP, &schema, NULL) == TCS_OK)
        n_bytes = size_bytes(layout, &schema);
    store_arena_free(&arena);
    return n_bytes;
}

/* Asks for the room before HDF5 writes anything: it recovers badly from a full disk. Where the file system cannot say, this says yes. */
static tcs_status try_room(const char *temporary, const char *path, uint64_t n_bytes, tcs_error *error) {
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0)
        return cannot("create", temporary, errno, error);
    int reason = fallocate(descriptor, 0, 0, (off_t)n_bytes) == 0 || errno == EOPNOTSUPP || errno == ENOSYS ? 0 : errno;
    if (ftruncate(descriptor, 0) != 0 && reason == 0)
        reason = errno;
    close(descriptor);
    if (reason == 0)
        return TCS_OK;
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot reserve %.1f MB for %s: %s", (double)n_bytes / 1e6, path,
                         strerror(reason));
}

/* Every block of the file is on the disk after this, also those that nothing was written to; and the file is as this program will read it. */
static tcs_status seal(const char *path, tcs_error *error) {
    store_file file;
    tcs_status status = store_file_open(path, STORE_JUST_MADE, &file, error);
    if (status != TCS_OK)
        return status;
    store_file_close_h5(&file);
    int reason = posix_fallocate(file.descriptor, 0, (off_t)file.n_bytes);
    if (reason != 0)
        status = tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot reserve %.1f MB for %s: %s", (double)file.n_bytes / 1e6, path,
                               strerror(reason));
    if (status == TCS_OK)
        status = store_structure_seal(&file, error);
    if (status == TCS_OK && fsync(file.descriptor) != 0)
        status = cannot("bring to the disk", path, errno, error);
    store_file_close(&file);
    return status;
}

/* Gives the file its name unless that is taken: 0, or the reason. */
static int rename_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return errno;
    if (link(from, to) == 0)
        return unlink(from) == 0 ? 0 : errno;
    if (errno == EEXIST)
        return EEXIST;
    /* A file system with neither: take the name with an empty file, and replace our own. */
    int descriptor = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return errno;
    close(descriptor);
    return rename(from, to) == 0 ? 0 : errno;
}

static tcs_status sync_directory(const char *path, tcs_error *error) {
    char *copy = tcs_text_copy(path, error);
    if (!copy)
        return TCS_OUT_OF_MEMORY;
    int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int reason = descriptor < 0 || (fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS) ? errno : 0;
    if (descriptor >= 0)
        close(descriptor);
    free(copy);
    return reason ? cannot("bring to the disk the directory of", path, reason, error) : TCS_OK;
}

static tcs_status already_there(const char *path, tcs_error *error) {
    return tcs_error_add(error, TCS_BAD_RESULTS, "%s is already there and is not replaced", path);
}

static tcs_status create_beside(const char *path, const char *temporary, const tcs_store_layout *layout, store_arena *arena,
                                tcs_error *error) {
    store_shape shape;
    store_schema schema;
    tcs_status status = store_layout_shape(layout, arena, &shape, error);
    if (status == TCS_OK)
        status = store_schema_make(&shape, arena, TCS_BAD_SWEEP, &schema, error);
    if (status != TCS_OK)
        return status;
    status = try_room(temporary, path, size_bytes(layout, &schema), error);
    if (status == TCS_OK)
        status = store_build(temporary, layout, &shape, &schema, store_now(), arena, error);
    if (status == TCS_OK)
        status = seal(temporary, error);
    int reason = status == TCS_OK ? rename_new(temporary, path) : 0;
    if (reason != 0)
        status = reason == EEXIST ? already_there(path, error) : cannot("create", path, reason, error);
    if (status != TCS_OK) {
        unlink(temporary);
        return status;
    }
    return sync_directory(path, error);
}

tcs_status tcs_store_create(const char *path, const tcs_store_layout *layout, tcs_error *error) {
    struct stat about;
    if (lstat(path, &about) == 0)
        return already_there(path, error);
    store_arena arena = {0};
    store_h5_prepare();
    const char *temporary = store_arena_print(&arena, "%s.tmp-%ld", path, (long)getpid());
    tcs_status status = temporary ? create_beside(path, temporary, layout, &arena, error)
                                  : tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while creating %s", path);
    store_arena_free(&arena);
    return status;
}
