/* fork_server.c: the fork server's start and its loop. */
#include "fork_server.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tcsweep/trainers.h"

/* ---- start ----------------------------------------------------------------------------------------------------------------- */

static tcs_status map_study(int file, tcs_study *out, tcs_error *error) {
    struct stat about;
    if (fstat(file, &about) != 0 || about.st_size <= 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "the study's file cannot be read: %s", strerror(errno));
    size_t n_bytes = (size_t)about.st_size;
    void *bytes = mmap(NULL, n_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "the study's file cannot be mapped: %s", strerror(errno));
    tcs_reader reader = tcs_reader_start(bytes, n_bytes);
    tcs_status status = tcs_study_decode(&reader, out, error);
    if (status == TCS_OK && reader.position != n_bytes) {
        status = tcs_error_add(error, TCS_INTERNAL, "the study for the trainers is damaged: %zu bytes follow its end",
                               n_bytes - reader.position);
        tcs_study_free(out);
    }
    munmap(bytes, n_bytes);
    return status;
}

/* All ranks must round alike, and a fork copies one thread only. */
static tcs_status set_up_computing(tcs_isa isa, tcs_error *error) {
    if (isa > tcs_isa_detect())
        return tcs_error_add(error, TCS_SYSTEM_ERROR,
                             "this machine has no %s, which this sweep computes with; its best is %s (--isa %s "
                             "computes with that on all ranks)",
                             tcs_isa_name(isa), tcs_isa_name(tcs_isa_detect()), tcs_isa_name(tcs_isa_detect()));
    if (tcs_isa_openblas_n_threads() != 1)
        return tcs_error_add(error, TCS_SYSTEM_ERROR,
                             "OpenBLAS runs %d threads although OPENBLAS_NUM_THREADS is 1; trainers need it to "
                             "run one",
                             tcs_isa_openblas_n_threads());
    tcs_isa_use(isa);
    return TCS_OK;
}

static tcs_status set_up(tcs_fork_server *server, int study_file, tcs_error *error) {
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, NULL);
    server->child_signals = signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK);
    if (server->child_signals < 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "signalfd: %s", strerror(errno));
    tcs_oom_watch_start(&server->oom_watch);
    tcs_status status = map_study(study_file, &server->study, error);
    if (status == TCS_OK)
        status = set_up_computing(server->study.isa, error);
    if (status == TCS_OK)
        status = tcs_study_features_create(&server->study, &server->features, error);
    return status;
}

static bool answer(const tcs_fork_server *server, tcs_status status, const tcs_error *error) {
    tcs_server_report report = {.kind = status == TCS_OK ? TCS_SERVER_READY : TCS_SERVER_REFUSED, .code = (uint32_t)status};
    if (status == TCS_OK)
        snprintf(report.text, sizeof report.text, "%s %s", tcs_isa_openblas_core(), tcs_isa_openblas_version());
    else
        snprintf(report.text, sizeof report.text, "%s", *tcs_error_text(error) ? tcs_error_text(error) : tcs_status_name(status));
    return tcs_packet_send(server->control, &report, sizeof report, -1) == TCS_PACKET_DONE && status == TCS_OK;
}

/* ---- loop ------------------------------------------------------------------------------------------------------------------ */

/* False where the agent is gone. */
static bool obey(tcs_fork_server *server) {
    for (;;) {
        tcs_server_request request;
        int attached;
        tcs_packet_result result = tcs_packet_receive(server->control, &request, sizeof request, false, &attached);
        if (result != TCS_PACKET_DONE)
            return result == TCS_PACKET_NONE;
        if (request.kind == TCS_SERVER_KILL)
            tcs_fork_server_kill(server, (size_t)request.job);
        if (request.kind == TCS_SERVER_START) {
            if (!tcs_fork_server_start(server, (size_t)request.job, attached))
                return false;
        } else if (attached >= 0)
            close(attached);
    }
}

static void serve(tcs_fork_server *server) {
    for (;;) {
        tcs_fork_server_reap(server);
        double wait_s = tcs_fork_server_watch(server);
        bool is_waiting;
        if (!tcs_fork_server_send_reports(server, &is_waiting))
            return;
        struct pollfd polled[] = {{.fd = server->control, .events = (short)(POLLIN | (is_waiting ? POLLOUT : 0))},
                                  {.fd = server->child_signals, .events = POLLIN}};
        if (poll(polled, 2, wait_s < 0 ? -1 : (int)ceil(wait_s * 1000)) < 0 && errno != EINTR)
            return;
        struct signalfd_siginfo about;
        while (polled[1].revents && read(server->child_signals, &about, sizeof about) > 0)
            continue;
        if (polled[0].revents && !obey(server))
            return;
    }
}

static void tear_down(tcs_fork_server *server) {
    tcs_fork_server_end_all(server);
    free(server->children);
    tcs_study_features_free(server->features);
    tcs_study_free(&server->study);
    tcs_oom_watch_free(&server->oom_watch);
    if (server->child_signals >= 0)
        close(server->child_signals);
    close(server->control);
}

static bool read_descriptor(const char *text, int *out) {
    char *end;
    long value = strtol(text, &end, 10);
    *out = (int)value;
    return *text && !*end && value >= 0 && value <= 1 << 20 && fcntl(*out, F_SETFD, FD_CLOEXEC) == 0;
}

int tcs_fork_server_main(int argc, char **argv) {
    tcs_fork_server server = {.child_signals = -1};
    int study_file;
    if (argc != 5 || !read_descriptor(argv[2], &server.control) || !read_descriptor(argv[3], &study_file)) {
        fprintf(stderr, "tcsweep: " TCS_FORK_SERVER_ARGUMENT " is for tcsweep's own use\n");
        return 2;
    }
    tcs_fork_server_set_signals();
    if (!tcs_fork_server_follow((pid_t)atol(argv[4])))
        return 0;
    prctl(PR_SET_NAME, "tcsweep-fork");
    tcs_error error = {0};
    tcs_status status = set_up(&server, study_file, &error);
    close(study_file);
    if (answer(&server, status, &error))
        serve(&server);
    tcs_error_clear(&error);
    tear_down(&server);
    return 0;
}
