/* lock.h: one writer a file.
 *
 * An open-file-description lock where the file system has them: it ends with the process, however that ends. Elsewhere the writer leaves its name
 * in /state/writer and the time in /state/updated, and counts as gone when that time is 60 s old. The name is written in both cases, so that
 * others can be told who holds the file. Private to this room.
 */
#ifndef TCS_STORE_LOCK_H
#define TCS_STORE_LOCK_H

#include <stdbool.h>

#include "file.h"

#define STORE_STALE_S 60.0

typedef struct store_lock {
    bool is_by_name;               /* the file system has no locks */
    char name[STORE_WRITER_BYTES]; /* ours: host:process:random number */
} store_lock;

/* Waits up to wait_s; then TCS_SYSTEM_ERROR, naming the holder. without_locks: as if the file system had none (for tests). */
tcs_status store_lock_take(const store_file *file, double wait_s, bool without_locks, store_lock *out, tcs_error *error);
/* Is the file still ours? Only where the lock is by name can another have taken it. */
tcs_status store_lock_check(const store_file *file, const store_lock *lock, tcs_error *error);
/* Removes our name. The lock itself ends with the descriptor. */
tcs_status store_lock_release(const store_file *file, const store_lock *lock, tcs_error *error);
/* Seconds since 1970. */
double store_now(void);

#endif
