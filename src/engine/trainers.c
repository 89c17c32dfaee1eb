/* trainers.c: the agent's side: the fork server is started, told what to do, ended. What comes back: trainers_events.c. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fork_server.h"
#include "study_private.h"
#include "trainers_state.h"
#include "trainers_study_file.h"

/* ---- start ----------------------------------------------------------------------------------------------------------------- */

/* A socket pair whose descriptors are not those of the standard streams, even where the program was started without these. */
static bool make_control(int control[2]) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    bool is_good = true;
    for (int i = 0; i < 2; i++) {
        control[i] = fcntl(pair[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        is_good = is_good && control[i] >= 0;
    }
    int reason = errno;
    for (int i = 0; i < 2; i++) {
        close(pair[i]);
        if (!is_good && control[i] >= 0)
            close(control[i]);
    }
    errno = reason;
    return is_good;
}

/* No signal may reach the child before it has set its own mask. */
static pid_t fork_stub(int own_end, int server_end) {
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid_t agent = getpid(), pid = fork();
    if (pid == 0) {
        close(own_end);
        tcs_fork_server_stub(server_end, agent);
        _exit(0);
    }
    int reason = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return pid;
}

tcs_status tcs_trainers_create(tcs_trainers **out, tcs_error *error) {
    *out = NULL;
    tcs_trainers *trainers = tcs_allocate(1, sizeof *trainers, error);
    if (!trainers)
        return TCS_OUT_OF_MEMORY;
    int control[2];
    if (!make_control(control)) {
        free(trainers);
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "no socket for the trainers can be made: %s", strerror(errno));
    }
    /* A parent may have left it ignored: then no end of a child would ever be told. */
    struct sigaction on_child;
    if (sigaction(SIGCHLD, NULL, &on_child) == 0 && on_child.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
    trainers->server = fork_stub(control[0], control[1]);
    int reason = errno;
    close(control[1]);
    trainers->control = control[0];
    if (trainers->server < 0) {
        close(control[0]);
        free(trainers);
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "the process that starts the trainers cannot be forked: %s",
                             strerror(reason));
    }
    *out = trainers;
    return TCS_OK;
}

/* ---- study ----------------------------------------------------------------------------------------------------------------- */

static tcs_status no_server(tcs_trainers *trainers, const char *doing, tcs_error *error) {
    tcs_trainers_lose_server(trainers);
    trainers->must_tell_lost = false; /* it is told here */
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "the process that starts the trainers ended while %s", doing);
}

tcs_status tcs_trainers_give_study(tcs_trainers *trainers, const void *study, size_t n_bytes, tcs_error *error) {
    if (trainers->is_ready || trainers->control < 0)
        return tcs_error_add(error, TCS_INTERNAL,
                             trainers->is_ready ? "the trainers have a study already" : "there are no trainers");
    tcs_isa isa;
    tcs_status status = tcs_study_peek_isa(study, n_bytes, &isa, error);
    int file;
    if (status == TCS_OK)
        status = tcs_study_file_create(study, n_bytes, &file, error);
    if (status != TCS_OK)
        return status;
    tcs_server_request request = {.kind = TCS_SERVER_STUDY, .isa = (uint32_t)isa};
    tcs_packet_result sent = tcs_packet_send(trainers->control, &request, sizeof request, file);
    close(file);
    tcs_server_report report;
    int attached;
    if (sent != TCS_PACKET_DONE ||
        tcs_packet_receive(trainers->control, &report, sizeof report, true, &attached) != TCS_PACKET_DONE)
        return no_server(trainers, "it was given the data", error);
    report.text[sizeof report.text - 1] = 0;
    if (report.kind != TCS_SERVER_READY) {
        tcs_trainers_lose_server(trainers);
        trainers->must_tell_lost = false; /* it is told here */
        status = report.code > TCS_OK && report.code <= TCS_INTERNAL ? (tcs_status)report.code : TCS_INTERNAL;
        return tcs_error_add(error, status, "%s", report.text);
    }
    trainers->is_ready = true;
    memcpy(trainers->openblas, report.text, sizeof report.text);
    return TCS_OK;
}

const char *tcs_trainers_openblas(const tcs_trainers *trainers) {
    return trainers->openblas;
}

/* ---- jobs ------------------------------------------------------------------------------------------------------------------ */

