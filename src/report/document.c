/* Three growing arrays: texts one after the other, blocks, and the places of the cells' texts. */
#include "document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

void report_document_free(report_document *document) {
    tcs_buffer_clear(&document->texts);
    tcs_buffer_clear(&document->blocks);
    tcs_buffer_clear(&document->cells);
}

bool report_document_has_failed(const report_document *document) {
    return document->texts.failed || document->blocks.failed || document->cells.failed;
}

/* Returns the text's place. */
static size_t add_text(report_document *document, const char *format, va_list arguments) {
    size_t place = document->texts.length;
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        document->texts.failed = true;
        return place;
    }
    report_add_clean(&document->texts, text);
    tcs_buffer_add(&document->texts, "", 1);
    free(text);
    return place;
}

void report_add(report_document *document, report_block_kind kind, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report_block block = {.kind = kind, .text = add_text(document, format, arguments)};
    va_end(arguments);
    tcs_buffer_add(&document->blocks, &block, sizeof block);
}

void report_add_field(report_document *document, const char *name, const char *format, ...) {
    report_block block = {.kind = REPORT_FIELD, .name = document->texts.length};
    tcs_buffer_add(&document->texts, name, strlen(name) + 1);
    va_list arguments;
    va_start(arguments, format);
    block.text = add_text(document, format, arguments);
    va_end(arguments);
    tcs_buffer_add(&document->blocks, &block, sizeof block);
}

void report_add_table(report_document *document, const char *columns) {
    report_block block = {.kind = REPORT_TABLE, .columns = columns, .first_cell = document->cells.length / sizeof(size_t)};
    tcs_buffer_add(&document->blocks, &block, sizeof block);
}

void report_add_cell(report_document *document, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t place = add_text(document, format, arguments);
    va_end(arguments);
    tcs_buffer_add(&document->cells, &place, sizeof place);
    if (!report_document_has_failed(document)) {
        report_block *blocks = (report_block *)(void *)document->blocks.bytes;
        blocks[report_n_blocks(document) - 1].n_cells++;
    }
}

const char *report_text_of(report_document *document, tcs_buffer *buffer) {
    const char *text = tcs_buffer_text(buffer);
    document->texts.failed = document->texts.failed || buffer->failed;
    return text;
}

size_t report_n_blocks(const report_document *document) {
    return document->blocks.length / sizeof(report_block);
}

const report_block *report_block_at(const report_document *document, size_t index) {
    return (const report_block *)(const void *)document->blocks.bytes + index;
}

const char *report_text(const report_document *document, size_t place) {
    return (const char *)document->texts.bytes + place;
}

size_t report_n_columns(const report_block *table) {
    return strlen(table->columns);
}

size_t report_n_rows(const report_block *table) {
    return table->n_cells / report_n_columns(table);
}

const char *report_cell(const report_document *document, const report_block *table, size_t row, size_t column) {
    const size_t *places = (const size_t *)(const void *)document->cells.bytes;
    return report_text(document, places[table->first_cell + row * report_n_columns(table) + column]);
}
