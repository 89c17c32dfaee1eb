#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "tcsweep/text.h"

#define MAX_ANCHORS 100
#define MAX_SCALAR_BYTES 4096

typedef struct anchor {
    const char *name;
    const node *value;
    size_t height;
} anchor;

typedef struct loader {
    reading *r;
    const source *source;
    const char *text;
    yaml_parser_t parser;
    size_t n_anchors;
    anchor anchors[MAX_ANCHORS];
    bool has_stopped; /* what follows cannot be read */
} loader;

static node *load_node(loader *l, const yaml_event_t *event, size_t depth);

static void *stop(loader *l, const yaml_mark_t *mark, const char *message) {
    mistake_at(l->r, l->source, mark->line + 1, mark->column + 1, "%s", message);
    l->has_stopped = true;
    return NULL;
}

/* Whether a line (from 0) is indented by a tab: the most common reason for text that is no YAML. */
static bool is_indented_by_tab(const char *text, size_t line) {
    for (; line > 0 && text; line--)
        text = (text = strchr(text, '\n')) ? text + 1 : NULL;
    return text && text[strspn(text, " ")] == '\t';
}

static void note_syntax(loader *l) {
    const yaml_parser_t *parser = &l->parser;
    l->has_stopped = true;
    if (parser->error == YAML_MEMORY_ERROR) {
        out_of_memory(l->r);
        return;
    }
    const char *problem = parser->problem ? parser->problem : "unreadable";
    size_t line = parser->problem_mark.line, column = parser->problem_mark.column;
    if (parser->error == YAML_READER_ERROR) {
        line = column = 0;
        for (size_t i = 0; i < parser->problem_offset; i++) {
            column = l->text[i] == '\n' ? 0 : column + ((l->text[i] & 0xc0) != 0x80);
            line += l->text[i] == '\n';
        }
    }
    const char *hint = is_indented_by_tab(l->text, line) ? "; YAML is indented by spaces, never by tabs" : "";
    if (parser->context && strncmp(parser->context, "while parsing", 13) == 0)
        mistake_at(l->r, l->source, line + 1, column + 1, "this is not YAML: %s, %s that starts on line %zu%s", problem,
                   parser->context, parser->context_mark.line + 1, hint);
    else
        mistake_at(l->r, l->source, line + 1, column + 1, "this is not YAML: %s%s", problem, hint);
}

/* The next event; false at an error, which is noted. */
static bool next(loader *l, yaml_event_t *event) {
    if (l->has_stopped || l->r->status != TCS_OK)
        return false;
    if (yaml_parser_parse(&l->parser, event))
        return true;
    note_syntax(l);
    return false;
}

static node *create(loader *l, node_kind kind, const yaml_mark_t *mark) {
    if (l->r->n_nodes_left == 0)
        return stop(l, mark, "the files are too large: together they have more than 250,000 values, aliases written out");
    l->r->n_nodes_left--;
    node place = {.source = l->source, .line = mark->line + 1, .column = mark->column + 1};
    node *created = node_create(&l->r->memory, kind, &place);
    if (!created)
        out_of_memory(l->r);
    return created;
}

/* Whether a zero-ended text has neither control characters, nor other line breaks, nor byte-order marks: it can be written on one line. */
static bool is_writable(const char *text, size_t n_bytes) {
    static const char *const others[] = {"\u2028", "\u2029", "\uFEFF", "\xef\xbf\xbe", "\xef\xbf\xbf"};
    bool result = tcs_text_is_printable(text, n_bytes);
    for (size_t i = 0; i < sizeof others / sizeof *others && result; i++)
        result = !strstr(text, others[i]);
    return result;
}

static node *load_scalar(loader *l, const yaml_event_t *event) {
    node *scalar = create(l, NODE_SCALAR, &event->start_mark);
    if (!scalar)
        return NULL;
    const char *text = (const char *)event->data.scalar.value;
    size_t n_bytes = event->data.scalar.length;
    scalar->text = "?";
    scalar->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (n_bytes > MAX_SCALAR_BYTES)
        mistake(l->r, scalar, "this text is too long: %zu bytes; at most %d are allowed", n_bytes, MAX_SCALAR_BYTES);
    else if (!is_writable(text, n_bytes))
        mistake(l->r, scalar, "line breaks and control characters are not allowed in values");
    else if (!(scalar->text = arena_copy_text(&l->r->memory, text, n_bytes)))
        out_of_memory(l->r);
    return l->r->status == TCS_OK ? scalar : NULL;
}

static node *load_sequence(loader *l, const yaml_event_t *start, size_t depth) {
    node *sequence = create(l, NODE_SEQUENCE, &start->start_mark);
    yaml_event_t event;
    while (sequence && next(l, &event)) {
        bool is_end = event.type == YAML_SEQUENCE_END_EVENT;
        node *item = is_end ? NULL : load_node(l, &event, depth + 1);
        yaml_event_delete(&event);
        if (is_end)
            return sequence;
        if (item && !node_append(sequence, item))
            out_of_memory(l->r);
    }
    return NULL;
}

/* The value that follows a key, which is dropped where the key is none. */
static void load_value(loader *l, node *mapping, node *key, size_t depth) {
    yaml_event_t event;
    if (!next(l, &event))
        return;
    node *value = load_node(l, &event, depth + 1);
    yaml_event_delete(&event);
    if (!value || !key)
        return;
    if (key->kind != NODE_SCALAR || node_is_nothing(key))
        mistake(l->r, key, "a key must be a word");
    else if (!node_add(mapping, key, value))
        out_of_memory(l->r);
}

static int compare_keys(const void *left, const void *right) {
    const node *a = *(node *const *)left, *b = *(node *const *)right;
    int order = strcmp(a->text, b->text);
    if (order != 0)
        return order;
    return a->line != b->line ? (a->line < b->line ? -1 : 1) : (a->column > b->column) - (a->column < b->column);
}

