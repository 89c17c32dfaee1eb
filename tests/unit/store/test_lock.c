/* One writer a file, on file systems with locks and without. */
#include <signal.h>
#include <sys/wait.h>

#include "check.h"
#include "folder.h"
#include "lock.h"
#include "raw.h"
#include "sample.h"
#include "tcsweep/bytes.h"

static folder make_file(void) {
    folder made = folder_make();
    tcs_store_layout layout = sample_layout();
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(made.file, &layout, NULL), TCS_OK);
    return made;
}

/* A process that opens the file, says so through a pipe, and holds it until it is killed. */
static pid_t start_holder(const char *path, int *is_open) {
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        tcs_store *store;
        char answer = tcs_store_open(path, 0, &store, NULL, NULL) == TCS_OK;
        if (write(ends[1], &answer, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    char answer = 0;
    *is_open = read(ends[0], &answer, 1) == 1 && answer;
    close(ends[0]);
    return child;
}

static void end_holder(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void a_held_file_is_refused_by_name(void) {
    folder made = make_file();
    int is_open;
    pid_t child = start_holder(made.file, &is_open);
    CU_ASSERT_FATAL(is_open);
    tcs_error error = {0};
    tcs_store *store;
    char host[64] = "", expected[128];
    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected, "is being written by process %ld on %s", (long)child, host);
    double start_s = tcs_clock_s();
    CU_ASSERT_EQUAL(tcs_store_open(made.file, 0.3, &store, NULL, &error), TCS_SYSTEM_ERROR);
    CU_ASSERT(tcs_clock_s() - start_s >= 0.3);
    CU_ASSERT_PTR_NULL(store);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), expected);
    tcs_results results; /* reading is not refused */
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    tcs_results_free(&results);
    size_t n_checked, n_damaged;
    CU_ASSERT_EQUAL(tcs_store_verify(made.file, &n_checked, &n_damaged, NULL, NULL), TCS_OK);
    end_holder(child);
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &store, NULL, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    tcs_error_clear(&error);
    folder_remove(&made);
}

static void a_held_file_is_waited_for(void) {
    folder made = make_file();
    int is_open;
    pid_t child = start_holder(made.file, &is_open);
    CU_ASSERT_FATAL(is_open);
    pid_t killer = fork();
    if (killer == 0) {
        usleep(300000);
        kill(child, SIGKILL);
        _exit(0);
    }
    tcs_store *store;
    double start_s = tcs_clock_s();
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 10, &store, NULL, NULL), TCS_OK);
    CU_ASSERT(tcs_clock_s() - start_s > 0.2);
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    waitpid(killer, NULL, 0);
    end_holder(child);
    folder_remove(&made);
}

/* The same process is refused too: the lock is that of the opened file, not of the process. */
static void one_process_cannot_hold_it_twice(void) {
    folder made = make_file();
    tcs_store *one, *two;
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &one, NULL, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_open(made.file, 0, &two, NULL, NULL), TCS_SYSTEM_ERROR);
    CU_ASSERT_EQUAL(tcs_store_close(one, NULL), TCS_OK);
    folder_remove(&made);
}

/* ---- without locks --------------------------------------------------------------------------------------------------- */

static void leave_name(const store_file *file, const char *name, double updated) {
    char padded[STORE_WRITER_BYTES] = "";
    snprintf(padded, sizeof padded, "%s", name);
    const store_dataset *datasets = file->schema.datasets;
    CU_ASSERT_EQUAL(store_raw_write(file->descriptor, file->path, datasets[STORE_WRITER].address, padded, sizeof padded, NULL),
                    TCS_OK);
    CU_ASSERT_EQUAL(store_raw_write(file->descriptor, file->path, datasets[STORE_UPDATED].address, &updated, sizeof updated, NULL),
                    TCS_OK);
}

static void names_stand_in_for_locks(void) {
    folder made = make_file();
    store_file file;
    store_lock lock, other;
    tcs_error error = {0};
    char own_host[64] = "", dead[128], alive[128];
    gethostname(own_host, sizeof own_host - 1);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    snprintf(dead, sizeof dead, "%s:%ld:00000001", own_host, (long)child);
    snprintf(alive, sizeof alive, "%s:%ld:00000001", own_host, (long)getpid());
    CU_ASSERT_EQUAL_FATAL(store_file_open(made.file, STORE_FOR_WRITING, &file, NULL), TCS_OK);
    leave_name(&file, "node17:4711:00000001", store_now() - 5);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0.2, true, &lock, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "is being written by process 4711 on node17");
    leave_name(&file, alive, store_now() - 5);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &lock, NULL), TCS_SYSTEM_ERROR);
    leave_name(&file, dead, store_now() - 5);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &lock, NULL), TCS_OK);
    leave_name(&file, "node17:4711:00000001", store_now() - STORE_STALE_S - 1);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &lock, NULL), TCS_OK);
    CU_ASSERT(lock.is_by_name);
    CU_ASSERT_EQUAL(store_lock_check(&file, &lock, NULL), TCS_OK);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &other, NULL), TCS_SYSTEM_ERROR);
    leave_name(&file, "node18:1:00000002", store_now()); /* taken from us while we slept */
    CU_ASSERT_EQUAL(store_lock_check(&file, &lock, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "process 1 on node18");
    CU_ASSERT_EQUAL(store_lock_release(&file, &lock, NULL), TCS_SYSTEM_ERROR);
    leave_name(&file, "\x1b[31mnonsense", store_now());
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &lock, NULL), TCS_OK);
    CU_ASSERT_EQUAL(store_lock_release(&file, &lock, NULL), TCS_OK);
    CU_ASSERT_EQUAL(store_lock_take(&file, 0, true, &other, NULL), TCS_OK);
    store_file_close(&file);
    tcs_error_clear(&error);
    folder_remove(&made);
}

TCS_TESTS("lock", {"a held file is refused by name", a_held_file_is_refused_by_name},
          {"a held file is waited for", a_held_file_is_waited_for},
          {"one process cannot hold it twice", one_process_cannot_hold_it_twice},
          {"names stand in for locks", names_stand_in_for_locks})
