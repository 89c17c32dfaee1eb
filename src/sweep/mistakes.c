/* The list of mistakes. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "tcsweep/bytes.h"
#include "tcsweep/text.h"

#define LISTED_NAMES 24

bool out_of_memory(reading *r) {
    r->status = TCS_OUT_OF_MEMORY;
    return false;
}

bool is_right(const reading *r) {
    return r->status == TCS_OK && r->n_mistakes == 0;
}

/* FNV-1a: tells equal messages at one place apart from different ones. */
static uint64_t add_to_hash(uint64_t hash, const char *text) {
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

/* Takes over the text. */
static void add_entry(reading *r, const source *file, size_t line, size_t column, char *text) {
    if (!text) {
        out_of_memory(r);
        return;
    }
    uint64_t hash = add_to_hash(UINT64_C(14695981039346656037), text);
    for (size_t i = 0; i < r->n_mistakes; i++)
        if (r->mistakes[i].hash == hash) {
            free(text);
            return;
        }
    if (r->n_mistakes == MAX_MISTAKES) {
        r->n_mistakes_left_out++;
        free(text);
        return;
    }
    size_t order = r->n_mistakes++;
    r->mistakes[order] =
        (mistake_entry){.text = text, .source = file, .line = line, .column = column, .order = order, .hash = hash};
}

/* "file:line:column: path: " and the message. */
static char *make_text(const source *file, size_t line, size_t column, const char *path, const char *format, va_list arguments) {
    char *message = NULL, *text = NULL;
    if (vasprintf(&message, format, arguments) < 0)
        return NULL;
    char place[64] = "";
    if (line > 0)
        snprintf(place, sizeof place, ":%zu:%zu", line, column);
    if (asprintf(&text, "%s%s: %s%s%s", file->file, place, path, *path ? ": " : "", message) < 0)
        text = NULL;
    free(message);
    return text;
}

void mistake(reading *r, const node *at, const char *format, ...) {
    char path[NODE_PATH_BYTES];
    node_path(at, path);
    va_list arguments;
    va_start(arguments, format);
    char *text = make_text(at->source, at->line, at->column, path, format, arguments);
    va_end(arguments);
    add_entry(r, at->source, at->line, at->column, text);
}

void mistake_at(reading *r, const source *file, size_t line, size_t column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = make_text(file, line, column, "", format, arguments);
    va_end(arguments);
    add_entry(r, file, line, column, text);
}

/* Adds one line of another module's messages: where it begins with the file alone, or with nothing of it, it gets the place of `at`;
 * where it has a place of its own, it is told there. */
static void add_line(reading *r, const node *at, const char *message, size_t length) {
    const char *file = at->source->file;
    size_t n_file = strlen(file), line = 0, column = 0;
    int n_place = 0;
    bool names_file = length > n_file && strncmp(message, file, n_file) == 0 && message[n_file] == ':';
    if (names_file && sscanf(message + n_file, ":%zu:%zu: %n", &line, &column, &n_place) == 2 && n_place > 0) {
        add_entry(r, at->source, line, column, strndup(message, length));
        return;
    }
    if (names_file && length > n_file + 2) {
        message += n_file + 2;
        length -= n_file + 2;
    }
    char *text;
    if (asprintf(&text, "%s:%zu:%zu: %.*s", file, at->line, at->column, (int)length, message) < 0)
        text = NULL;
    add_entry(r, at->source, at->line, at->column, text);
}

void mistake_lines(reading *r, const node *at, const char *lines) {
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        add_line(r, at, lines, length);
        lines += length + (lines[length] == '\n');
    }
}

void mistake_expected(reading *r, const node *found, const char *expected) {
    char excerpt[TCS_EXCERPT_BYTES];
    if (found->kind != NODE_SCALAR)
        mistake(r, found, "found a %s; expected %s", found->kind == NODE_MAPPING ? "mapping" : "list", expected);
    else if (node_is_nothing(found))
        mistake(r, found, "found nothing; expected %s", expected);
    else {
        tcs_text_excerpt(found->text, strlen(found->text), excerpt);
        mistake(r, found, "found \"%s\"; expected %s", excerpt, expected);
    }
}

void mistake_unknown(reading *r, const node *at, const char *what, const char *name, const char *const *names, size_t n_names) {
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(name, strlen(name), excerpt);
    const char *nearest = tcs_text_nearest(name, names, n_names);
    tcs_buffer list = {0};
    for (size_t i = 0; i < n_names && i < LISTED_NAMES; i++)
        tcs_buffer_print(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    if (n_names > LISTED_NAMES)
        tcs_buffer_print(&list, ", and %zu more", n_names - LISTED_NAMES);
    if (n_names == 0)
        tcs_buffer_print(&list, "none");
    if (nearest)
        mistake(r, at, "%s \"%s\"; did you mean \"%s\"? Allowed: %s", what, excerpt, nearest, tcs_buffer_text(&list));
    else
        mistake(r, at, "%s \"%s\"; allowed: %s", what, excerpt, tcs_buffer_text(&list));
    tcs_buffer_clear(&list);
}

static int compare(const void *left, const void *right) {
    const mistake_entry *a = left, *b = right;
    if (a->source->order != b->source->order)
        return a->source->order < b->source->order ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

tcs_status report_mistakes(reading *r, tcs_error *error) {
    qsort(r->mistakes, r->n_mistakes, sizeof *r->mistakes, compare);
    for (size_t i = 0; i < r->n_mistakes; i++)
        tcs_error_add(error, TCS_BAD_SWEEP, "%s", r->mistakes[i].text);
    if (r->n_mistakes_left_out > 0)
        tcs_error_add(error, TCS_BAD_SWEEP, "… and %zu more mistakes", r->n_mistakes_left_out);
    if (r->memory.failed)
        out_of_memory(r);
    if (r->status == TCS_OUT_OF_MEMORY)
        return tcs_error_add(error, r->status, "out of memory while reading the sweep file");
    return r->status != TCS_OK ? r->status : r->n_mistakes > 0 ? TCS_BAD_SWEEP : TCS_OK;
}

void reading_end(reading *r) {
    for (size_t i = 0; i < r->n_mistakes; i++)
        free(r->mistakes[i].text);
    arena_clear(&r->memory);
}