static tcs_running_job *find_job(tcs_trainers *trainers, size_t job) {
    for (size_t i = 0; i < trainers->n_jobs; i++)
        if (trainers->jobs[i].job == job)
            return &trainers->jobs[i];
    return NULL;
}

static bool make_room(tcs_trainers *trainers) {
    if (trainers->n_jobs < trainers->jobs_capacity)
        return true;
    size_t capacity = trainers->jobs_capacity ? 2 * trainers->jobs_capacity : 8;
    tcs_running_job *grown = realloc(trainers->jobs, capacity * sizeof *grown);
    if (!grown)
        return false;
    trainers->jobs = grown;
    trainers->jobs_capacity = capacity;
    return true;
}

/* The server reads as soon as it is woken and never waits for the agent, so that a full socket is soon empty again. */
static tcs_packet_result send_patiently(int control, const tcs_server_request *request, int attached) {
    tcs_packet_result result = tcs_packet_send(control, request, sizeof *request, attached);
    for (double end_s = tcs_clock_s() + 5; result == TCS_PACKET_NONE && tcs_clock_s() < end_s;) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        result = tcs_packet_send(control, request, sizeof *request, attached);
    }
    return result;
}

tcs_status tcs_trainers_start(tcs_trainers *trainers, size_t job, tcs_error *error) {
    if (!trainers->is_ready || trainers->control < 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "job %zu cannot start: %s", job,
                             trainers->control < 0 ? "the process that starts the trainers is gone" : "the trainers have no study");
    if (find_job(trainers, job))
        return tcs_error_add(error, TCS_INTERNAL, "job %zu runs already", job);
    if (!make_room(trainers))
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory: job %zu cannot start", job);
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "job %zu cannot start: %s", job, strerror(errno));
    tcs_server_request request = {.kind = TCS_SERVER_START, .job = job};
    tcs_packet_result sent = send_patiently(trainers->control, &request, pair[1]);
    close(pair[1]);
    if (sent != TCS_PACKET_DONE) {
        close(pair[0]);
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "job %zu cannot start: the process that starts the trainers %s", job,
                             sent == TCS_PACKET_GONE ? "is gone" : "does not answer");
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    trainers->jobs[trainers->n_jobs++] = (tcs_running_job){.job = job,
                                                           .channel = {.socket = pair[0]},
                                                           .started_s = tcs_clock_s(),
                                                           .started = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec};
    return TCS_OK;
}

void tcs_trainers_cancel(tcs_trainers *trainers, size_t job) {
    tcs_running_job *running = find_job(trainers, job);
    if (!running || running->is_cancelled)
        return;
    running->is_cancelled = true;
    running->must_kill = true;
    tcs_trainers_pump(trainers);
}

void tcs_trainers_cancel_all(tcs_trainers *trainers) {
    for (size_t i = 0; i < trainers->n_jobs; i++)
        if (!trainers->jobs[i].is_cancelled)
            trainers->jobs[i].is_cancelled = trainers->jobs[i].must_kill = true;
    tcs_trainers_pump(trainers);
}

size_t tcs_trainers_n_running(const tcs_trainers *trainers) {
    return trainers->n_jobs;
}

/* ---- end ------------------------------------------------------------------------------------------------------------------- */

void tcs_trainers_free(tcs_trainers *trainers) {
    if (!trainers)
        return;
    for (size_t i = 0; i < trainers->n_jobs; i++) {
        tcs_channel_close(&trainers->jobs[i].channel);
        tcs_buffer_clear(&trainers->jobs[i].channel.text);
        tcs_buffer_clear(&trainers->jobs[i].channel.result);
    }
    if (trainers->control >= 0) {
        close(trainers->control);
        trainers->control = -1;
    }
    /* At the end of its socket the server kills and reaps its trainers and ends. */
    for (int n_tries = 0; trainers->server > 0; n_tries++) {
        pid_t pid = waitpid(trainers->server, NULL, n_tries < 2000 ? WNOHANG : 0);
        if (pid == trainers->server || (pid < 0 && errno != EINTR))
            trainers->server = 0;
        else if (n_tries == 1999)
            kill(trainers->server, SIGKILL);
        else
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    free(trainers->jobs);
    free(trainers->polled);
    free(trainers);
}
