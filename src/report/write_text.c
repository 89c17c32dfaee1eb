/* Plain text, no line wider than REPORT_TEXT_WIDTH. */
#include <string.h>

#include "utf8.h"
#include "writers.h"

#define FIELD_INDENT 18
#define GAP 2         /* between columns */
#define FOLD_INDENT 2 /* of the rows under a label that has a line of its own */
#define LEAST_LABEL 24

static void add_spaces(tcs_buffer *out, size_t n) {
    tcs_buffer_print(out, "%*s", (int)n, "");
}

static void end_line(tcs_buffer *out) {
    while (!out->failed && out->length > 0 && out->bytes[out->length - 1] == ' ')
        out->length--;
    tcs_buffer_print(out, "\n");
}

static void add_rule(tcs_buffer *out, char character, size_t width) {
    for (size_t i = 0; i < width; i++)
        tcs_buffer_add(out, &character, 1);
    tcs_buffer_print(out, "\n");
}

/* Words on lines; the first line starts in column `at`, the others are indented. A word wider than a line is cut. */
static void add_wrapped(tcs_buffer *out, const char *text, size_t at, size_t indent) {
    size_t column = at;
    while (*text) {
        size_t n_bytes = strcspn(text, " "), space = column > indent;
        const char *end = text + n_bytes;
        size_t width = 0;
        for (const char *c = text; c < end; c += report_prefix_bytes(c, 1))
            width++;
        if (space && column + 1 + width > REPORT_TEXT_WIDTH) {
            end_line(out);
            add_spaces(out, indent);
            column = indent, space = 0;
        }
        if (space) {
            tcs_buffer_print(out, " ");
            column++;
        }
        if (column + width > REPORT_TEXT_WIDTH) {
            width = REPORT_TEXT_WIDTH - column;
            end = text + report_prefix_bytes(text, width);
        }
        tcs_buffer_add(out, text, (size_t)(end - text));
        column += width;
        text = end;
        if (*text == ' ')
            text++;
        else if (*text) { /* the rest of a cut word */
            end_line(out);
            add_spaces(out, indent);
            column = indent;
        }
    }
    end_line(out);
}

static void add_underlined(tcs_buffer *out, const char *text, char rule) {
    size_t width = report_width(text);
    report_add_shortened(out, text, REPORT_TEXT_WIDTH);
    tcs_buffer_print(out, "\n");
    add_rule(out, rule, width < REPORT_TEXT_WIDTH ? width : REPORT_TEXT_WIDTH);
}

/* ---- tables --------------------------------------------------------------------------------------------------------------- */

typedef enum layout_kind {
    LAYOUT_ROWS,
    LAYOUT_FOLDED, /* the label, which comes first, has a line of its own above its row */
    LAYOUT_RECORDS /* a line for each cell: for what does not fit otherwise */
} layout_kind;

typedef struct layout {
    layout_kind kind;
    size_t width[REPORT_MAX_COLUMNS];
    bool is_left_out[REPORT_MAX_COLUMNS];
    size_t total; /* width of the whole table */
} layout;

static bool is_label(const report_block *table, size_t column) {
    return table->columns[column] == REPORT_COLUMN_LABEL;
}

static bool is_in_row(const report_block *table, const layout *plan, size_t column) {
    return !plan->is_left_out[column] && !(plan->kind == LAYOUT_FOLDED && is_label(table, column));
}

/* Width of the rows, the label's column not counted where it is not in them. */
static size_t rows_width(const report_block *table, const layout *plan) {
    size_t total = plan->kind == LAYOUT_FOLDED ? FOLD_INDENT : 0, n = 0;
    for (size_t column = 0; column < report_n_columns(table); column++)
        if (is_in_row(table, plan, column))
            total += plan->width[column] + (n++ > 0 ? GAP : 0);
    return total;
}

/* Whether the table fits with the columns that are in; sets the kind, and narrows the label where it must. */
static bool try_to_fit(const report_block *table, layout *plan) {
    plan->kind = LAYOUT_ROWS;
    plan->total = rows_width(table, plan);
    if (plan->total <= REPORT_TEXT_WIDTH)
        return true;
    if (is_label(table, 0)) {
        plan->kind = LAYOUT_FOLDED;
        plan->total = rows_width(table, plan);
        return plan->total <= REPORT_TEXT_WIDTH;
    }
    size_t excess = plan->total - REPORT_TEXT_WIDTH;
    for (size_t column = 0; column < report_n_columns(table); column++) {
        if (!is_label(table, column) || plan->width[column] < excess + LEAST_LABEL)
            continue;
        plan->width[column] -= excess;
        plan->total = REPORT_TEXT_WIDTH;
        return true;
    }
    return false;
}