static void check_keys(loader *l, const node *mapping) {
    if (mapping->n < 2)
        return;
    node **sorted = malloc(mapping->n * sizeof *sorted);
    if (!sorted) {
        out_of_memory(l->r);
        return;
    }
    memcpy(sorted, mapping->keys, mapping->n * sizeof *sorted);
    qsort(sorted, mapping->n, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < mapping->n; i++)
        if (strcmp(sorted[i]->text, sorted[i - 1]->text) == 0) {
            char excerpt[TCS_EXCERPT_BYTES];
            tcs_text_excerpt(sorted[i]->text, strlen(sorted[i]->text), excerpt);
            mistake(l->r, sorted[i], "the key \"%s\" stands here twice: on line %zu already", excerpt, sorted[i - 1]->line);
        }
    free(sorted);
}

static node *load_mapping(loader *l, const yaml_event_t *start, size_t depth) {
    node *mapping = create(l, NODE_MAPPING, &start->start_mark);
    yaml_event_t event;
    while (mapping && next(l, &event)) {
        bool is_end = event.type == YAML_MAPPING_END_EVENT;
        node *key = is_end ? NULL : load_node(l, &event, depth + 1);
        yaml_event_delete(&event);
        if (is_end) {
            check_keys(l, mapping);
            return mapping;
        }
        load_value(l, mapping, key, depth);
    }
    return NULL;
}

static size_t height_of(const node *n) {
    size_t highest = 0;
    for (size_t i = 0; i < n->n; i++) {
        size_t height = height_of(n->items[i]);
        highest = height > highest ? height : highest;
    }
    return 1 + highest;
}

static void remember_anchor(loader *l, const char *name, const node *value, const yaml_mark_t *mark) {
    const char *copy = arena_copy_text(&l->r->memory, name, strlen(name));
    if (!copy)
        out_of_memory(l->r);
    else if (l->n_anchors == MAX_ANCHORS)
        stop(l, mark, "more than 100 anchors");
    else
        l->anchors[l->n_anchors++] = (anchor){copy, value, height_of(value)};
}

static node *load_alias(loader *l, const yaml_event_t *event, size_t depth) {
    const char *name = (const char *)event->data.alias.anchor;
    for (size_t i = l->n_anchors; i > 0; i--) {
        const anchor *found = &l->anchors[i - 1];
        if (strcmp(found->name, name) != 0)
            continue;
        if (depth + found->height > MAX_DEPTH)
            return stop(l, &event->start_mark, "more than 64 levels inside each other, aliases written out");
        node *copy = node_copy(&l->r->memory, found->value, &l->r->n_nodes_left);
        if (!copy && l->r->n_nodes_left > 0)
            out_of_memory(l->r);
        else if (!copy)
            stop(l, &event->start_mark,
                 "the files are too large: together they have more than 250,000 values, aliases written out");
        return copy;
    }
    char message[96];
    snprintf(message, sizeof message, "no anchor \"&%.40s\" stands before this alias", name);
    return stop(l, &event->start_mark, message);
}

static node *load_node(loader *l, const yaml_event_t *event, size_t depth) {
    const yaml_char_t *name = NULL, *tag = NULL;
    node *loaded = NULL;
    if (depth > MAX_DEPTH)
        return stop(l, &event->start_mark, "more than 64 levels inside each other");
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return load_alias(l, event, depth);
    case YAML_SCALAR_EVENT:
        name = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        loaded = load_scalar(l, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        name = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        loaded = load_sequence(l, event, depth);
        break;
    case YAML_MAPPING_START_EVENT:
        name = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        loaded = load_mapping(l, event, depth);
        break;
    default:
        return stop(l, &event->start_mark, "this is not YAML");
    }
    if (tag)
        mistake_at(l->r, l->source, event->start_mark.line + 1, event->start_mark.column + 1, "tags (!…) are not used here");
    if (loaded && name)
        remember_anchor(l, (const char *)name, loaded, &event->start_mark);
    return loaded;
}

/* What stands between the start of the text and the end of its only document. */
static node *load_document(loader *l) {
    node *root = NULL;
    yaml_event_t event;
    for (size_t n_documents = 0; next(l, &event);) {
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT && ++n_documents > 1)
            stop(l, &event.start_mark, "a second document starts here; a file holds one");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT && type != YAML_DOCUMENT_START_EVENT &&
                 type != YAML_DOCUMENT_END_EVENT)
            root = load_node(l, &event, 1);
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT) {
            if (n_documents == 0)
                mistake_at(l->r, l->source, 0, 0, "the file is empty");
            return root;
        }
    }
    return NULL;
}

node *load_text(reading *r, const char *file, const char *text, size_t n_bytes) {
    source *named = arena_take(&r->memory, 1, sizeof *named);
    loader *l = calloc(1, sizeof *l);
    node *root = NULL;
    const char *file_copy = arena_copy_text(&r->memory, file, strlen(file));
    if (!named || !l || !file_copy || !yaml_parser_initialize(&l->parser)) {
        free(l);
        out_of_memory(r);
        return NULL;
    }
    if (n_bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte-order mark, which libyaml would count as a column */
        text += 3;
        n_bytes -= 3;
    }
    *named = (source){file_copy, r->n_sources++};
    l->r = r;
    l->source = named;
    l->text = text;
    yaml_parser_set_input_string(&l->parser, (const unsigned char *)text, n_bytes);
    yaml_parser_set_encoding(&l->parser, YAML_UTF8_ENCODING);
    root = load_document(l);
    yaml_parser_delete(&l->parser);
    free(l);
    return root;
}
