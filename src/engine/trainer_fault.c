/* trainer_fault.c: accidents on demand; see the header. */
#include "trainer_fault.h"

#ifndef TCSWEEP_FAULTS

void tcs_fault_before_job(size_t job, tcs_study *study) {
    (void)job, (void)study;
}

void tcs_fault_at_epoch(size_t job, uint32_t n_epochs_done) {
    (void)job, (void)n_epochs_done;
}

#else

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fill_memory(void) {
    const size_t piece_bytes = (size_t)4 << 20;
    for (;;) {
        char *volatile piece = malloc(piece_bytes); /* volatile, or a compiler may leave the memory out altogether */
        if (!piece)
            pause();
        memset(piece, 1, piece_bytes);
        usleep(2000); /* slow enough to be caught before the machine is full */
    }
}

static void spoil(size_t job, tcs_study *study) {
    tcs_model *model = &study->models[job / study->splits.n_splits];
    for (size_t s = 0; s < model->n_stages; s++)
        model->stages[s].learning_rate = 1e30;
}

static void strike(const char *kind, size_t job, tcs_study *study) {
    static int *volatile nowhere;
    if (!strcmp(kind, "crash"))
        raise(SIGSEGV), *nowhere = 0;
    else if (!strcmp(kind, "abort"))
        abort();
    else if (!strcmp(kind, "hang"))
        for (;;)
            pause();
    else if (!strcmp(kind, "memory"))
        fill_memory();
    else if (!strcmp(kind, "exit"))
        _exit(3);
    else if (!strcmp(kind, "kill"))
        kill(getpid(), SIGKILL);
    else if (!strcmp(kind, "nan") && study)
        spoil(job, study);
}

/* With a file, only the process that makes it goes on. */
static int is_due(const char *file) {
    if (!file)
        return 1;
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        close(descriptor);
    return descriptor >= 0;
}

static void consider(char *fault, size_t job, uint32_t n_epochs_done, tcs_study *study) {
    char *file = strchr(fault, '@');
    if (file)
        *file++ = 0;
    char kind[16];
    size_t its_job;
    unsigned epoch = 0;
    if (sscanf(fault, "%15[a-z]:%zu:%u", kind, &its_job, &epoch) < 2 || its_job != job || epoch != n_epochs_done)
        return;
    if (is_due(file))
        strike(kind, job, study);
}

static void consider_all(size_t job, uint32_t n_epochs_done, tcs_study *study) {
    const char *list = getenv("TCSWEEP_FAULT");
    char *copy = list ? strdup(list) : NULL, *rest = copy;
    for (char *fault; copy && (fault = strsep(&rest, ","));)
        consider(fault, job, n_epochs_done, study);
    free(copy);
}

void tcs_fault_before_job(size_t job, tcs_study *study) {
    consider_all(job, 0, study);
}

void tcs_fault_at_epoch(size_t job, uint32_t n_epochs_done) {
    if (n_epochs_done > 0)
        consider_all(job, n_epochs_done, NULL);
}

#endif