static layout plan_layout(const report_document *document, const report_block *table) {
    layout plan = {.kind = LAYOUT_ROWS};
    size_t n_columns = report_n_columns(table);
    for (size_t row = 0; row < report_n_rows(table); row++)
        for (size_t column = 0; column < n_columns; column++) {
            size_t width = report_width(report_cell(document, table, row, column));
            plan.width[column] = width > plan.width[column] ? width : plan.width[column];
        }
    bool fits = try_to_fit(table, &plan);
    for (size_t column = n_columns; column-- > 0 && !fits;) {
        if (table->columns[column] != REPORT_COLUMN_OPTIONAL)
            continue;
        plan.is_left_out[column] = true;
        fits = try_to_fit(table, &plan);
    }
    if (!fits)
        plan.kind = LAYOUT_RECORDS;
    return plan;
}

static void add_row(const report_document *document, const report_block *table, const layout *plan, size_t row, tcs_buffer *out) {
    size_t n_added = 0;
    if (plan->kind == LAYOUT_FOLDED) {
        const char *label = report_cell(document, table, row, 0);
        report_add_shortened(out, label, REPORT_TEXT_WIDTH);
        if (*label)
            end_line(out);
        add_spaces(out, FOLD_INDENT);
    }
    for (size_t column = 0; column < report_n_columns(table); column++) {
        if (!is_in_row(table, plan, column))
            continue;
        const char *text = report_cell(document, table, row, column);
        size_t width = report_width(text), padding = width < plan->width[column] ? plan->width[column] - width : 0;
        bool is_left = is_label(table, column) || table->columns[column] == REPORT_COLUMN_LEFT;
        add_spaces(out, (n_added++ > 0 ? GAP : 0) + (is_left ? 0 : padding));
        report_add_shortened(out, text, plan->width[column]);
        add_spaces(out, is_left ? padding : 0);
    }
    end_line(out);
}

static void add_records(const report_document *document, const report_block *table, tcs_buffer *out) {
    for (size_t row = 1; row < report_n_rows(table); row++)
        for (size_t column = 0; column < report_n_columns(table); column++) {
            const char *text = report_cell(document, table, row, column);
            if (!*text)
                continue;
            if (column > 0)
                add_spaces(out, FOLD_INDENT);
            size_t indent = column > 0 ? FOLD_INDENT : 0;
            const char *header = report_cell(document, table, 0, column);
            tcs_buffer_print(out, "%s:", header);
            add_wrapped(out, text, indent + report_width(header) + 1, indent);
        }
}

static void add_table(const report_document *document, const report_block *table, tcs_buffer *out) {
    layout plan = plan_layout(document, table);
    if (plan.kind == LAYOUT_RECORDS) {
        add_records(document, table, out);
        return;
    }
    add_row(document, table, &plan, 0, out);
    add_rule(out, '-', plan.total);
    for (size_t row = 1; row < report_n_rows(table); row++)
        add_row(document, table, &plan, row, out);
    for (size_t column = 0; column < report_n_columns(table); column++)
        if (plan.is_left_out[column])
            tcs_buffer_print(out, "(no room for the column %s: it is in the other formats)\n",
                             report_cell(document, table, 0, column));
}

/* ---- blocks --------------------------------------------------------------------------------------------------------------- */

static void add_block(const report_document *document, const report_block *block, tcs_buffer *out) {
    const char *text = block->kind == REPORT_TABLE ? "" : report_text(document, block->text);
    switch (block->kind) {
    case REPORT_TITLE:
        add_underlined(out, text, '=');
        break;
    case REPORT_HEADING:
        add_underlined(out, text, '-');
        break;
    case REPORT_PARAGRAPH:
        add_wrapped(out, text, 0, 0);
        break;
    case REPORT_FIELD: {
        const char *name = report_text(document, block->name);
        size_t width = report_width(name);
        tcs_buffer_print(out, "%s", name);
        add_spaces(out, width < FIELD_INDENT ? FIELD_INDENT - width : 1);
        add_wrapped(out, text, width < FIELD_INDENT ? FIELD_INDENT : width + 1, FIELD_INDENT);
        break;
    }
    case REPORT_ITEM:
        tcs_buffer_print(out, "  - ");
        add_wrapped(out, text, 4, 4);
        break;
    case REPORT_TABLE:
        add_table(document, block, out);
        break;
    }
}

void report_write_text(const report_document *document, tcs_buffer *out) {
    for (size_t i = 0; i < report_n_blocks(document); i++) {
        const report_block *block = report_block_at(document, i);
        bool is_list = block->kind == REPORT_FIELD || block->kind == REPORT_ITEM;
        report_block_kind before = i > 0 ? report_block_at(document, i - 1)->kind : REPORT_HEADING;
        bool is_joined = (is_list && before == block->kind) || (block->kind == REPORT_ITEM && before == REPORT_PARAGRAPH) ||
                         before == REPORT_HEADING;
        if (i > 0 && !is_joined)
            tcs_buffer_print(out, "\n");
        if (block->kind == REPORT_HEADING)
            tcs_buffer_print(out, "\n");
        add_block(document, block, out);
    }
}
