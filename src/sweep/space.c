#include "space.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapping.h"
#include "scalar.h"
#include "tcsweep/bytes.h"
#include "tcsweep/sweep.h"
#include "tcsweep/text.h"

#define MAX_PATH_LENGTH 200
#define ARCHITECTURE "architecture"

/* ---- one axis --------------------------------------------------------------------------------------------------------- */

static bool check_path(reading *r, const node *key) {
    static const char letters[] = LETTERS_AND_DIGITS "_-.";
    const char *path = key->text;
    size_t length = strlen(path);
    bool is_path = length > 0 && length <= MAX_PATH_LENGTH && strspn(path, letters) == length && !strstr(path, "..") &&
                   path[length - 1] != '.';
    if (is_path && (strcmp(path, ARCHITECTURE) == 0 || !strncmp(path, "train.", 6) || !strncmp(path, "architectures.", 14)))
        return true;
    char excerpt[TCS_EXCERPT_BYTES];
    static const char *const known[] = {ARCHITECTURE, "train.learning_rate", "train.batch", "train.epochs"};
    const char *nearest = tcs_text_nearest(path, known, sizeof known / sizeof *known);
    tcs_text_excerpt(path, length, excerpt);
    mistake(r, key,
            "\"%s\" cannot be varied%s%s%s are architecture, and any value under train or architectures by its path, as in "
            "train.learning_rate",
            excerpt, nearest ? "; did you mean \"" : "; possible", nearest ? nearest : "", nearest ? "\"? Possible" : "");
    return false;
}

/* What a value is in results and labels, where equal values must look equal. */
static const char *value_text(reading *r, const axis *of, const node *value) {
    char text[32];
    double number;
    if (!of->is_number || !is_number(value, &number))
        return value->text;
    tcs_number_text(number, text);
    const char *copy = arena_copy_text(&r->memory, text, strlen(text));
    return copy ? copy : "";
}

typedef struct text_place {
    const char *text;
    const node *at;
} text_place;

static int compare_texts(const void *left, const void *right) {
    const text_place *a = left, *b = right;
    int order = strcmp(a->text, b->text);
    return order != 0 ? order : (a->at->index > b->at->index) - (a->at->index < b->at->index);
}

static bool check_different(reading *r, const axis *checked) {
    text_place *sorted = calloc(checked->n, sizeof *sorted);
    bool result = true;
    if (!sorted)
        return out_of_memory(r);
    for (size_t i = 0; i < checked->n; i++)
        sorted[i] = (text_place){value_text(r, checked, checked->values[i]), checked->values[i]};
    qsort(sorted, checked->n, sizeof *sorted, compare_texts);
    for (size_t i = 1; i < checked->n; i++)
        if (strcmp(sorted[i].text, sorted[i - 1].text) == 0) {
            mistake(r, sorted[i].at, "the value %s stands here twice", sorted[i].text);
            result = false;
        }
    free(sorted);
    return result;
}

static bool check_value(reading *r, const node *value) {
    static const char letters[] = LETTERS_AND_DIGITS "_-.+%";
    size_t length = value->kind == NODE_SCALAR ? strlen(value->text) : 0;
    if (value->kind == NODE_SCALAR && !node_is_nothing(value) && length > 0 && length <= MAX_NAME_LENGTH &&
        strspn(value->text, letters) == length)
        return true;
    mistake_expected(r, value, "a number, or a word of up to 64 letters, digits, \"_\", \"-\", \".\", \"+\" and \"%\"");
    return false;
}

/* An axis that can be used in spite of mistakes in it is left in *out, so that what it gives is not said to be missing; else n = 0. */
static bool read_axis(reading *r, node *key, node *list, axis *out) {
    double number;
    *out = (axis){.path = key->text, .key = key};
    bool result = check_path(r, key), is_usable = result;
    if (!expect_sequence(r, list, "a list of values, as in [1e-4, 1e-3]"))
        return false;
    if (list->n == 0) {
        mistake(r, list, "the list has no values");
        return false;
    }
    axis filled = {.path = key->text, .key = key, .n = list->n, .values = list->items};
    filled.is_number = strcmp(filled.path, ARCHITECTURE) != 0;
    for (size_t i = 0; i < list->n; i++) {
        result = check_value(r, list->items[i]) && result;
        filled.is_number = filled.is_number && is_number(list->items[i], &number);
        is_usable = is_usable && list->items[i]->kind == NODE_SCALAR;
    }
    if (is_usable)
        *out = filled;
    return result && check_different(r, &filled);
}

/* ---- all axes --------------------------------------------------------------------------------------------------------- */

/* Gives the space a list of all architectures where it has none. */
static bool add_architectures(reading *r, node *space_node, const node *architectures) {
    if (node_get(space_node, ARCHITECTURE))
        return true;
    node *list = node_create(&r->memory, NODE_SEQUENCE, space_node);
    node *key = node_create_scalar(&r->memory, ARCHITECTURE, space_node);
    for (size_t i = 0; i < architectures->n && list; i++)
        if (is_name(architectures->keys[i]->text, "_.-") &&
            !node_append(list, node_create_scalar(&r->memory, architectures->keys[i]->text, architectures->keys[i])))
            return out_of_memory(r);
    return (list && list->n == 0) || node_add(space_node, key, list) || out_of_memory(r);
}

static bool check_architecture_axis(reading *r, const axis *checked, const node *architectures) {
    const char *names[MAX_ARCHITECTURES];
    size_t n = architectures->n < MAX_ARCHITECTURES ? architectures->n : MAX_ARCHITECTURES, index;
    bool result = true;
    for (size_t i = 0; i < n; i++)
        names[i] = architectures->keys[i]->text;
    for (size_t i = 0; i < checked->n; i++)
        result = read_choice(r, checked->values[i], "there is no architecture", names, n, &index) && result;
    return result;
}

