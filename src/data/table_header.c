/* The header line. */
#include "table_header.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LISTED 20
#define MAX_COLUMNS 100000 /* far beyond any table; what has more is something else */

typedef struct header {
    const char *file;
    size_t line;
    size_t n_names;
    char **names; /* as messages show them too */
} header;

static void free_header(header *h) {
    for (size_t i = 0; i < h->n_names; i++)
        free(h->names[i]);
    free(h->names);
}

/* Takes `name` over. */
static bool add_name(header *h, char *name) {
    char **names = name ? realloc(h->names, (h->n_names + 1) * sizeof *names) : NULL;
    if (!names) {
        free(name);
        return false;
    }
    h->names = names;
    h->names[h->n_names++] = name;
    return true;
}

static tcs_status read_names(csv_reader *reader, header *h, tcs_error *error) {
    csv_field field;
    bool is_blank = true;
    while (is_blank && csv_next(reader, &field))
        is_blank = field.is_last && field.length == 0 && !field.is_quoted;
    if (is_blank)
        return tcs_error_add_at(error, TCS_BAD_DATA, h->file, 0, 0, "the file is empty");
    h->line = field.line;
    for (;;) {
        if (field.fault != CSV_NO_FAULT)
            return tcs_error_add_at(error, TCS_BAD_DATA, h->file, field.line, field.column,
                                    "the header line has a quote that is %s",
                                    field.fault == CSV_QUOTE_NOT_CLOSED ? "never closed" : "closed before the end of its field");
        tcs_buffer text = {0};
        csv_append_text(&field, &text);
        if (!add_name(h, tcs_buffer_take_text(&text)))
            return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while reading %s", h->file);
        if (field.is_last || !csv_next(reader, &field))
            return TCS_OK;
        if (h->n_names == MAX_COLUMNS)
            return tcs_error_add_at(error, TCS_BAD_DATA, h->file, h->line, 0, "there are more than %d columns", MAX_COLUMNS);
    }
}

static tcs_status no_such_column(const header *h, const char *wanted, tcs_error *error) {
    tcs_buffer list = {0};
    char excerpt[TCS_EXCERPT_BYTES];
    for (size_t i = 0; i < h->n_names && i < MAX_LISTED; i++) {
        tcs_text_excerpt(h->names[i], strlen(h->names[i]), excerpt);
        tcs_buffer_print(&list, "%s\"%s\"", i > 0 ? ", " : "", excerpt);
    }
    if (h->n_names > MAX_LISTED)
        tcs_buffer_print(&list, " and %zu more", h->n_names - MAX_LISTED);
    const char *nearest = tcs_text_nearest(wanted, (const char *const *)h->names, h->n_names);
    if (nearest) {
        tcs_text_excerpt(nearest, strlen(nearest), excerpt);
        tcs_buffer_print(&list, "; did you mean \"%s\"?", excerpt);
    } else if (h->n_names == 1 && strpbrk(h->names[0], ";\t|")) {
        tcs_buffer_print(&list, "; fields must be separated by commas");
    }
    tcs_error_add_at(error, TCS_BAD_DATA, h->file, h->line, 0, "there is no column \"%s\"; the columns are %s", wanted,
                     tcs_buffer_text(&list));
    tcs_buffer_clear(&list);
    return TCS_BAD_DATA;
}

/* The number of a column, from 1; 0, with a message, where it is not there or there twice. */
static size_t find_column(const header *h, const char *wanted, tcs_error *error) {
    size_t found = 0;
    for (size_t i = 0; i < h->n_names; i++) {
        if (strcmp(h->names[i], wanted) != 0)
            continue;
        if (found > 0) {
            tcs_error_add_at(error, TCS_BAD_DATA, h->file, h->line, i + 1, "the column \"%s\" is there twice", wanted);
            return 0;
        }
        found = i + 1;
    }
    if (found == 0)
        no_such_column(h, wanted, error);
    return found;
}

tcs_status table_read_header(csv_reader *reader, const char *name, const tcs_table_options *options, table_columns *out,
                             tcs_error *error) {
    header h = {.file = name};
    tcs_status status = read_names(reader, &h, error);
    if (status == TCS_OK) {
        out->n = h.n_names;
        out->formula = find_column(&h, options->formula_column, error);
        out->tc = find_column(&h, options->tc_column, error);
        if (out->formula == 0 || out->tc == 0)
            status = TCS_BAD_DATA;
    }
    free_header(&h);
    return status;
}
