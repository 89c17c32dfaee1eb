#include "write.h"

#include <string.h>

static void write_node(const node *n, size_t indent, tcs_buffer *out);

/* Whether a text reads back as itself without quotes, in a list on one line, too. */
static bool is_plain(const char *text) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+%/-";
    static const char first[] = "-%"; /* a list's item, or a directive */
    size_t length = strlen(text);
    return strspn(text, letters) == length &&
           (length == 0 || !strchr(first, text[0]) || (text[0] == '-' && length > 1 && text[1] != '-'));
}

static void write_scalar(const node *n, tcs_buffer *out) {
    if (!n->is_quoted && is_plain(n->text)) {
        tcs_buffer_print(out, "%s", n->text);
        return;
    }
    tcs_buffer_print(out, "\"");
    for (const char *c = n->text; *c; c++)
        tcs_buffer_print(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    tcs_buffer_print(out, "\"");
}

static bool is_flat(const node *n) {
    for (size_t i = 0; i < n->n; i++)
        if (n->items[i]->kind != NODE_SCALAR)
            return false;
    return true;
}

/* On one line, in brackets or braces. */
static void write_flow(const node *n, tcs_buffer *out) {
    bool is_mapping = n->kind == NODE_MAPPING;
    tcs_buffer_print(out, is_mapping ? "{" : "[");
    for (size_t i = 0; i < n->n; i++) {
        tcs_buffer_print(out, "%s", i > 0 ? ", " : "");
        if (is_mapping) {
            write_scalar(n->keys[i], out);
            tcs_buffer_print(out, ": ");
        }
        if (n->items[i]->kind == NODE_SCALAR)
            write_scalar(n->items[i], out);
        else
            write_flow(n->items[i], out);
    }
    tcs_buffer_print(out, is_mapping ? "}" : "]");
}

static void write_indent(size_t indent, tcs_buffer *out) {
    tcs_buffer_print(out, "%*s", (int)(2 * indent), "");
}

/* After "key:" or "-": on the same line where it is short in kind, otherwise on the next lines. */
static void write_value(const node *n, size_t indent, tcs_buffer *out) {
    bool is_short = n->kind == NODE_SCALAR || n->n == 0 || (n->kind == NODE_SEQUENCE && is_flat(n));
    if (n->kind == NODE_SCALAR) {
        tcs_buffer_print(out, n->text[0] || n->is_quoted ? " " : "");
        write_scalar(n, out);
    } else if (is_short) {
        tcs_buffer_print(out, " ");
        write_flow(n, out);
    }
    tcs_buffer_print(out, "\n");
    if (!is_short)
        write_node(n, indent, out);
}

/* Whether a mapping is simple enough for one line: its values are scalars, or lists or mappings of scalars. */
static bool fits_line(const node *n) {
    for (size_t i = 0; i < n->n; i++)
        if (!is_flat(n->items[i]))
            return false;
    return n->kind == NODE_MAPPING;
}

static void write_item(const node *n, size_t indent, tcs_buffer *out) {
    write_indent(indent, out);
    tcs_buffer_print(out, "-");
    if (!fits_line(n)) {
        write_value(n, indent + 1, out);
        return;
    }
    tcs_buffer_print(out, " ");
    write_flow(n, out);
    tcs_buffer_print(out, "\n");
}

static void write_node(const node *n, size_t indent, tcs_buffer *out) {
    for (size_t i = 0; i < n->n; i++) {
        if (n->kind == NODE_SEQUENCE) {
            write_item(n->items[i], indent, out);
            continue;
        }
        write_indent(indent, out);
        write_scalar(n->keys[i], out);
        tcs_buffer_print(out, ":");
        write_value(n->items[i], indent + 1, out);
    }
}

void write_yaml(const node *root, tcs_buffer *out) {
    write_node(root, 0, out);
}
