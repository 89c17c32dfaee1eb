/* Statuses in words, and lists of messages. */
#include "tcsweep/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Appends one line made of `place` and the formatted message. */
static void add_line(tcs_error *error, const char *place, const char *format, va_list arguments) {
    if (!error)
        return;
    char *message = NULL;
    if (vasprintf(&message, format, arguments) < 0)
        return;
    size_t n_old = error->text ? strlen(error->text) : 0;
    size_t n_place = strlen(place), n_message = strlen(message);
    char *text = realloc(error->text, n_old + 1 + n_place + n_message + 1);
    if (text) {
        char *end = text + n_old;
        if (error->text)
            *end++ = '\n';
        memcpy(end, place, n_place);
        memcpy(end + n_place, message, n_message + 1);
        error->text = text;
        error->n_messages++;
    }
    free(message);
}

tcs_status tcs_error_add(tcs_error *error, tcs_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add_line(error, "", format, arguments);
    va_end(arguments);
    return status;
}

/* "file:line:column: " without the parts that are absent; NULL where memory ran out. */
static char *make_place(const char *file, size_t line, size_t column) {
    char *place = NULL;
    int n;
    if (!file)
        file = "";
    if (line > 0 && column > 0)
        n = asprintf(&place, "%s:%zu:%zu: ", file, line, column);
    else if (line > 0 || column > 0)
        n = asprintf(&place, "%s:%zu: ", file, line > 0 ? line : column);
    else
        n = asprintf(&place, "%s%s", file, *file ? ": " : "");
    return n < 0 ? NULL : place;
}

tcs_status tcs_error_add_at(tcs_error *error, tcs_status status, const char *file, size_t line, size_t column, const char *format,
                            ...) {
    char *place = make_place(file, line, column);
    va_list arguments;
    va_start(arguments, format);
    add_line(error, place ? place : "", format, arguments);
    va_end(arguments);
    free(place);
    return status;
}

const char *tcs_error_text(const tcs_error *error) {
    return error && error->text ? error->text : "";
}

void tcs_error_clear(tcs_error *error) {
    free(error->text);
    *error = (tcs_error){0};
}

const char *tcs_status_name(tcs_status status) {
    switch (status) {
    case TCS_OK:
        return "ok";
    case TCS_BAD_USAGE:
        return "wrong command line";
    case TCS_BAD_SWEEP:
        return "mistake in the sweep file";
    case TCS_BAD_DATA:
        return "mistake in the data";
    case TCS_BAD_RESULTS:
        return "unusable results file";
    case TCS_SYSTEM_ERROR:
        return "system error";
    case TCS_OUT_OF_MEMORY:
        return "out of memory";
    case TCS_DIVERGED:
        return "diverged";
    case TCS_CANCELLED:
        return "cancelled";
    case TCS_INTERNAL:
        return "internal error";
    }
    return "unknown status";
}
