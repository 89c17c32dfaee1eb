/* fork_server_stub.c: the fork server before it has a study: almost nothing, so that forking it costs the agent nothing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fork_server.h"
#include "tcsweep/trainers.h"

void tcs_fork_server_set_signals(void) {
    /* Handlers would be a launcher's or a sanitizer's; "ignored" would outlive the exec (a parent that ignores SIGCHLD never learns how a child ended). */
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    static const int blocked[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++)
        sigaddset(&set, blocked[i]);
    sigprocmask(SIG_SETMASK, &set, NULL);
}

bool tcs_fork_server_follow(pid_t parent) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

/* Closes what the agent, or its launcher, had open: a descriptor held here would keep others waiting for its end. */
static void close_all_but(int kept) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int descriptor = atoi(entry->d_name);
        if (descriptor > STDERR_FILENO && descriptor != kept && descriptor != dirfd(directory))
            close(descriptor);
    }
    closedir(directory);
}

/* Nobody here reads the terminal; and no socket may get the number of a closed stdout, to which a library may print. */
static void settle_standard_streams(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    for (int descriptor = STDOUT_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            dup2(null, descriptor);
    if (null > STDERR_FILENO)
        close(null);
    else
        fcntl(null, F_SETFD, 0);
}

/* OpenBLAS reads its environment once, when it is loaded: hence the exec. */
static bool set_environment(tcs_isa isa) {
    const char *core = tcs_isa_openblas_coretype(isa);
    return setenv("OPENBLAS_NUM_THREADS", "1", 1) == 0 && setenv("OMP_NUM_THREADS", "1", 1) == 0 &&
           (core ? setenv("OPENBLAS_CORETYPE", core, 1) : unsetenv("OPENBLAS_CORETYPE")) == 0;
}

void tcs_fork_server_stub(int control, pid_t agent) {
    tcs_fork_server_set_signals();
    if (!tcs_fork_server_follow(agent))
        return;
    settle_standard_streams();
    close_all_but(control);
    prctl(PR_SET_NAME, "tcsweep-fork");
    tcs_server_request request;
    int study;
    if (tcs_packet_receive(control, &request, sizeof request, true, &study) != TCS_PACKET_DONE || request.kind != TCS_SERVER_STUDY)
        return;
    tcs_server_report report = {.kind = TCS_SERVER_REFUSED, .code = TCS_SYSTEM_ERROR};
    char control_text[16], study_text[16], agent_text[24];
    snprintf(control_text, sizeof control_text, "%d", control);
    snprintf(study_text, sizeof study_text, "%d", study);
    snprintf(agent_text, sizeof agent_text, "%ld", (long)agent);
    char name[] = "tcsweep", argument[] = TCS_FORK_SERVER_ARGUMENT;
    char *arguments[] = {name, argument, control_text, study_text, agent_text, NULL};
    if (study < 0)
        snprintf(report.text, sizeof report.text, "the study's file did not arrive: are too many files open?");
    else if (set_environment((tcs_isa)request.isa) && fcntl(control, F_SETFD, 0) == 0 && fcntl(study, F_SETFD, 0) == 0) {
        execv("/proc/self/exe", arguments);
        snprintf(report.text, sizeof report.text, "cannot execute /proc/self/exe: %s", strerror(errno));
    } else
        snprintf(report.text, sizeof report.text, "cannot prepare the fork server: %s", strerror(errno));
    tcs_packet_send(control, &report, sizeof report, -1);
}
