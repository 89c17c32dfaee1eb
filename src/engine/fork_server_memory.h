/* fork_server_memory.h: how much memory a process has for itself, and whether the kernel's out-of-memory killer was at work. */
#ifndef TCS_ENGINE_FORK_SERVER_MEMORY_H
#define TCS_ENGINE_FORK_SERVER_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Private resident memory in bytes: what would be freed if the process ended. 0 where it cannot be told (it has ended).
 * The cheap figure (resident − shared) counts pages still shared with the parent of a fork; only where it is above `limit_bytes` is
 * the exact one asked for. */
uint64_t tcs_private_memory_bytes(pid_t pid, uint64_t limit_bytes);

/* The kernel counts the processes that it has killed for want of memory: by control group where it can (memory.events of version 2,
 * memory.oom_control of version 1), else for the machine (/proc/vmstat). Other processes of the group are counted too, so a kill
 * is taken for the kernel's only where the count has risen just now. */
typedef struct tcs_oom_watch {
    char *path; /* of the file with the count; NULL: there is none, nothing can be told */
    uint64_t count;
    double risen_s; /* tcs_clock_s of the last rise; 0: never */
} tcs_oom_watch;
void tcs_oom_watch_start(tcs_oom_watch *watch);
/* Reads the count: to be called about once a second. */
void tcs_oom_watch_look(tcs_oom_watch *watch);
/* Looks, and tells whether the count has risen within the last seconds. */
bool tcs_oom_watch_has_risen(tcs_oom_watch *watch);
void tcs_oom_watch_free(tcs_oom_watch *watch);

#endif
