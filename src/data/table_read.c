/* Reading of tables from CSV: the rows, and what is wrong with them. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "table_build.h"
#include "table_header.h"

#define MAX_TABLE_BYTES ((size_t)2 << 30)
#define MAX_REPORTED 20

typedef struct row_reader {
    const char *name; /* of the file */
    csv_reader csv;
    table_columns columns;
    tcs_on_bad_row on_bad_row;
    table_builder builder;
    size_t n_read; /* rows of data, good or bad */
    size_t n_bad;
    tcs_buffer text; /* of a field of the current row; its memory is used again */
} row_reader;

typedef struct record {
    csv_field formula, tc; /* text NULL where the row is too short: then they stand at its end */
    csv_field surplus;     /* the first field beyond the header's that is not empty; text NULL where there is none */
    csv_field unclosed;    /* the field whose quote is never closed; text NULL where there is none */
    bool is_blank;
} record;

static void add_note(row_reader *r, const csv_field *at, bool was_kept, const char *format, ...) TCS_PRINTF(4, 5);
static void add_note(row_reader *r, const csv_field *at, bool was_kept, const char *format, ...) {
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    table_build_note(&r->builder, at->line, at->column, was_kept, text);
}

/* The field's text; valid until the next call. */
static const char *field_text(row_reader *r, const csv_field *field, size_t *length) {
    r->text.length = 0;
    csv_append_text(field, &r->text);
    const char *text = tcs_buffer_text(&r->text);
    *length = r->text.failed ? 0 : r->text.length;
    return text;
}

/* Splits the next record into what matters; false at the end of the file. */
static bool take_record(row_reader *r, record *out) {
    csv_field field;
    *out = (record){0};
    do {
        if (!csv_next(&r->csv, &field))
            return false;
        out->is_blank = field.column == 1 && field.is_last && field.length == 0 && !field.is_quoted;
        if (field.column == r->columns.formula)
            out->formula = field;
        if (field.column == r->columns.tc)
            out->tc = field;
        if (field.column > r->columns.n && field.length > 0 && !out->surplus.text)
            out->surplus = field;
        if (field.fault == CSV_QUOTE_NOT_CLOSED)
            out->unclosed = field;
    } while (!field.is_last);
    const csv_field absent = {.line = field.line, .column = field.column};
    if (!out->formula.text)
        out->formula = absent;
    if (!out->tc.text)
        out->tc = absent;
    return true;
}

/* Checks what any field must be; what it is for is in words, as in "Tc". */
static bool check_field(row_reader *r, const csv_field *field, const char *what) {
    if (!field->text)
        add_note(r, field, false, "the row ends before its %s", what);
    else if (field->fault == CSV_TEXT_AFTER_QUOTE)
        add_note(r, field, false, "there is text behind the closing quote of the %s", what);
    else
        return true;
    return false;
}

static bool is_missing(const char *text, size_t length) {
    return length == 0 || (length == 3 && strncasecmp(text, "nan", 3) == 0);
}

static bool read_tc(row_reader *r, const csv_field *field, double *tc_kelvin) {
    if (!check_field(r, field, "Tc"))
        return false;
    size_t length;
    const char *text = field_text(r, field, &length);
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(text, length, excerpt);
    if (is_missing(text, length))
        add_note(r, field, false, "Tc is missing%s%s", length > 0 ? ": " : "", excerpt);
    else if (!tcs_number_parse(text, length, tc_kelvin))
        add_note(r, field, false, "Tc is not a number: \"%s\"", excerpt);
    else if (!isfinite(*tc_kelvin))
        add_note(r, field, false, "Tc is too large: %s", excerpt);
    else if (*tc_kelvin < 0)
        add_note(r, field, false, "Tc is negative: %s", excerpt);
    else {
        *tc_kelvin = fabs(*tc_kelvin); /* no -0 */
        return true;
    }
    return false;
}

/* A comma too many may have cut a number in two ("31,2"): nothing in such a row can be trusted. */
static bool check_surplus(row_reader *r, const csv_field *surplus) {
    if (!surplus->text)
        return true;
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(surplus->text, surplus->length, excerpt);
    add_note(r, surplus, false, "the row has more fields than the header: \"%s\"", excerpt);
    return false;
}

static void append_composition(const tcs_composition *composition, tcs_buffer *out) {
    for (size_t i = 0; i < composition->n_elements; i++) {
        char amount[32];
        tcs_number_text(composition->amount[i], amount);
        tcs_buffer_print(out, "%s%s", tcs_element_symbol(composition->element[i]), amount);
    }
}

/* A formula that is none: its note, and whether it can be kept as what could be read of it. */
static bool repair_formula(row_reader *r, const csv_field *field, const char *text, size_t length, const char *reason,
                           bool may_keep, tcs_composition *out) {
    bool is_read = r->on_bad_row == TCS_BAD_ROW_LENIENT && tcs_formula_parse(text, length, true, out, NULL, NULL) == TCS_OK;
    if (!is_read || !may_keep) {
        add_note(r, field, false, "%s", reason);
        return is_read;
    }
    tcs_buffer composition = {0};
    append_composition(out, &composition);
    add_note(r, field, true, "%s; taken as %s", reason, tcs_buffer_text(&composition));
    tcs_buffer_clear(&composition);
    return true;
}

