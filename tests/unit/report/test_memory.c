/* Memory that runs out at any moment: a report is whole, or it is an error. tests.cmake has the linker route allocations through here. */
#include "sample.h"

#include <stdarg.h>

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_vasprintf(char **text, const char *format, va_list arguments);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_vasprintf(char **text, const char *format, va_list arguments);

static long n_until_failure = -1; /* allocations that succeed before one fails; −1: none fails */

static bool fails_now(void) {
    return n_until_failure >= 0 && n_until_failure-- == 0;
}

void *__wrap_calloc(size_t n, size_t size) {
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails_now() ? NULL : __real_realloc(memory, size);
}

int __wrap_vasprintf(char **text, const char *format, va_list arguments) {
    if (!fails_now())
        return __real_vasprintf(text, format, arguments);
    *text = NULL;
    return -1;
}

static tcs_status write_document(const tcs_results *r, unsigned format, tcs_buffer *out) {
    tcs_report_options options = {.format = (tcs_report_format)format, .rank_by = TCS_METRIC_ACCURACY};
    return format < TCS_N_REPORT_FORMATS ? tcs_report_write(r, &options, out, NULL) : tcs_report_status(r, 1000030, out, NULL);
}

/* The last "format" is the status. */
static void nothing_is_left_out_in_silence(void) {
    tcs_results r = sample_usual();
    for (unsigned format = 0; format <= TCS_N_REPORT_FORMATS; format++) {
        tcs_buffer whole = {0};
        CU_ASSERT_EQUAL(write_document(&r, format, &whole), TCS_OK);
        bool has_failed = true;
        long n = 0;
        for (; has_failed; n++) {
            tcs_buffer out = {0};
            n_until_failure = n;
            tcs_status status = write_document(&r, format, &out);
            has_failed = n_until_failure < 0;
            n_until_failure = -1;
            CU_ASSERT_EQUAL(status, has_failed ? TCS_OUT_OF_MEMORY : TCS_OK);
            CU_ASSERT(has_failed || (out.length == whole.length && memcmp(out.bytes, whole.bytes, out.length) == 0));
            tcs_buffer_clear(&out);
        }
        CU_ASSERT(n > 10);
        tcs_buffer_clear(&whole);
    }
    sample_free(&r);
}

TCS_TESTS("reports without memory", {"nothing is left out in silence", nothing_is_left_out_in_silence})
