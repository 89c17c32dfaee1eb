/* fork_server_children.c: trainers are born, killed and buried. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fork_server.h"

static double seconds_since_1970(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- birth ----------------------------------------------------------------------------------------------------------------- */

static tcs_child *add_child(tcs_fork_server *server, size_t job) {
    if (server->n_children == server->children_capacity) {
        size_t capacity = server->children_capacity ? 2 * server->children_capacity : 8;
        tcs_child *grown = realloc(server->children, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        server->children = grown;
        server->children_capacity = capacity;
    }
    tcs_child *child = &server->children[server->n_children++];
    *child = (tcs_child){.job = job, .killed_as = TCS_JOB_RUNNING, .started_s = tcs_clock_s(), .started = seconds_since_1970()};
    child->report =
        (tcs_server_report){.kind = TCS_SERVER_EXITED, .job = job, .started = child->started, .finished = child->started};
    return child;
}

/* Lets the kernel take a trainer rather than the agent, which holds results, where memory runs out on a node. */
static void offer_to_oom_killer(void) {
    FILE *file = fopen("/proc/self/oom_score_adj", "r+e");
    int value;
    if (!file)
        return;
    if (fscanf(file, "%d", &value) == 1) {
        rewind(file);
        fprintf(file, "%d", value < 700 ? value + 300 : 1000);
    }
    fclose(file);
}

/* In the new process: it keeps its own socket and mark, and nothing of the server's or its siblings'. */
static int live(tcs_fork_server *server, const tcs_child *self, int socket, pid_t parent) {
    if (!tcs_fork_server_follow(parent))
        return 1;
    tcs_fork_server_set_signals();
    close(server->control);
    close(server->child_signals);
    for (size_t i = 0; i < server->n_children; i++)
        if (server->children[i].mark && server->children[i].mark != self->mark)
            munmap(server->children[i].mark, sizeof(tcs_trainer_mark));
    char name[16];
    snprintf(name, sizeof name, "job %zu", self->job);
    prctl(PR_SET_NAME, name);
    offer_to_oom_killer();
    return tcs_trainer_run(&server->study, server->features, self->job, socket, self->mark);
}

static void report_not_started(tcs_child *child, const char *why) {
    child->report.code = TCS_JOB_FAILED;
    child->report.is_blameless = true;
    snprintf(child->report.text, sizeof child->report.text, "no trainer could be started: %s", why);
}

bool tcs_fork_server_start(tcs_fork_server *server, size_t job, int socket) {
    tcs_child *child = add_child(server, job);
    if (!child)
        return false;
    if (socket < 0) {
        report_not_started(child, "its socket did not arrive; are too many files open?");
        return true;
    }
    void *page = mmap(NULL, sizeof(tcs_trainer_mark), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    child->mark = page == MAP_FAILED ? NULL : page;
    pid_t self = getpid(), pid = child->mark ? fork() : -1;
    if (pid == 0)
        _exit(live(server, child, socket, self)); /* what is at exit is the server's */
    if (pid < 0)
        report_not_started(child, strerror(errno));
    else
        child->pid = pid;
    close(socket);
    return true;
}

/* ---- death ----------------------------------------------------------------------------------------------------------------- */

void tcs_fork_server_kill(tcs_fork_server *server, size_t job) {
    for (size_t i = 0; i < server->n_children; i++) {
        tcs_child *child = &server->children[i];
        if (child->job == job && child->pid > 0 && child->killed_as == TCS_JOB_RUNNING) {
            child->killed_as = TCS_JOB_CANCELLED;
            kill(child->pid, SIGKILL);
        }
    }
}

static double cpu_s(const struct rusage *used) {
    return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           1e-6 * (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
}

void tcs_fork_server_reap(tcs_fork_server *server) {
    int status;
    struct rusage used;
    for (pid_t pid; (pid = wait4(-1, &status, WNOHANG, &used)) > 0;)
        for (size_t i = 0; i < server->n_children; i++) {
            tcs_child *child = &server->children[i];
            if (child->pid != pid)
                continue;
            child->report.wall_s = tcs_clock_s() - child->started_s;
            child->report.cpu_s = cpu_s(&used);
            child->report.finished = seconds_since_1970();
            tcs_fork_server_judge(server, child, status);
            child->pid = 0;
        }
}

static void remove_child(tcs_fork_server *server, size_t index) {
    if (server->children[index].mark)
        munmap(server->children[index].mark, sizeof(tcs_trainer_mark));
    server->children[index] = server->children[--server->n_children];
}

bool tcs_fork_server_send_reports(tcs_fork_server *server, bool *is_waiting) {
    *is_waiting = false;
    for (size_t i = 0; i < server->n_children;) {
        if (server->children[i].pid > 0) {
            i++;
            continue;
        }
        tcs_packet_result result = tcs_packet_send(server->control, &server->children[i].report, sizeof(tcs_server_report), -1);
        if (result == TCS_PACKET_NONE)
            *is_waiting = true;
        if (result != TCS_PACKET_DONE)
            return result == TCS_PACKET_NONE;
        remove_child(server, i);
    }
    return true;
}

void tcs_fork_server_end_all(tcs_fork_server *server) {
    for (size_t i = 0; i < server->n_children; i++)
        if (server->children[i].pid > 0)
            kill(server->children[i].pid, SIGKILL);
    while (server->n_children > 0) {
        pid_t pid = server->children[0].pid;
        while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        remove_child(server, 0);
    }
}
