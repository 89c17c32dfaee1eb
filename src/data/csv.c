/* The fields of a CSV text. */
#include "csv.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

csv_reader csv_start(const char *text, size_t n_bytes) {
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    size_t n_mark = sizeof byte_order_mark - 1;
    bool has_mark = n_bytes >= n_mark && memcmp(text, byte_order_mark, n_mark) == 0;
    return (csv_reader){.next = text + (has_mark ? n_mark : 0), .end = text + n_bytes, .line = 1, .column = 1};
}

/* Passes over LF, CRLF or CR. */
static void pass_line_end(csv_reader *r) {
    bool is_crlf = r->end - r->next >= 2 && r->next[0] == '\r' && r->next[1] == '\n';
    r->next += is_crlf ? 2 : 1;
    r->line++;
}

/* Passes over the text up to the comma or line end behind a field. */
static void pass_plain(csv_reader *r) {
    while (r->next < r->end && *r->next != ',' && *r->next != '\n' && *r->next != '\r')
        r->next++;
}

/* Reads a field whose opening quote is next. */
static void read_quoted(csv_reader *r, csv_field *field) {
    field->is_quoted = true;
    field->text = ++r->next;
    field->fault = CSV_QUOTE_NOT_CLOSED;
    while (r->next < r->end) {
        if (*r->next == '\n' || *r->next == '\r') {
            pass_line_end(r);
        } else if (*r->next != '"') {
            r->next++;
        } else if (r->next + 1 < r->end && r->next[1] == '"') {
            field->has_double_quotes = true;
            r->next += 2;
        } else {
            field->fault = CSV_NO_FAULT;
            break;
        }
    }
    field->length = (size_t)(r->next - field->text);
    if (field->fault != CSV_NO_FAULT)
        return;
    const char *behind = ++r->next;
    pass_plain(r);
    for (; behind < r->next; behind++)
        if (!is_blank(*behind))
            field->fault = CSV_TEXT_AFTER_QUOTE;
}

bool csv_next(csv_reader *r, csv_field *field) {
    if (r->next == r->end && !r->is_mid_record)
        return false;
    while (r->next < r->end && is_blank(*r->next))
        r->next++;
    *field = (csv_field){.line = r->line, .column = r->column};
    if (r->next < r->end && *r->next == '"') {
        read_quoted(r, field);
    } else {
        field->text = r->next;
        pass_plain(r);
        field->length = (size_t)(r->next - field->text);
    }
    for (; field->length > 0 && is_blank(field->text[0]); field->length--)
        field->text++;
    while (field->length > 0 && is_blank(field->text[field->length - 1]))
        field->length--;

    r->is_mid_record = r->next < r->end && *r->next == ',';
    field->is_last = !r->is_mid_record;
    r->column = r->is_mid_record ? r->column + 1 : 1;
    if (r->is_mid_record)
        r->next++;
    else if (r->next < r->end)
        pass_line_end(r);
    return true;
}

void csv_append_text(const csv_field *field, tcs_buffer *out) {
    const char *next = field->text, *end = next + field->length;
    while (field->has_double_quotes && next < end) {
        const char *quote = memchr(next, '"', (size_t)(end - next));
        if (!quote)
            break;
        tcs_buffer_add(out, next, (size_t)(quote + 1 - next));
        next = quote + 2 <= end ? quote + 2 : end;
    }
    tcs_buffer_add(out, next, (size_t)(end - next));
}
