/* RFC 8259. Members stand on lines of their own to a depth that people read; deeper ones on one line. */
#include "json.h"

#include <math.h>
#include <string.h>

#include "utf8.h"

#define LINES_TO_DEPTH 4

static void add_string(tcs_buffer *out, const char *text) {
    tcs_buffer_print(out, "\"");
    while (text && *text) {
        size_t n = report_character_bytes(text);
        if (n == 0)
            tcs_buffer_print(out, REPORT_REPLACEMENT);
        else if (report_is_control(text, n) && n == 1)
            tcs_buffer_print(out, "\\u%04x", (unsigned)(unsigned char)*text);
        else if (*text == '"' || *text == '\\')
            tcs_buffer_print(out, "\\%c", *text);
        else
            tcs_buffer_add(out, text, n);
        text += n > 0 ? n : 1;
    }
    tcs_buffer_print(out, "\"");
}

static void start_line(report_json *json) {
    if (json->depth > 0 && json->depth <= LINES_TO_DEPTH)
        tcs_buffer_print(json->out, "\n%*s", (int)(2 * json->depth), "");
}

static void start_value(report_json *json, const char *name) {
    if (json->needs_comma)
        tcs_buffer_print(json->out, json->depth > LINES_TO_DEPTH ? ", " : ",");
    start_line(json);
    if (name) {
        add_string(json->out, name);
        tcs_buffer_print(json->out, ": ");
    }
    json->needs_comma = true;
}

void report_json_open(report_json *json, const char *name, char bracket) {
    start_value(json, name);
    tcs_buffer_add(json->out, &bracket, 1);
    json->depth++;
    json->needs_comma = false;
}

void report_json_close(report_json *json, char bracket) {
    bool is_empty = !json->needs_comma, was_on_lines = json->depth <= LINES_TO_DEPTH;
    json->depth--;
    if (!is_empty && was_on_lines)
        tcs_buffer_print(json->out, "\n%*s", (int)(2 * json->depth), "");
    tcs_buffer_add(json->out, &bracket, 1);
    json->needs_comma = true;
}

void report_json_text(report_json *json, const char *name, const char *text) {
    start_value(json, name);
    add_string(json->out, text);
}

void report_json_number(report_json *json, const char *name, double value) {
    char text[32];
    start_value(json, name);
    tcs_number_text(value, text);
    tcs_buffer_print(json->out, "%s", isfinite(value) ? text : "null");
}

void report_json_count(report_json *json, const char *name, size_t value) {
    start_value(json, name);
    tcs_buffer_print(json->out, "%zu", value);
}

void report_json_bool(report_json *json, const char *name, bool value) {
    start_value(json, name);
    tcs_buffer_print(json->out, "%s", value ? "true" : "false");
}
