/* fork_server_memory.c: reads of /proc and of control groups. */
#include "fork_server_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tcsweep/bytes.h"

/* ---- one process --------------------------------------------------------------------------------------------------------- */

static uint64_t read_statm(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    uint64_t resident, shared;
    int n = fscanf(file, "%*u %" SCNu64 " %" SCNu64, &resident, &shared);
    fclose(file);
    return n == 2 && resident > shared ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Kernels from 4.14 on. Memory in swap counts: it is the process's as well. */
static bool read_smaps_rollup(pid_t pid, uint64_t *n_bytes) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    uint64_t kib, sum_kib = 0;
    int n_found = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "Private_Clean: %" SCNu64, &kib) == 1 || sscanf(line, "Private_Dirty: %" SCNu64, &kib) == 1 ||
            sscanf(line, "Swap: %" SCNu64, &kib) == 1) {
            sum_kib += kib;
            n_found++;
        }
    fclose(file);
    *n_bytes = sum_kib * 1024;
    return n_found > 0;
}

uint64_t tcs_private_memory_bytes(pid_t pid, uint64_t limit_bytes) {
    uint64_t n_bytes = read_statm(pid), n_exact;
    if (n_bytes > limit_bytes && read_smaps_rollup(pid, &n_exact))
        return n_exact;
    return n_bytes;
}

/* ---- the kernel's out-of-memory killer ------------------------------------------------------------------------------------- */

static bool read_count(const char *path, uint64_t *count) {
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char line[256];
    bool is_found = false;
    while (!is_found && fgets(line, sizeof line, file))
        is_found = sscanf(line, "oom_kill %" SCNu64, count) == 1;
    fclose(file);
    return is_found;
}

/* Takes the file in `directory` where it has a count. */
static bool try_file(tcs_oom_watch *watch, const char *directory, const char *group, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s%s/%s", directory, group, name) < 0)
        return false;
    if (!read_count(path, &watch->count)) {
        free(path);
        return false;
    }
    watch->path = path;
    return true;
}

/* A line of /proc/self/cgroup is "number:controllers:group"; version 2 has number 0 and no controllers. A container may see its own
 * group as the root of what is mounted. */
static bool try_group(tcs_oom_watch *watch, char *line) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group)
        return false;
    *group++ = 0;
    controllers++;
    if (*controllers == 0)
        return try_file(watch, "/sys/fs/cgroup", group, "memory.events") || try_file(watch, "/sys/fs/cgroup", "", "memory.events");
    if (strstr(controllers, "memory"))
        return try_file(watch, "/sys/fs/cgroup/memory", group, "memory.oom_control") ||
               try_file(watch, "/sys/fs/cgroup/memory", "", "memory.oom_control");
    return false;
}

void tcs_oom_watch_start(tcs_oom_watch *watch) {
    *watch = (tcs_oom_watch){0};
    char line[4096];
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && !watch->path && fgets(line, sizeof line, file))
        try_group(watch, line);
    if (file)
        fclose(file);
    if (!watch->path)
        try_file(watch, "/proc", "", "vmstat");
}

void tcs_oom_watch_look(tcs_oom_watch *watch) {
    uint64_t count;
    if (!watch->path || !read_count(watch->path, &count))
        return;
    if (count > watch->count)
        watch->risen_s = tcs_clock_s();
    watch->count = count;
}

bool tcs_oom_watch_has_risen(tcs_oom_watch *watch) {
    tcs_oom_watch_look(watch);
    return watch->risen_s > 0 && tcs_clock_s() - watch->risen_s < 3;
}

void tcs_oom_watch_free(tcs_oom_watch *watch) {
    free(watch->path);
    *watch = (tcs_oom_watch){0};
}
