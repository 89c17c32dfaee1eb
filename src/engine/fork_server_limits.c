/* fork_server_limits.c: a trainer may run and hold only so much. */
#include <signal.h>

#include "fork_server.h"

/* Memory is looked at so often while there is a limit to it, the kernel's count of kills otherwise. */
#define MEMORY_EVERY_S 0.25
#define OOM_COUNT_EVERY_S 1.0

static void end_child(tcs_child *child, tcs_outcome why) {
    child->killed_as = why;
    kill(child->pid, SIGKILL);
}

static void check_memory(tcs_fork_server *server) {
    uint64_t limit_bytes = server->study.memory_limit_bytes;
    for (size_t i = 0; limit_bytes > 0 && i < server->n_children; i++) {
        tcs_child *child = &server->children[i];
        if (child->pid == 0 || child->killed_as != TCS_JOB_RUNNING)
            continue;
        uint64_t n_bytes = tcs_private_memory_bytes(child->pid, limit_bytes);
        if (n_bytes > limit_bytes) {
            child->bytes_when_killed = n_bytes;
            end_child(child, TCS_JOB_OUT_OF_MEMORY);
        }
    }
}

double tcs_fork_server_watch(tcs_fork_server *server) {
    double now_s = tcs_clock_s(), every_s = server->study.memory_limit_bytes > 0 ? MEMORY_EVERY_S : OOM_COUNT_EVERY_S;
    bool is_any = false;
    double wait_s = every_s;
    for (size_t i = 0; i < server->n_children; i++) {
        tcs_child *child = &server->children[i];
        if (child->pid == 0 || child->killed_as != TCS_JOB_RUNNING)
            continue;
        is_any = true;
        if (server->study.time_limit_s <= 0)
            continue;
        double left_s = child->started_s + server->study.time_limit_s - now_s;
        if (left_s <= 0)
            end_child(child, TCS_JOB_TIMED_OUT);
        else if (left_s < wait_s)
            wait_s = left_s;
    }
    if (!is_any)
        return -1;
    double next_look_s = server->looked_s + every_s - now_s;
    if (next_look_s <= 0) {
        check_memory(server);
        tcs_oom_watch_look(&server->oom_watch);
        server->looked_s = now_s;
        next_look_s = every_s;
    }
    return next_look_s < wait_s ? next_look_s : wait_s;
}
