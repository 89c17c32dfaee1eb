/* Files with random damage: whatever they hold, the answer is a status, in little time and memory. Each is read in a process of its own. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "file.h"
#include "folder.h"
#include "sample.h"

enum { N_TRIES = HAS_SANITIZER ? 500 : 2000, MOST_S = 20 };

typedef struct image {
    unsigned char *bytes, *work;
    bool *is_structure; /* no dataset of numbers lies here */
    size_t n;
} image;

static void fill_file(const char *path) {
    tcs_store *store;
    sample_job sample;
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(path, 0, &store, NULL, NULL), TCS_OK);
    for (size_t job = 0; job < 8; job++) {
        sample_done(job, &sample);
        CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, NULL), TCS_OK);
    }
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
}

static image make_image(const char *path) {
    tcs_store_layout layout = sample_layout();
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(path, &layout, NULL), TCS_OK);
    fill_file(path);
    store_file file;
    CU_ASSERT_EQUAL_FATAL(store_file_open(path, STORE_FOR_READING, &file, NULL), TCS_OK);
    image made = {.n = (size_t)file.n_bytes};
    made.bytes = malloc(made.n);
    made.work = malloc(made.n);
    made.is_structure = malloc(made.n);
    memset(made.is_structure, 1, made.n);
    for (size_t i = 0; i < file.schema.n_datasets; i++)
        if (file.schema.datasets[i].element != STORE_TEXT)
            memset(made.is_structure + file.schema.datasets[i].address, 0, file.schema.datasets[i].n_bytes);
    CU_ASSERT_EQUAL(pread(file.descriptor, made.bytes, made.n, 0), (ssize_t)made.n);
    store_file_close(&file);
    return made;
}

static void write_image(const char *path, const unsigned char *bytes, size_t n) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CU_ASSERT_FATAL(descriptor >= 0);
    CU_ASSERT_EQUAL_FATAL(write(descriptor, bytes, n), (ssize_t)n);
    close(descriptor);
}

/* In turn: reads, verifies, opens for writing. */
static void use_file(const char *path, size_t turn) {
    tcs_results results;
    tcs_store *store;
    size_t n_checked, n_damaged;
    tcs_error error = {0};
    if (turn % 3 == 0 && tcs_results_read(path, &results, &error) == TCS_OK)
        tcs_results_free(&results);
    if (turn % 3 == 1)
        tcs_store_verify(path, &n_checked, &n_damaged, &error, &error);
    if (turn % 3 == 2 && tcs_store_open(path, 0, &store, &error, &error) == TCS_OK)
        tcs_store_close(store, &error);
    tcs_error_clear(&error);
}

/* How a process ended that used the file: 0, or the signal that killed it. */
static int try_file(const char *path, size_t turn) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit memory = {(rlim_t)2 << 30, (rlim_t)2 << 30};
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 2);
        if (!HAS_SANITIZER)
            setrlimit(RLIMIT_AS, &memory);
        alarm(MOST_S);
        use_file(path, turn);
        _exit(0);
    }
    int code;
    waitpid(child, &code, 0);
    return WIFSIGNALED(code) ? WTERMSIG(code) : WEXITSTATUS(code) == 0 ? 0 : SIGABRT;
}

typedef struct count {
    size_t n_tries, n_crashes, n_hangs;
} count;

static void note(count *counted, int signal_number) {
    counted->n_tries++;
    counted->n_crashes += signal_number != 0 && signal_number != SIGALRM;
    counted->n_hangs += signal_number == SIGALRM;
}

static void flip(image *made, unsigned *seed, bool in_structure) {
    memcpy(made->work, made->bytes, made->n);
    size_t n_flips = 1 + (size_t)rand_r(seed) % 4;
    while (n_flips > 0) {
        size_t at = (size_t)rand_r(seed) % made->n;
        if (in_structure && !made->is_structure[at])
            continue;
        made->work[at] = (unsigned char)(rand_r(seed) % 3 ? made->work[at] ^ (1u << rand_r(seed) % 8) : (unsigned)rand_r(seed));
        n_flips--;
    }
}

static void flipped_bytes_are_survived(void) {
    folder made = folder_make_fast();
    image file = make_image(made.file);
    count counted = {0};
    unsigned seed = 1;
    for (size_t i = 0; i < N_TRIES; i++) {
        flip(&file, &seed, i % 2);
        write_image(made.file, file.work, file.n);
        note(&counted, try_file(made.file, i / 2));
    }
    printf("(%zu files, %zu crashes, %zu hangs) ", counted.n_tries, counted.n_crashes, counted.n_hangs);
    CU_ASSERT_EQUAL(counted.n_crashes + counted.n_hangs, 0);
    free(file.bytes);
    free(file.work);
    free(file.is_structure);
    folder_remove(&made);
}

static void truncated_files_are_refused(void) {
    folder made = folder_make_fast();
    image file = make_image(made.file);
    count counted = {0};
    for (size_t n = 0; n < file.n; n += 1 + file.n / 200) {
        write_image(made.file, file.bytes, n);
        tcs_error error = {0};
        tcs_results results;
        CU_ASSERT_EQUAL(tcs_results_read(made.file, &results, &error), TCS_BAD_RESULTS);
        CU_ASSERT_EQUAL(error.n_messages, 1);
        tcs_error_clear(&error);
        note(&counted, try_file(made.file, n));
    }
    CU_ASSERT_EQUAL(counted.n_crashes + counted.n_hangs, 0);
    free(file.bytes);
    free(file.work);
    free(file.is_structure);
    folder_remove(&made);
}

TCS_TESTS("hostile", {"flipped bytes are survived", flipped_bytes_are_survived},
          {"truncated files are refused", truncated_files_are_refused})