/* may_keep: the rest of the row is good. The formula's text is left in r->text. */
static bool read_formula(row_reader *r, const csv_field *field, bool may_keep, tcs_composition *out) {
    if (!check_field(r, field, "formula"))
        return false;
    size_t length;
    const char *text = field_text(r, field, &length);
    if (is_missing(text, length)) {
        add_note(r, field, false, "the formula is missing%s%s", length > 0 ? ": " : "", text);
        return false;
    }
    if (!tcs_text_is_printable(text, length)) {
        char excerpt[TCS_EXCERPT_BYTES];
        tcs_text_excerpt(text, length, excerpt);
        add_note(r, field, false, "the formula is not readable text: \"%s\"", excerpt);
        return false;
    }
    tcs_error reason = {0};
    bool is_good = tcs_formula_parse(text, length, false, out, NULL, &reason) == TCS_OK;
    if (!is_good)
        is_good = repair_formula(r, field, text, length, tcs_error_text(&reason), may_keep, out);
    tcs_error_clear(&reason);
    return is_good;
}

static void read_row(row_reader *r, const record *row) {
    double tc_kelvin;
    tcs_composition composition;
    size_t n_notes = r->builder.n_notes;
    bool is_good = read_tc(r, &row->tc, &tc_kelvin);
    is_good &= check_surplus(r, &row->surplus);
    is_good &= read_formula(r, &row->formula, is_good, &composition);
    r->n_read++;
    r->n_bad += r->builder.n_notes > n_notes;
    if (is_good)
        table_build_row(&r->builder, (const char *)r->text.bytes, r->text.length, tc_kelvin, composition.n_elements,
                        composition.element, composition.amount);
}

static tcs_status read_rows(row_reader *r, tcs_error *error) {
    record row;
    while (take_record(r, &row)) {
        if (row.unclosed.text) /* it has swallowed all rows behind it: no policy can make up for that */
            return tcs_error_add_at(error, TCS_BAD_DATA, r->name, row.unclosed.line, row.unclosed.column,
                                    "a quote is opened here and never closed");
        if (!row.is_blank)
            read_row(r, &row);
    }
    return TCS_OK;
}

/* The first notes in full, and the number of bad rows. */
static tcs_status report(const row_reader *r, tcs_error *error) {
    const tcs_row_note *notes = (const tcs_row_note *)(const void *)r->builder.notes.bytes;
    size_t n_shown = r->builder.n_notes < MAX_REPORTED ? r->builder.n_notes : MAX_REPORTED;
    for (size_t i = 0; i < n_shown; i++)
        tcs_error_add_at(error, TCS_BAD_DATA, r->name, notes[i].line, notes[i].column, "%s", notes[i].text);
    if (r->builder.n_notes > n_shown)
        tcs_error_add_at(error, TCS_BAD_DATA, r->name, 0, 0, "… and %zu more like these", r->builder.n_notes - n_shown);
    return tcs_error_add_at(error, TCS_BAD_DATA, r->name, 0, 0, "%zu of %zu rows %s bad", r->n_bad, r->n_read,
                            r->n_bad == 1 ? "is" : "are");
}

static tcs_status check_rows(const row_reader *r, tcs_error *error) {
    if (r->builder.notes.failed)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while reading %s", r->name);
    if (r->n_read == 0)
        return tcs_error_add_at(error, TCS_BAD_DATA, r->name, 0, 0, "there are no rows below the header");
    if (r->n_bad > 0 && (r->on_bad_row == TCS_BAD_ROW_ERROR || r->builder.n_rows == 0))
        return report(r, error);
    if (r->builder.n_rows > UINT32_MAX)
        return tcs_error_add_at(error, TCS_BAD_DATA, r->name, 0, 0, "there are more than %u rows", UINT32_MAX);
    return TCS_OK;
}

tcs_status tcs_table_parse(const char *text, size_t n_bytes, const char *name, const tcs_table_options *options, tcs_table *out,
                           tcs_error *error) {
    *out = (tcs_table){0};
    if (n_bytes > MAX_TABLE_BYTES)
        return tcs_error_add_at(error, TCS_BAD_DATA, name, 0, 0, "the table is larger than 2 GiB");
    if (n_bytes >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return tcs_error_add_at(error, TCS_BAD_DATA, name, 0, 0, "the file is UTF-16; save it as UTF-8");
    row_reader r = {.name = name, .csv = csv_start(text, n_bytes), .on_bad_row = options->on_bad_row};
    tcs_status status = table_read_header(&r.csv, name, options, &r.columns, error);
    if (status == TCS_OK)
        status = read_rows(&r, error);
    if (status == TCS_OK)
        status = check_rows(&r, error);
    if (status == TCS_OK && r.text.failed)
        status = tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while reading %s", name);
    if (status == TCS_OK)
        status = table_build_finish(&r.builder, out, error);
    table_build_clear(&r.builder);
    tcs_buffer_clear(&r.text);
    return status;
}

tcs_status tcs_table_read(const char *path, const tcs_table_options *options, tcs_table *out, tcs_error *error) {
    *out = (tcs_table){0};
    char *text;
    size_t n_bytes;
    tcs_status status = tcs_file_read(path, MAX_TABLE_BYTES, &text, &n_bytes, error);
    if (status == TCS_OK)
        status = tcs_table_parse(text, n_bytes, path, options, out, error);
    else if (status == TCS_SYSTEM_ERROR)
        status = TCS_BAD_DATA; /* to who runs a sweep a missing file is missing data */
    free(text);
    return status;
}
