#include "tcsweep/bytes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static void what_is_added_can_be_taken(void) {
    tcs_buffer buffer = {0};
    tcs_buffer_add_u32(&buffer, 0xdeadbeef);
    tcs_buffer_add_u64(&buffer, UINT64_C(0x0123456789abcdef));
    tcs_buffer_add_f64(&buffer, -0.1);
    tcs_buffer_add_string(&buffer, "Nb3Ge");
    tcs_buffer_add_string(&buffer, NULL);
    tcs_buffer_add(&buffer, "xyz", 3);
    CU_ASSERT_FALSE(buffer.failed);
    CU_ASSERT_EQUAL(buffer.length, 4 + 8 + 8 + 4 + 5 + 4 + 3);

    tcs_reader reader = tcs_reader_start(buffer.bytes, buffer.length);
    CU_ASSERT_EQUAL(tcs_reader_take_u32(&reader), 0xdeadbeef);
    CU_ASSERT_EQUAL(tcs_reader_take_u64(&reader), UINT64_C(0x0123456789abcdef));
    CU_ASSERT_EQUAL(tcs_reader_take_f64(&reader), -0.1);
    char *text = tcs_reader_take_string(&reader), *empty = tcs_reader_take_string(&reader);
    CU_ASSERT_STRING_EQUAL(text, "Nb3Ge");
    CU_ASSERT_STRING_EQUAL(empty, "");
    const void *view = tcs_reader_take_view(&reader, 3);
    CU_ASSERT_PTR_EQUAL(view, buffer.bytes + buffer.length - 3);
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL(reader.position, reader.length);
    free(text);
    free(empty);
    tcs_buffer_clear(&buffer);
    CU_ASSERT_PTR_NULL(buffer.bytes);
}

static void nothing_is_read_beyond_the_end(void) {
    const unsigned char bytes[6] = {1, 2, 3, 4, 5, 6};
    tcs_reader reader = tcs_reader_start(bytes, sizeof bytes);
    tcs_reader_take_u32(&reader);
    unsigned char out[4] = {9, 9, 9, 9};
    tcs_reader_take(&reader, out, 4);
    CU_ASSERT_TRUE(reader.failed);
    CU_ASSERT_EQUAL(out[0] | out[3], 0);
    /* Once failed it stays so, even for what would still fit. */
    tcs_reader_take(&reader, out, 1);
    CU_ASSERT_EQUAL(out[0], 0);
    CU_ASSERT_PTR_NULL(tcs_reader_take_view(&reader, 0));

    reader = tcs_reader_start(bytes, sizeof bytes);
    CU_ASSERT_PTR_NULL(tcs_reader_take_view(&reader, SIZE_MAX));
    CU_ASSERT_TRUE(reader.failed);
    reader = tcs_reader_start(NULL, 0);
    CU_ASSERT_PTR_NOT_NULL(tcs_reader_take_view(&reader, 0));
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL(tcs_reader_take_f64(&reader), 0);
    CU_ASSERT_TRUE(reader.failed);
}

static void bad_strings_and_counts_fail(void) {
    tcs_buffer buffer = {0};
    tcs_buffer_add_u32(&buffer, 1000); /* longer than what follows */
    tcs_buffer_add(&buffer, "abc", 3);
    tcs_reader reader = tcs_reader_start(buffer.bytes, buffer.length);
    CU_ASSERT_PTR_NULL(tcs_reader_take_string(&reader));
    CU_ASSERT_TRUE(reader.failed);
    tcs_buffer_clear(&buffer);

    tcs_buffer_add_u32(&buffer, 3);
    tcs_buffer_add(&buffer, "a\0c", 3);
    reader = tcs_reader_start(buffer.bytes, buffer.length);
    CU_ASSERT_PTR_NULL(tcs_reader_take_string(&reader));
    CU_ASSERT_TRUE(reader.failed);
    tcs_buffer_clear(&buffer);

    tcs_buffer_add_u64(&buffer, 10);
    tcs_buffer_add_u64(&buffer, 11);
    reader = tcs_reader_start(buffer.bytes, buffer.length);
    CU_ASSERT_EQUAL(tcs_reader_take_bounded(&reader, 10), 10);
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL(tcs_reader_take_bounded(&reader, 10), 0);
    CU_ASSERT_TRUE(reader.failed);
    tcs_buffer_clear(&buffer);
}

