/* The power fails: of what was written since the last fdatasync, any 512-byte pieces may be missing. Every job that was promised must be there,
 * and every job that reads as done must be whole. The disk is simulated: this program's pwrite and fdatasync stand before the system's. */
#include <fcntl.h>
#include <sys/syscall.h>

#include "check.h"
#include "folder.h"
#include "sample.h"

enum { N_JOBS = SAMPLE_C * SAMPLE_S, N_FAILURES = HAS_SANITIZER ? 60 : 400, PIECE = 512, MOST_EVENTS = 20000 };

typedef enum event_kind { WRITE, SYNC, PROMISE } event_kind;

typedef struct event {
    event_kind kind;
    off_t address;
    size_t n_bytes;
    unsigned char *bytes;
    unsigned promised; /* jobs, as bits */
} event;

static struct {
    bool is_recording;
    size_t n;
    event events[MOST_EVENTS];
} disk;

static event *add_event(event_kind kind) {
    if (disk.n == MOST_EVENTS) {
        fprintf(stderr, "more events than expected\n");
        _exit(1);
    }
    event *added = &disk.events[disk.n++];
    *added = (event){.kind = kind};
    return added;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t n_bytes, off_t address) {
    if (disk.is_recording) {
        event *write_event = add_event(WRITE);
        write_event->address = address;
        write_event->n_bytes = n_bytes;
        write_event->bytes = malloc(n_bytes);
        memcpy(write_event->bytes, bytes, n_bytes);
    }
    return syscall(SYS_pwrite64, descriptor, bytes, n_bytes, address);
}

int fdatasync(int descriptor) {
    (void)descriptor;
    if (disk.is_recording)
        add_event(SYNC);
    return 0;
}

static unsigned char *read_image(const char *path, size_t *n_bytes) {
    FILE *file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fseek(file, 0, SEEK_END);
    *n_bytes = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*n_bytes);
    CU_ASSERT_EQUAL(fread(bytes, 1, *n_bytes, file), *n_bytes);
    fclose(file);
    return bytes;
}

static void write_image(const char *path, const unsigned char *bytes, size_t n_bytes) {
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, n_bytes, file), n_bytes);
    fclose(file);
}

/* Stores all jobs in commits of one to three, one of them twice, one first as a failure. */
static void record_a_sweep(const char *path, unsigned char **before, size_t *n_bytes) {
    tcs_store_layout layout = sample_layout();
    tcs_store *store;
    sample_job sample;
    unsigned promised = 0, put = 0;
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(path, &layout, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(path, 0, &store, NULL, NULL), TCS_OK);
    *before = read_image(path, n_bytes);
    disk.is_recording = true;
    for (size_t job = 0; job < N_JOBS; job++) {
        CU_ASSERT_EQUAL(tcs_store_mark(store, job / SAMPLE_S, job % SAMPLE_S, TCS_JOB_RUNNING, NULL), TCS_OK);
        sample_done(job, &sample);
        CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, NULL), TCS_OK);
        put |= 1u << job;
        if (job % 3 == 1 || job > 8) {
            CU_ASSERT_EQUAL(tcs_store_commit(store, NULL), TCS_OK);
            promised = put;
            add_event(PROMISE)->promised = promised;
        }
    }
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    disk.is_recording = false;
    CU_ASSERT_EQUAL(promised, (1u << N_JOBS) - 1);
}

static void apply(unsigned char *image, const event *write_event, unsigned *seed) {
    for (size_t at = 0; at < write_event->n_bytes;) {
        size_t n = PIECE - (size_t)(write_event->address + (off_t)at) % PIECE;
        n = n < write_event->n_bytes - at ? n : write_event->n_bytes - at;
        if (!seed || rand_r(seed) % 2)
            memcpy(image + write_event->address + at, write_event->bytes + at, n);
        at += n;
    }
}

/* The disk after a failure behind event `end`; the jobs promised before it. */
static unsigned fail_after(size_t end, unsigned char *image, unsigned *seed) {
    size_t synced = 0;
    unsigned promised = 0;
    for (size_t i = 0; i < end; i++) {
        if (disk.events[i].kind == SYNC)
            synced = i;
        if (disk.events[i].kind == PROMISE)
            promised = disk.events[i].promised;
    }
    for (size_t i = 0; i < end; i++)
        if (disk.events[i].kind == WRITE)
            apply(image, &disk.events[i], i < synced ? NULL : seed);
    return promised;
}

static size_t count_wrong(const char *path, unsigned promised, size_t *n_requeued) {
    tcs_store *store;
    tcs_results results;
    tcs_error warnings = {0};
    size_t n_wrong = 0;
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(path, 0, &store, &warnings, NULL), TCS_OK);
    *n_requeued += warnings.n_messages;
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(path, &results, NULL), TCS_OK);
    for (size_t job = 0; job < N_JOBS; job++) {
        bool is_done = results.outcomes[job] == TCS_JOB_DONE;
        n_wrong += (promised >> job & 1) && !is_done;
        for (size_t set = 0; is_done && set < TCS_N_SETS; set++)
            for (size_t metric = 0; metric < TCS_N_METRICS; metric++)
                n_wrong += results.metrics[set][metric][job] != sample_metric(job, set, metric);
    }
    tcs_results_free(&results);
    tcs_error_clear(&warnings);
    return n_wrong;
}

static void promises_survive_power_failures(void) {
    folder made = folder_make_fast();
    unsigned char *before;
    size_t n_bytes, n_wrong = 0, n_requeued = 0;
    record_a_sweep(made.file, &before, &n_bytes);
    unsigned char *image = malloc(n_bytes);
    unsigned seed = 3;
    for (int i = 0; i < N_FAILURES; i++) {
        memcpy(image, before, n_bytes);
        unsigned promised = fail_after((size_t)rand_r(&seed) % (disk.n + 1), image, &seed);
        write_image(made.file, image, n_bytes);
        n_wrong += count_wrong(made.file, promised, &n_requeued);
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
    size_t n_checked, n_damaged;
    CU_ASSERT_EQUAL(tcs_store_verify(made.file, &n_checked, &n_damaged, NULL, NULL), TCS_OK);
    CU_ASSERT(n_requeued > 0 || HAS_SANITIZER); /* the simulation does tear what is not promised */
    printf("(%zu events, %d failures, %zu torn jobs queued again) ", disk.n, N_FAILURES, n_requeued);
    for (size_t i = 0; i < disk.n; i++)
        free(disk.events[i].bytes);
    free(image);
    free(before);
    folder_remove(&made);
}

TCS_TESTS("power", {"promises survive power failures", promises_survive_power_failures})
