/* fork_server_report.c: how a trainer ended, in a word for the machine and a sentence for its user. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "fork_server.h"
#include "study_private.h"

static void name_signal(int number, char name[24]) {
    static const struct {
        int number;
        const char *name;
    } known[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGABRT, "SIGABRT"}, {SIGFPE, "SIGFPE"}, {SIGILL, "SIGILL"},
                 {SIGKILL, "SIGKILL"}, {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"}, {SIGTRAP, "SIGTRAP"},
                 {SIGQUIT, "SIGQUIT"}, {SIGALRM, "SIGALRM"}, {SIGPROF, "SIGPROF"}};
    snprintf(name, 24, "signal %d", number);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].number == number)
            snprintf(name, 24, "%s", known[i].name);
}

/* " at epoch 12 of regression", or "" where there are no epochs. */
static void describe_place(const tcs_fork_server *server, const tcs_child *child, char place[160]) {
    place[0] = 0;
    if (!child->mark || child->job >= tcs_study_n_jobs(&server->study))
        return;
    uint32_t n_epochs_done = atomic_load_explicit(&child->mark->n_epochs_done, memory_order_relaxed);
    tcs_job_position position = tcs_study_locate(&server->study, child->job, n_epochs_done);
    if (position.stage)
        snprintf(place, 160, " at epoch %u of %.100s", position.epoch, position.stage);
    else if (n_epochs_done > 0)
        snprintf(place, 160, " after its last epoch");
}

static double to_mib(uint64_t n_bytes) {
    return (double)n_bytes / (1024 * 1024);
}

/* Killed by this server. */
static void judge_killed(const tcs_fork_server *server, const tcs_child *child, const char *place, tcs_server_report *report) {
    report->code = (uint32_t)child->killed_as;
    if (child->killed_as == TCS_JOB_TIMED_OUT)
        snprintf(report->text, sizeof report->text, "ran %.1f s%s; time_limit is %g s", report->wall_s, place,
                 server->study.time_limit_s);
    else if (child->killed_as == TCS_JOB_OUT_OF_MEMORY)
        snprintf(report->text, sizeof report->text, "held %.1f MiB of memory%s; memory_limit is %.1f MiB",
                 to_mib(child->bytes_when_killed), place, to_mib(server->study.memory_limit_bytes));
    else
        snprintf(report->text, sizeof report->text, "cancelled%s", place);
}

void tcs_fork_server_judge(tcs_fork_server *server, tcs_child *child, int wait_status) {
    tcs_server_report *report = &child->report;
    char place[160], name[24];
    describe_place(server, child, place);
    if (!WIFSIGNALED(wait_status)) {
        report->code = TCS_JOB_FAILED;
        snprintf(report->text, sizeof report->text, "the trainer ended without a result%s (exit code %d)", place,
                 WEXITSTATUS(wait_status));
    } else if (WTERMSIG(wait_status) != SIGKILL) {
        name_signal(WTERMSIG(wait_status), name);
        report->code = TCS_JOB_CRASHED;
        snprintf(report->text, sizeof report->text, "%s%s", name, place);
    } else if (child->killed_as != TCS_JOB_RUNNING) {
        judge_killed(server, child, place, report);
    } else if (tcs_oom_watch_has_risen(&server->oom_watch)) {
        report->code = TCS_JOB_OUT_OF_MEMORY;
        snprintf(report->text, sizeof report->text, "killed by the kernel's out-of-memory killer%s", place);
    } else {
        report->code = TCS_JOB_CRASHED;
        report->is_blameless = true;
        snprintf(report->text, sizeof report->text, "killed from outside (SIGKILL)%s", place);
    }
}
