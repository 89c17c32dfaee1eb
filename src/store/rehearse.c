/* A try in a process of its own. */
#include "rehearse.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_CPU_S 60
#define MOST_BYTES ((rlim_t)4 << 30)

/* Under the address sanitizer, memory of any amount is in use from the beginning. */
#ifdef __has_feature
#define TCS_HAS_FEATURE(name) __has_feature(name)
#else
#define TCS_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || TCS_HAS_FEATURE(address_sanitizer)
#define LIMITS_MEMORY 0
#else
#define LIMITS_MEMORY 1
#endif

static struct rlimit lowered(struct rlimit limit, rlim_t most) {
    return (struct rlimit){limit.rlim_cur > most ? most : limit.rlim_cur, limit.rlim_max > most ? most : limit.rlim_max};
}

/* RLIM_INFINITY is the largest number. */
static void lower_limits(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0)
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, limit.rlim_max});
    if (getrlimit(RLIMIT_CPU, &limit) == 0) {
        limit = lowered(limit, MOST_CPU_S);
        setrlimit(RLIMIT_CPU, &limit);
    }
    if (LIMITS_MEMORY && getrlimit(RLIMIT_DATA, &limit) == 0) {
        limit = lowered(limit, MOST_BYTES);
        setrlimit(RLIMIT_DATA, &limit);
    }
}

/* In the child: ends at the first mistake, silently, and with its parent. */
_Noreturn static void act_in_child(int answer, void (*act)(void *context), void *context) {
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM, SIGXCPU, SIGPIPE};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    lower_limits();
    act(context);
    ssize_t n = write(answer, "", 1);
    _exit(n != 1);
}

tcs_status store_rehearse(const char *path, void (*act)(void *context), void *context, tcs_error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot examine %s: %s", path, strerror(errno));
    pid_t child = fork();
    if (child == 0)
        act_in_child(ends[1], act, context);
    int reason = errno;
    close(ends[1]);
    char answer;
    ssize_t n = 0;
    while (child > 0 && (n = read(ends[0], &answer, 1)) < 0 && errno == EINTR)
        continue;
    close(ends[0]);
    if (child < 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot examine %s: %s", path, strerror(reason));
    int code = 0;
    bool is_known; /* where children are reaped elsewhere, it is not */
    while (!(is_known = waitpid(child, &code, 0) == child) && errno == EINTR)
        continue;
    if (n == 1)
        return TCS_OK;
    if (is_known && WIFSIGNALED(code) && (WTERMSIG(code) == SIGINT || WTERMSIG(code) == SIGTERM))
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s was not examined to the end: %s", path, strsignal(WTERMSIG(code)));
    return tcs_error_add(error, TCS_BAD_RESULTS, "%s is damaged: it makes HDF5 crash", path);
}
