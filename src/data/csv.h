/* csv.h: the fields of a CSV text, one after the other. Private to this room.
 *
 * Fields are separated by commas, records by LF, CRLF or CR. A quoted field may hold all of these, and quotes as "". Spaces and
 * tabs around a field do not belong to it, inside quotes neither. Knows nothing of columns' names or meaning.
 */
#ifndef TCS_DATA_CSV_H
#define TCS_DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"

typedef struct csv_reader {
    const char *next, *end;
    size_t line;        /* from 1 */
    size_t column;      /* of the field to come, from 1 */
    bool is_mid_record; /* a comma was read: a field follows, even at the end of the text */
} csv_reader;

typedef enum csv_fault {
    CSV_NO_FAULT,
    CSV_TEXT_AFTER_QUOTE, /* "Nb"3, 9.2 */
    CSV_QUOTE_NOT_CLOSED  /* to the end of the whole text */
} csv_fault;

typedef struct csv_field {
    const char *text; /* inside the reader's text, not zero-ended */
    size_t length;
    size_t line, column;
    bool has_double_quotes; /* of the text, "" stands for one quote */
    bool is_quoted;
    bool is_last; /* of its record */
    csv_fault fault;
} csv_field;

/* A byte-order mark is passed over. */
csv_reader csv_start(const char *text, size_t n_bytes);
/* False at the end of the text. */
bool csv_next(csv_reader *reader, csv_field *field);
/* The field's text with double quotes made single, appended to the buffer. */
void csv_append_text(const csv_field *field, tcs_buffer *out);

#endif
