/* One writer a file. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"
#include "tcsweep/bytes.h"

typedef enum answer { TAKEN, HELD, HAS_NO_LOCKS, REFUSED } answer;

double store_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void make_name(char name[STORE_WRITER_BYTES]) {
    char host[TCS_STORE_HOST_BYTES] = "";
    uint32_t number = 0;
    gethostname(host, sizeof host - 1);
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        number = (uint32_t)time(NULL);
    snprintf(name, STORE_WRITER_BYTES, "%s:%ld:%08" PRIx32, host, (long)getpid(), number);
}

/* Splits "host:process:number"; false where it is something else. */
static bool parse_name(const char name[STORE_WRITER_BYTES], char host[STORE_WRITER_BYTES], long *process) {
    memcpy(host, name, STORE_WRITER_BYTES);
    host[STORE_WRITER_BYTES - 1] = 0;
    char *number = strrchr(host, ':');
    if (!number)
        return false;
    *number = 0;
    char *id = strrchr(host, ':');
    if (!id)
        return false;
    *id = 0;
    *process = strtol(id + 1, NULL, 10);
    return *process > 0 && *host;
}

static tcs_status read_name(const store_file *file, char name[STORE_WRITER_BYTES], tcs_error *error) {
    tcs_status status = store_file_read(file, STORE_WRITER, name, error);
    name[STORE_WRITER_BYTES - 1] = 0;
    return status;
}

static tcs_status write_name(const store_file *file, const char *name, tcs_error *error) {
    char padded[STORE_WRITER_BYTES] = "";
    snprintf(padded, sizeof padded, "%s", name);
    return store_raw_write(file->descriptor, file->path, file->schema.datasets[STORE_WRITER].address, padded, sizeof padded, error);
}

static tcs_status write_sign_of_life(const store_file *file, tcs_error *error) {
    double now = store_now();
    return store_raw_write(file->descriptor, file->path, file->schema.datasets[STORE_UPDATED].address, &now, sizeof now, error);
}

static answer try_lock(const store_file *file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->descriptor, F_OFD_SETLK, &lock) == 0)
        return TAKEN;
    switch (errno) {
    case EAGAIN:
    case EACCES:
    case EINTR:
        return HELD;
    case ENOLCK:
    case EOPNOTSUPP:
    case EINVAL:
    case ENOSYS:
        return HAS_NO_LOCKS;
    default:
        return REFUSED;
    }
}

/* Where there are no locks: is another's name in the file, and its owner alive as far as can be told? */
static answer try_name(const store_file *file, const char *own) {
    char name[STORE_WRITER_BYTES], host[STORE_WRITER_BYTES], own_host[STORE_WRITER_BYTES];
    double updated;
    long process, own_process;
    if (read_name(file, name, NULL) != TCS_OK || store_file_read(file, STORE_UPDATED, &updated, NULL) != TCS_OK)
        return REFUSED;
    if (!*name || strcmp(name, own) == 0 || !parse_name(name, host, &process))
        return TAKEN;
    bool is_dead =
        parse_name(own, own_host, &own_process) && strcmp(host, own_host) == 0 && kill((pid_t)process, 0) != 0 && errno == ESRCH;
    double age_s = store_now() - updated;
    return is_dead || !(age_s < STORE_STALE_S && age_s > -STORE_STALE_S) ? TAKEN : HELD;
}

static tcs_status refuse(const store_file *file, answer why, int reason, tcs_error *error) {
    char name[STORE_WRITER_BYTES], host[STORE_WRITER_BYTES];
    long process;
    if (why == REFUSED)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot lock %s: %s", file->path, strerror(reason));
    if (read_name(file, name, NULL) != TCS_OK || !parse_name(name, host, &process))
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s is being written by another process", file->path);
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(host, strlen(host), excerpt);
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s is being written by process %ld on %s", file->path, process, excerpt);
}

static void sleep_s(double seconds) {
    struct timespec time = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

tcs_status store_lock_take(const store_file *file, double wait_s, bool without_locks, store_lock *out, tcs_error *error) {
    *out = (store_lock){.is_by_name = without_locks};
    make_name(out->name);
    double start_s = tcs_clock_s();
    answer got;
    for (;;) {
        got = out->is_by_name ? HAS_NO_LOCKS : try_lock(file);
        int reason = errno;
        out->is_by_name = got == HAS_NO_LOCKS;
        if (out->is_by_name)
            got = try_name(file, out->name);
        if (got == TAKEN)
            break;
        if (got == REFUSED || tcs_clock_s() - start_s >= wait_s)
            return refuse(file, got, reason, error);
        sleep_s(0.1);
    }
    tcs_status status = write_name(file, out->name, error);
    if (status == TCS_OK)
        status = write_sign_of_life(file, error);
    if (status != TCS_OK || !out->is_by_name)
        return status;
    /* Another may have written its name at the same time: the last one stays. */
    status = store_raw_sync(file->descriptor, file->path, error);
    sleep_s(0.2);
    return status == TCS_OK ? store_lock_check(file, out, error) : status;
}

tcs_status store_lock_check(const store_file *file, const store_lock *lock, tcs_error *error) {
    char name[STORE_WRITER_BYTES];
    if (!lock->is_by_name)
        return TCS_OK;
    tcs_status status = read_name(file, name, error);
    if (status == TCS_OK && strcmp(name, lock->name) != 0)
        return refuse(file, HELD, 0, error);
    return status;
}

tcs_status store_lock_release(const store_file *file, const store_lock *lock, tcs_error *error) {
    tcs_status status = store_lock_check(file, lock, error);
    return status == TCS_OK ? write_name(file, "", error) : status;
}
