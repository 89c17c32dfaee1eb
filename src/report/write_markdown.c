/* Markdown with GitHub's tables. */
#include <ctype.h>
#include <string.h>

#include "writers.h"

static bool is_word_character(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Adds a text in which nothing is markup. An underscore inside a word never is, and is left readable. */
static void add_escaped(tcs_buffer *out, const char *text) {
    for (const char *c = text; *c; c++) {
        bool is_inside = c > text && is_word_character(c[-1]) && is_word_character(c[1]);
        if (strchr("\\`*|<>[]~&$", *c) || (*c == '_' && !is_inside))
            tcs_buffer_print(out, "\\");
        tcs_buffer_add(out, c, 1);
    }
}

static void add_row(const report_document *document, const report_block *table, size_t row, tcs_buffer *out) {
    tcs_buffer_print(out, "|");
    for (size_t column = 0; column < report_n_columns(table); column++) {
        tcs_buffer_print(out, " ");
        add_escaped(out, report_cell(document, table, row, column));
        tcs_buffer_print(out, " |");
    }
    tcs_buffer_print(out, "\n");
}

static void add_table(const report_document *document, const report_block *table, tcs_buffer *out) {
    add_row(document, table, 0, out);
    tcs_buffer_print(out, "|");
    for (size_t column = 0; column < report_n_columns(table); column++) {
        char kind = table->columns[column];
        tcs_buffer_print(out, "%s", kind == REPORT_COLUMN_RIGHT || kind == REPORT_COLUMN_OPTIONAL ? " ---: |" : " :--- |");
    }
    tcs_buffer_print(out, "\n");
    for (size_t row = 1; row < report_n_rows(table); row++)
        add_row(document, table, row, out);
}

static void add_block(const report_document *document, const report_block *block, tcs_buffer *out) {
    static const char *const openings[] = {
        [REPORT_TITLE] = "# ", [REPORT_HEADING] = "## ", [REPORT_PARAGRAPH] = "", [REPORT_FIELD] = "- ", [REPORT_ITEM] = "- "};
    if (block->kind == REPORT_TABLE) {
        add_table(document, block, out);
        return;
    }
    tcs_buffer_print(out, "%s", openings[block->kind]);
    if (block->kind == REPORT_FIELD)
        tcs_buffer_print(out, "**%s**: ", report_text(document, block->name));
    add_escaped(out, report_text(document, block->text));
    tcs_buffer_print(out, "\n");
}

void report_write_markdown(const report_document *document, tcs_buffer *out) {
    for (size_t i = 0; i < report_n_blocks(document); i++) {
        const report_block *block = report_block_at(document, i);
        bool is_list = block->kind == REPORT_FIELD || block->kind == REPORT_ITEM;
        if (i > 0 && !(is_list && report_block_at(document, i - 1)->kind == block->kind))
            tcs_buffer_print(out, "\n");
        add_block(document, block, out);
    }
}