static void texts_grow(void) {
    tcs_buffer buffer = {0};
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&buffer), "");
    size_t n_expected = 0;
    for (int i = 0; i < 10000; i++) {
        tcs_buffer_print(&buffer, "%d,", i);
        n_expected += (size_t)snprintf(NULL, 0, "%d,", i);
        if (i == 5)
            CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&buffer), "0,1,2,3,4,5,");
    }
    CU_ASSERT_EQUAL(buffer.length, n_expected);
    char *text = tcs_buffer_take_text(&buffer);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_EQUAL(strlen(text), n_expected);
    CU_ASSERT_STRING_EQUAL(text + n_expected - 10, "9998,9999,");
    CU_ASSERT_PTR_NULL(buffer.bytes);
    CU_ASSERT_EQUAL(buffer.length, 0);
    free(text);
    text = tcs_buffer_take_text(&buffer);
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
}

static void a_failed_buffer_stays_failed(void) {
    tcs_buffer buffer = {0};
    tcs_buffer_add(&buffer, "ab", 2);
    tcs_buffer_add(&buffer, "", SIZE_MAX - 1); /* cannot be had, and is not read */
    CU_ASSERT_TRUE(buffer.failed);
    tcs_buffer_add_u32(&buffer, 1);
    tcs_buffer_print(&buffer, "more");
    CU_ASSERT_EQUAL(buffer.length, 2);
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&buffer), "");
    CU_ASSERT_PTR_NULL(tcs_buffer_take_text(&buffer));
    CU_ASSERT_FALSE(buffer.failed);
}

static void memory_is_checked(void) {
    tcs_error error = {0};
    unsigned char *memory = tcs_allocate(1000, 3, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    unsigned char any = 0;
    for (int i = 0; i < 3000; i++)
        any |= memory[i];
    CU_ASSERT_EQUAL(any, 0);
    free(memory);
    memory = tcs_allocate(0, 8, &error);
    CU_ASSERT_PTR_NOT_NULL(memory);
    free(memory);
    volatile size_t huge = SIZE_MAX / 2;
    CU_ASSERT_PTR_NULL(tcs_allocate(huge, 4, &error));
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "out of memory");
    tcs_error_clear(&error);
}

static void files_are_read_whole(void) {
    char path[] = "/tmp/tcsweep-test-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, "ab\0cd", 5), 5);
    char *text = NULL;
    size_t n = 0;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_file_read(path, 5, &text, &n, &error), TCS_OK);
    CU_ASSERT_EQUAL(n, 5);
    CU_ASSERT(text && memcmp(text, "ab\0cd", 6) == 0);
    free(text);
    CU_ASSERT_EQUAL(tcs_file_read(path, 4, &text, &n, &error), TCS_BAD_DATA);
    CU_ASSERT_PTR_NULL(text);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "more than 4 bytes");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(ftruncate(file, 0), 0);
    CU_ASSERT_EQUAL(tcs_file_read(path, 4, &text, &n, &error), TCS_OK);
    CU_ASSERT_EQUAL(n, 0);
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
    close(file);
    unlink(path);
    CU_ASSERT_EQUAL(tcs_file_read(path, 4, &text, &n, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), path);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "No such file");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(tcs_file_read("/tmp", 1 << 20, &text, &n, &error), TCS_SYSTEM_ERROR);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "directory");
    tcs_error_clear(&error);
}

static void pipes_are_read_to_their_end(void) {
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    static char sent[50000];
    memset(sent, 'q', sizeof sent);
    CU_ASSERT_EQUAL(write(ends[1], sent, sizeof sent), (ssize_t)sizeof sent); /* a pipe holds 64 KiB */
    close(ends[1]);
    char path[64], *text = NULL;
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    if (access(path, R_OK) != 0) {
        printf("skipped: no /proc here ");
        close(ends[0]);
        return;
    }
    size_t n = 0;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_file_read(path, 1 << 20, &text, &n, &error), TCS_OK);
    CU_ASSERT_EQUAL(n, sizeof sent);
    CU_ASSERT(text && strlen(text) == n && memcmp(text, sent, n) == 0);
    free(text);
    close(ends[0]);
    tcs_error_clear(&error);
}

static void the_clock_runs_forward(void) {
    double start_s = tcs_clock_s();
    usleep(2000);
    double passed_s = tcs_clock_s() - start_s;
    CU_ASSERT(passed_s >= 0.002 && passed_s < 60);
}

TCS_TESTS("bytes", {"what is added can be taken", what_is_added_can_be_taken},
          {"nothing is read beyond the end", nothing_is_read_beyond_the_end},
          {"bad strings and counts fail", bad_strings_and_counts_fail}, {"texts grow", texts_grow},
          {"a failed buffer stays failed", a_failed_buffer_stays_failed}, {"memory is checked", memory_is_checked},
          {"files are read whole", files_are_read_whole}, {"pipes are read to their end", pipes_are_read_to_their_end},
          {"the clock runs forward", the_clock_runs_forward})
