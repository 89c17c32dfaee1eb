/* status.h: what a function returns, and the message that goes with it.
 *
 * Every function that can fail returns a tcs_status and, as its last argument, takes a tcs_error to which it adds messages a
 * user can act on. An error holds any number of messages, so that all mistakes of a file are reported at once.
 *
 * Knows nothing of data, networks or ranks. Nothing in the library ends the process: only the command line does.
 */
#ifndef TCSWEEP_STATUS_H
#define TCSWEEP_STATUS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_status {
    TCS_OK = 0,
    TCS_BAD_USAGE,     /* a wrong command line */
    TCS_BAD_SWEEP,     /* a mistake in a sweep or architecture file */
    TCS_BAD_DATA,      /* a mistake in a data file, or data that do not fit the sweep */
    TCS_BAD_RESULTS,   /* a results file that is damaged, of another version, or of another sweep */
    TCS_SYSTEM_ERROR,  /* the operating system refused: a file, memory map, process, lock */
    TCS_OUT_OF_MEMORY, /* an allocation failed */
    TCS_DIVERGED,      /* training met a NaN or infinite loss: an outcome of one job, not a fault */
    TCS_CANCELLED,     /* asked to stop */
    TCS_INTERNAL       /* a promise between two parts of the program was broken */
} tcs_status;

/* A list of messages, one a line. All zero is a valid empty error; tcs_error_clear frees it. */
typedef struct tcs_error {
    char *text; /* lines separated by '\n', without a last one; NULL while empty */
    size_t n_messages;
} tcs_error;

#if defined(__GNUC__)
#define TCS_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#else
#define TCS_PRINTF(format_at, first_at)
#endif

/* Adds one message and returns `status`, so that a caller can write `return tcs_error_add(error, TCS_BAD_DATA, "…", …);`.
 * `error` may be NULL: then only the status is told. Where memory for the message cannot be had the message is lost. */
tcs_status tcs_error_add(tcs_error *error, tcs_status status, const char *format, ...) TCS_PRINTF(3, 4);

/* The same, preceded by "file:line:column: "; line and column count from 1, and those that are 0 are left out. */
tcs_status tcs_error_add_at(tcs_error *error, tcs_status status, const char *file, size_t line, size_t column, const char *format,
                            ...) TCS_PRINTF(6, 7);

/* The text of all messages, or "" where there is none. Valid until the error is next changed. */
const char *tcs_error_text(const tcs_error *error);

/* Frees the messages; the error is empty and usable afterwards. */
void tcs_error_clear(tcs_error *error);

/* A status in words, as in "out of memory". Static storage. */
const char *tcs_status_name(tcs_status status);

#ifdef __cplusplus
}
#endif
#endif
