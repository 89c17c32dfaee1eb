/* json.h: writes JSON so that commas, quotes and escapes cannot be forgotten. */
#ifndef TCS_REPORT_JSON_H
#define TCS_REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"

typedef struct report_json {
    tcs_buffer *out;
    size_t depth;
    bool needs_comma;
} report_json;

/* `name` is the member's name inside an object, NULL inside an array and at the top. */
void report_json_open(report_json *json, const char *name, char bracket);     /* '{' or '[' */
void report_json_close(report_json *json, char bracket);                      /* '}' or ']' */
void report_json_text(report_json *json, const char *name, const char *text); /* NULL counts as "" */
void report_json_number(report_json *json, const char *name, double value);   /* null where it is not finite */
void report_json_count(report_json *json, const char *name, size_t value);
void report_json_bool(report_json *json, const char *name, bool value);

#endif
