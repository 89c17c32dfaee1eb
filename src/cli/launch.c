#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

static const char *rank_variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", NULL};

static const char *rank_text(void) {
    for (size_t i = 0; rank_variables[i]; i++) {
        const char *text = getenv(rank_variables[i]);
        if (text && *text)
            return text;
    }
    return NULL;
}

bool launch_is_parallel(void) {
    return rank_text() != NULL;
}

int launch_rank(void) {
    const char *text = rank_text();
    return text ? (int)strtol(text, NULL, 10) : 0;
}

unsigned launch_n_cores(void) {
    /* The mask may be larger than cpu_set_t: ask with more room until the kernel is content. */
    for (int n_bits = 1024; n_bits <= 1 << 20; n_bits *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)n_bits);
        if (!set)
            break;
        size_t n_bytes = CPU_ALLOC_SIZE((size_t)n_bits);
        int failed = sched_getaffinity(0, n_bytes, set);
        int n = failed ? 0 : CPU_COUNT_S(n_bytes, set);
        CPU_FREE(set);
        if (n > 0)
            return (unsigned)n;
        if (errno != EINVAL)
            break;
    }
    return 1;
}

tcs_status launch_count_trainers(unsigned asked, size_t *out, tcs_error *error) {
    unsigned n_cores = launch_n_cores();
    *out = asked > 0 ? asked : launch_is_parallel() ? 1 : n_cores;
    if (asked <= n_cores)
        return TCS_OK;
    return tcs_error_add(
        error, TCS_BAD_USAGE,
        "--trainers %u: this process may use %u core%s only; start it with more (mpirun --bind-to none, srun -c %u, "
        "taskset), or ask for fewer trainers",
        asked, n_cores, n_cores == 1 ? "" : "s", asked);
}

void launch_with_one_blas_thread(char **argv) {
    const char *n_threads = getenv("OPENBLAS_NUM_THREADS");
    if (n_threads && strcmp(n_threads, "1") == 0)
        return;
    if (setenv("OPENBLAS_NUM_THREADS", "1", 1) != 0)
        return;
    execv("/proc/self/exe", argv); /* where it fails a few sleeping threads are all that is lost */
}
