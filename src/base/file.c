/* Whole files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tcsweep/bytes.h"

static tcs_status cannot_read(const char *path, tcs_error *error) {
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot read %s: %s", path, strerror(errno));
}

static tcs_status too_large(const char *path, size_t most, tcs_error *error) {
    return tcs_error_add(error, TCS_BAD_DATA, "%s is too large: more than %zu bytes", path, most);
}

/* Reads to the end. The text has room for *capacity bytes, one more than the file is expected to hold. */
static tcs_status read_all(int file, const char *path, size_t most, char **text, size_t capacity, size_t *n_bytes,
                           tcs_error *error) {
    size_t n = 0;
    for (;;) {
        ssize_t n_read = read(file, *text + n, capacity - n);
        if (n_read < 0 && errno == EINTR)
            continue;
        if (n_read < 0)
            return cannot_read(path, error);
        if (n_read == 0)
            break;
        n += (size_t)n_read;
        if (n > most)
            return too_large(path, most, error);
        if (n == capacity) { /* a pipe, or a file that grows */
            char *larger = capacity > SIZE_MAX / 2 ? NULL : realloc(*text, 2 * capacity);
            if (!larger)
                return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while reading %s", path);
            *text = larger;
            capacity *= 2;
        }
    }
    (*text)[n] = 0;
    *n_bytes = n;
    return TCS_OK;
}

static tcs_status read_open(int file, const char *path, size_t most, char **text, size_t *n_bytes, tcs_error *error) {
    struct stat about;
    if (fstat(file, &about) != 0)
        return cannot_read(path, error);
    if (S_ISREG(about.st_mode) && (uintmax_t)about.st_size > most)
        return too_large(path, most, error);
    size_t expected = S_ISREG(about.st_mode) && about.st_size > 0 ? (size_t)about.st_size : 4095;
    *text = malloc(expected + 1);
    if (!*text)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while reading %s (%zu bytes)", path, expected);
    return read_all(file, path, most, text, expected + 1, n_bytes, error);
}

tcs_status tcs_file_read(const char *path, size_t most, char **text, size_t *n_bytes, tcs_error *error) {
    *text = NULL;
    *n_bytes = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return cannot_read(path, error);
    tcs_status status = read_open(file, path, most, text, n_bytes, error);
    close(file);
    if (status != TCS_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}