static bool ends_with_steps(const char *path, const char *steps) {
    size_t n_path = strlen(path), n_steps = strlen(steps);
    return n_path >= n_steps && strcmp(path + n_path - n_steps, steps) == 0 &&
           (n_path == n_steps || path[n_path - n_steps - 1] == '.');
}

/* The shortest end of the path that no other axis ends with. */
static const char *find_axis_name(const space *all, size_t named) {
    const char *path = all->axes[named].path;
    for (const char *end = path + strlen(path); end > path;) {
        do
            end--;
        while (end > path && end[-1] != '.');
        bool is_unique = true;
        for (size_t i = 0; i < all->n_axes; i++)
            is_unique = is_unique && (i == named || all->axes[i].n == 0 || !ends_with_steps(all->axes[i].path, end));
        if (is_unique)
            return end;
    }
    return path;
}

/* 1234567 as "1,234,567". */
static void write_grouped(uint64_t number, char text[32]) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), length = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = 0;
}

static bool check_size(reading *r, const node *space_node, const space *checked, size_t n_splits) {
    const uint64_t most = UINT64_MAX / 1000000;
    uint64_t n_combinations = 1, n_jobs;
    for (size_t i = 0; i < checked->n_axes; i++) {
        if (checked->axes[i].n == 0)
            return false;
        n_combinations = n_combinations > most / checked->axes[i].n ? most : n_combinations * checked->axes[i].n;
    }
    n_jobs = n_combinations > most / n_splits ? most : n_combinations * n_splits;
    char combinations[32], jobs[32], most_combinations[32], most_jobs[32];
    write_grouped(n_combinations, combinations);
    write_grouped(n_jobs, jobs);
    write_grouped(TCS_SWEEP_MAX_CONFIGURATIONS, most_combinations);
    write_grouped(TCS_SWEEP_MAX_JOBS, most_jobs);
    const char *or_more = n_combinations == most ? " or more" : "";
    if (n_combinations > TCS_SWEEP_MAX_CONFIGURATIONS)
        mistake(r, space_node, "the space has %s%s combinations of values; at most %s are allowed", combinations, or_more,
                most_combinations);
    else if (n_jobs > TCS_SWEEP_MAX_JOBS)
        mistake(r, space_node, "the space has %s combinations of values, with %zu splits that is %s jobs; at most %s are allowed",
                combinations, n_splits, jobs, most_jobs);
    else
        return true;
    return false;
}

bool read_space(reading *r, node *space_node, const node *architectures, size_t n_splits, space *out) {
    *out = (space){.n_axes = 1, .axes[0].path = ARCHITECTURE};
    if (!expect_mapping(r, space_node, "paths, each with a list of values") || !add_architectures(r, space_node, architectures))
        return false;
    if (space_node->n > MAX_AXES) {
        mistake(r, space_node, "found %zu paths; at most %d can be varied", space_node->n, MAX_AXES);
        return false;
    }
    bool result = true;
    for (size_t i = 0; i < space_node->n; i++) {
        bool is_architecture = strcmp(space_node->keys[i]->text, ARCHITECTURE) == 0;
        axis *filled = &out->axes[is_architecture ? 0 : out->n_axes];
        bool is_read = read_axis(r, space_node->keys[i], space_node->items[i], filled);
        out->n_axes += filled->n > 0 && !is_architecture;
        result = is_read && result;
    }
    for (size_t i = 0; i < out->n_axes; i++)
        out->axes[i].name = find_axis_name(out, i);
    result = check_architecture_axis(r, &out->axes[0], architectures) && result;
    return result && check_size(r, space_node, out, n_splits > 0 ? n_splits : 1);
}

/* ---- values in their places ------------------------------------------------------------------------------------------- */

static size_t count_steps(const char *path) {
    size_t n = 1;
    for (; *path; path++)
        n += *path == '.';
    return n;
}

void order_axes(const space *from, size_t order[MAX_AXES]) {
    for (size_t i = 0; i < from->n_axes; i++) {
        size_t place = i;
        for (; place > 0 && count_steps(from->axes[order[place - 1]].path) > count_steps(from->axes[i].path); place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

/* The path leads into a list that has no such item. */
static void tell_stuck(reading *r, const axis *varied, const node *list) {
    char path[NODE_PATH_BYTES];
    tcs_buffer items = {0};
    node_path(list, path);
    for (size_t i = 0; i < list->n && i < 16; i++) {
        char item[NODE_PATH_BYTES];
        node_path(list->items[i], item);
        const char *last = strrchr(item, '.');
        tcs_buffer_print(&items, "%s%s", i > 0 ? ", " : "", last ? last + 1 : item);
    }
    mistake(r, varied->key, "\"%s\" leads nowhere: the list %s has the items %s", varied->path, path,
            list->n > 0 ? tcs_buffer_text(&items) : "(none)");
    tcs_buffer_clear(&items);
}

node *put_value(reading *r, arena *memory, node *root, const axis *varied, size_t value, bool only_absent, node **put) {
    *put = NULL;
    if (only_absent && node_find(root, varied->path))
        return root;
    size_t n_nodes = 1;
    const node *stuck = NULL;
    node *copy = node_copy(memory, varied->values[value], &n_nodes);
    node *tree = copy ? node_override(memory, root, varied->path, varied->key, copy, &stuck) : NULL;
    if (stuck)
        tell_stuck(r, varied, stuck);
    else if (!tree)
        out_of_memory(r);
    *put = copy;
    return tree;
}
