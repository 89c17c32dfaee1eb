/* LaTeX: a fragment with booktabs tables. The heading above a table is its caption too, so that a table can be cut out. */
#include <string.h>

#include "utf8.h"
#include "writers.h"

static const struct {
    const char *text, *latex;
} replacements[] = {
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"_", "\\_"},
    {"%", "\\%"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"--", "-{}"}, /* would become a dash; the second one is written next */
    {"*", "$^*$"},
    {"[", "{[}"}, /* at the start of a row it would belong to the line break before */
    {"]", "{]}"},
    {"±", "$\\pm$"},
    {"×", "$\\times$"},
    {"−", "$-$"},
    {"≈", "$\\approx$"},
    {"²", "$^2$"},
    {"–", "--"},
    {"…", "\\ldots{}"},
    {REPORT_REPLACEMENT, "?"},
};

static void add_escaped(tcs_buffer *out, const char *text) {
    while (*text) {
        size_t i = 0, n = report_character_bytes(text), n_replacements = sizeof replacements / sizeof *replacements;
        while (i < n_replacements && strncmp(text, replacements[i].text, strlen(replacements[i].text)) != 0)
            i++;
        if (i < n_replacements)
            tcs_buffer_print(out, "%s", replacements[i].latex);
        else
            tcs_buffer_add(out, text, n);
        text += n;
    }
}

static void add_command(tcs_buffer *out, const char *opening, const char *text, const char *closing) {
    tcs_buffer_print(out, "%s", opening);
    add_escaped(out, text);
    tcs_buffer_print(out, "%s", closing);
}

static void add_row(const report_document *document, const report_block *table, size_t row, tcs_buffer *out) {
    for (size_t column = 0; column < report_n_columns(table); column++)
        add_command(out, column > 0 ? " & " : "", report_cell(document, table, row, column), "");
    tcs_buffer_print(out, " \\\\\n");
}

static void add_table(const report_document *document, const report_block *table, const char *caption, tcs_buffer *out) {
    tcs_buffer_print(out, "\\begin{table}[htbp]\n\\centering\n\\small\n");
    add_command(out, "\\caption{", caption, "}\n\\begin{tabular}{");
    for (size_t column = 0; column < report_n_columns(table); column++) {
        char kind = table->columns[column];
        tcs_buffer_print(out, "%c", kind == REPORT_COLUMN_RIGHT || kind == REPORT_COLUMN_OPTIONAL ? 'r' : 'l');
    }
    tcs_buffer_print(out, "}\n\\toprule\n");
    for (size_t row = 0; row < report_n_rows(table); row++) {
        add_row(document, table, row, out);
        if (row == 0)
            tcs_buffer_print(out, "\\midrule\n");
    }
    tcs_buffer_print(out, "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
}

static void add_block(const report_document *document, const report_block *block, tcs_buffer *out) {
    const char *text = report_text(document, block->text);
    switch (block->kind) {
    case REPORT_TITLE:
        add_command(out, "\\section*{", text, "}\n");
        break;
    case REPORT_HEADING:
        add_command(out, "\\subsection*{", text, "}\n");
        break;
    case REPORT_FIELD:
        add_command(out, "\\item[", report_text(document, block->name), "] ");
        add_command(out, "", text, "\n");
        break;
    case REPORT_ITEM:
        add_command(out, "\\item ", text, "\n");
        break;
    case REPORT_PARAGRAPH:
        add_command(out, "", text, "\n");
        break;
    case REPORT_TABLE:
        break;
    }
}

static const char *environment_of(report_block_kind kind) {
    return kind == REPORT_FIELD ? "description" : kind == REPORT_ITEM ? "itemize" : NULL;
}

void report_write_latex(const report_document *document, tcs_buffer *out) {
    tcs_buffer_print(out, "%% A fragment for \\input: needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}.\n");
    const char *environment = NULL, *caption = "";
    for (size_t i = 0; i < report_n_blocks(document); i++) {
        const report_block *block = report_block_at(document, i);
        const char *wanted = environment_of(block->kind);
        if (environment && wanted != environment)
            tcs_buffer_print(out, "\\end{%s}\n", environment);
        if (!wanted || wanted != environment)
            tcs_buffer_print(out, "\n");
        if (wanted && wanted != environment)
            tcs_buffer_print(out, "\\begin{%s}\n", wanted);
        environment = wanted;
        if (block->kind == REPORT_HEADING)
            caption = report_text(document, block->text);
        if (block->kind == REPORT_TABLE)
            add_table(document, block, caption, out);
        else
            add_block(document, block, out);
    }
    if (environment)
        tcs_buffer_print(out, "\\end{%s}\n", environment);
}
