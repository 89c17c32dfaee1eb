#include "check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fork_server_memory.h"

#define PIECE_BYTES ((size_t)48 << 20)

static void private_memory_is_what_is_touched(void) {
    uint64_t before = tcs_private_memory_bytes(getpid(), UINT64_MAX);
    CU_ASSERT(before > 0);
    char *piece = mmap(NULL, PIECE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CU_ASSERT_FATAL(piece != MAP_FAILED);
    CU_ASSERT(tcs_private_memory_bytes(getpid(), UINT64_MAX) < before + PIECE_BYTES / 2);
    memset(piece, 1, PIECE_BYTES);
    uint64_t cheap = tcs_private_memory_bytes(getpid(), UINT64_MAX), exact = tcs_private_memory_bytes(getpid(), 1);
    CU_ASSERT(cheap >= PIECE_BYTES && cheap < before + 2 * PIECE_BYTES);
    CU_ASSERT(exact >= PIECE_BYTES && exact < before + 2 * PIECE_BYTES);
    munmap(piece, PIECE_BYTES);
}

/* What a forked process has not written to is not its own, where the kernel can tell. */
static void memory_shared_with_the_parent_is_not_private(void) {
    char *piece = mmap(NULL, PIECE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CU_ASSERT_FATAL(piece != MAP_FAILED);
    memset(piece, 1, PIECE_BYTES);
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    if (access("/proc/self/smaps_rollup", R_OK) == 0)
        CU_ASSERT(tcs_private_memory_bytes(pid, 1) < PIECE_BYTES / 2);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CU_ASSERT_EQUAL(tcs_private_memory_bytes(pid, 1), 0);
    munmap(piece, PIECE_BYTES);
}

static void write_count(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

static void a_rise_of_the_count_is_seen(void) {
    char path[] = "/tmp/tcsweep-oom-XXXXXX";
    close(mkstemp(path));
    write_count(path, "low 0\nhigh 3\nmax 0\noom 9\noom_kill 4\n");
    tcs_oom_watch watch = {.path = strdup(path), .count = 4};
    CU_ASSERT_FALSE(tcs_oom_watch_has_risen(&watch));
    write_count(path, "low 0\nhigh 3\nmax 0\noom 11\noom_kill 4\noom_group_kill 1\n");
    CU_ASSERT_FALSE(tcs_oom_watch_has_risen(&watch));
    write_count(path, "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
    CU_ASSERT(tcs_oom_watch_has_risen(&watch));
    CU_ASSERT(tcs_oom_watch_has_risen(&watch)); /* two killed at once are both seen */
    watch.risen_s -= 10;
    CU_ASSERT_FALSE(tcs_oom_watch_has_risen(&watch));
    unlink(path);
    CU_ASSERT_FALSE(tcs_oom_watch_has_risen(&watch));
    tcs_oom_watch_free(&watch);
    CU_ASSERT_FALSE(tcs_oom_watch_has_risen(&watch));
}

static void this_machine_has_a_count(void) {
    tcs_oom_watch watch;
    tcs_oom_watch_start(&watch);
    if (access("/proc/vmstat", R_OK) == 0)
        CU_ASSERT_PTR_NOT_NULL(watch.path);
    printf("(%s) ", watch.path ? watch.path : "none");
    CU_ASSERT_EQUAL(watch.risen_s, 0);
    tcs_oom_watch_free(&watch);
}

TCS_TESTS("memory of processes", {"private memory is what is touched", private_memory_is_what_is_touched},
          {"memory shared with the parent is not private", memory_shared_with_the_parent_is_not_private},
          {"a rise of the count is seen", a_rise_of_the_count_is_seen}, {"this machine has a count", this_machine_has_a_count})
