/* document.h: a report before it has a format: titles, fields, notes and tables of texts.
 *
 * Building never fails half-way: where memory runs out, additions do nothing, and document_has_failed tells at the end.
 * Every text is clean UTF-8 (utf8.h), on one line. Knows nothing of results.
 */
#ifndef TCS_REPORT_DOCUMENT_H
#define TCS_REPORT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "tcsweep/bytes.h"

typedef enum report_block_kind {
    REPORT_TITLE,
    REPORT_HEADING,
    REPORT_PARAGRAPH,
    REPORT_FIELD, /* a name and its value; fields that follow each other are one list */
    REPORT_ITEM,  /* of a list, likewise */
    REPORT_TABLE
} report_block_kind;

/* What a column holds, one character each. */
#define REPORT_COLUMN_LEFT 'l'
#define REPORT_COLUMN_RIGHT 'r'
#define REPORT_COLUMN_LABEL                                                                                                        \
    'c' /* long texts; at most one a table: where there is no room it moves to a line of its own, or is shortened */
#define REPORT_COLUMN_OPTIONAL 'o' /* right; left out where there is no room */
#define REPORT_MAX_COLUMNS 16

typedef struct report_block {
    report_block_kind kind;
    size_t name, text;   /* places of texts, for report_text; name: fields only */
    const char *columns; /* tables: one character a column; static storage */
    size_t first_cell, n_cells;
} report_block;

typedef struct report_document {
    tcs_buffer texts, blocks, cells;
} report_document; /* all zero is an empty one */

void report_document_free(report_document *document);
bool report_document_has_failed(const report_document *document);

void report_add(report_document *document, report_block_kind kind, const char *format, ...) TCS_PRINTF(3, 4);
void report_add_field(report_document *document, const char *name, const char *format, ...) TCS_PRINTF(3, 4);
/* Cells are added row after row, the header's first; an empty label continues the configuration of the row above. */
void report_add_table(report_document *document, const char *columns);
void report_add_cell(report_document *document, const char *format, ...) TCS_PRINTF(2, 3);

/* The text of a buffer that was filled for one of the functions above; a buffer whose memory ran out fails the document. */
const char *report_text_of(report_document *document, tcs_buffer *buffer);

size_t report_n_blocks(const report_document *document);
const report_block *report_block_at(const report_document *document, size_t index);
const char *report_text(const report_document *document, size_t place);
size_t report_n_columns(const report_block *table);
size_t report_n_rows(const report_block *table); /* the header included */
const char *report_cell(const report_document *document, const report_block *table, size_t row, size_t column);

#endif
