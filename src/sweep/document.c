#include "document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "load.h"
#include "mapping.h"
#include "scalar.h"
#include "tcsweep/text.h"

char *join_path(const char *sweep_path, const char *file) {
    const char *slash = strrchr(sweep_path, '/');
    char *joined;
    if (file[0] == '/' || !slash)
        return strdup(file);
    return asprintf(&joined, "%.*s/%s", (int)(slash - sweep_path), sweep_path, file) < 0 ? NULL : joined;
}

static bool copy_out(reading *r, const char *text, char **out) {
    *out = tcs_text_copy(text, NULL);
    return *out || out_of_memory(r);
}

/* ---- the parts -------------------------------------------------------------------------------------------------------- */

static bool read_data(reading *r, node *n, const char *sweep_path, tcs_sweep *sweep) {
    enum { FILE_NAME, FORMULA, TC, ON_BAD_ROW, N_KEYS };
    static const mapping_key keys[N_KEYS] = {
        {"file", NULL, true}, {"formula", NULL, true}, {"tc", NULL, true}, {"on_bad_row", "error", false}};
    static const char *const policies[] = {"error", "skip", "lenient"}; /* as tcs_on_bad_row */
    node *values[N_KEYS];
    const char *file, *formula, *tc;
    size_t policy;
    bool result = read_mapping(r, n, keys, N_KEYS, values);
    if (read_text(r, values[FILE_NAME], &file)) {
        sweep->data_file = join_path(sweep_path, file);
        result = (sweep->data_file || out_of_memory(r)) && result;
    } else
        result = false;
    bool has_columns = read_text(r, values[FORMULA], &formula);
    has_columns = read_text(r, values[TC], &tc) && has_columns;
    if (has_columns && strcmp(formula, tc) == 0) {
        mistake(r, values[TC], "the column \"%s\" cannot hold both the formulas and Tc", tc);
        has_columns = false;
    }
    result = has_columns && copy_out(r, formula, &sweep->formula_column) && copy_out(r, tc, &sweep->tc_column) && result;
    if (!read_choice(r, values[ON_BAD_ROW], "unknown policy", policies, 3, &policy))
        return false;
    sweep->on_bad_row = (tcs_on_bad_row)policy;
    return result;
}

static bool read_splits(reading *r, node *n, tcs_splits_spec *splits) {
    enum { KIND, N, TEST_FRACTION, STRATIFIED, N_KEYS };
    static const mapping_key keys[N_KEYS] = {
        {"kind", NULL, true}, {"n", NULL, true}, {"test_fraction", NULL, false}, {"stratified", "false", false}};
    static const char *const kinds[] = {"repeated_random", "k_fold"}; /* as tcs_split_kind */
    static const number_range fraction_range = {0, 1, .is_above = true, .is_below = true};
    node *values[N_KEYS];
    size_t kind = TCS_SPLIT_REPEATED_RANDOM;
    double n_splits;
    bool result = read_mapping(r, n, keys, N_KEYS, values);
    bool has_kind = read_choice(r, values[KIND], "unknown kind of splits", kinds, 2, &kind);
    splits->kind = (tcs_split_kind)kind;
    number_range n_range = {splits->kind == TCS_SPLIT_K_FOLD ? 2 : 1, MAX_SPLITS, .is_integer = true};
    if (read_number(r, values[N], &n_range, &n_splits))
        splits->n_splits = (size_t)n_splits;
    else
        result = false;
    result = read_boolean(r, values[STRATIFIED], &splits->is_stratified) && result;
    if (has_kind && splits->kind == TCS_SPLIT_K_FOLD && values[TEST_FRACTION]) {
        mistake(r, values[TEST_FRACTION], "k_fold has no test_fraction: each of its n folds is the test set once");
        return false;
    }
    if (has_kind && splits->kind == TCS_SPLIT_REPEATED_RANDOM && !values[TEST_FRACTION] && n->kind == NODE_MAPPING) {
        mistake(r, n, "\"test_fraction\" is missing");
        return false;
    }
    if (values[TEST_FRACTION])
        result = read_number(r, values[TEST_FRACTION], &fraction_range, &splits->test_fraction) && result;
    return result && has_kind;
}

static bool read_curves(reading *r, node *n, uint32_t *every) {
    static const mapping_key keys[1] = {{"every", "10", false}};
    static const number_range range = {0, UINT32_MAX, .is_integer = true};
    node *values[1];
    double value;
    bool result = read_mapping(r, n, keys, 1, values);
    if (!read_number(r, values[0], &range, &value))
        return false;
    *every = (uint32_t)value;
    return result;
}

static bool read_store(reading *r, node *n, tcs_sweep *sweep) {
    enum { WEIGHTS, PREDICTIONS, CURVES, N_KEYS };
    static const mapping_key keys[N_KEYS] = {{"weights", "all", false}, {"predictions", "all", false}, {"curves", "all", false}};
    static const char *const words[] = {"none", "all"};
    bool *const stores[N_KEYS] = {&sweep->stores_weights, &sweep->stores_predictions, &sweep->stores_curves};
    node *values[N_KEYS];
    bool result = read_mapping(r, n, keys, N_KEYS, values);
    for (size_t i = 0; i < N_KEYS; i++) {
        size_t word;
        if (read_choice(r, values[i], "unknown choice", words, 2, &word))
            *stores[i] = word == 1;
        else
            result = false;
    }
    return result;
}

/* ---- the whole -------------------------------------------------------------------------------------------------------- */

/* The file's name without its directory and ending, where it can name a sweep; otherwise NULL. */
static const char *file_stem(reading *r, const char *path) {
    const char *slash = strrchr(path, '/'), *start = slash ? slash + 1 : path, *point = strrchr(start, '.');
    size_t length = point && point > start ? (size_t)(point - start) : strlen(start);
    const char *stem = arena_copy_text(&r->memory, start, length);
    if (!stem)
        out_of_memory(r);
    return stem && is_name(stem, "_.-") && strcmp(stem, "null") != 0 ? stem : NULL;
}

static bool read_name_of_sweep(reading *r, node *n, const node *root, tcs_sweep *sweep) {
    const char *name;
    if (!n) {
        mistake(r, root,
                "the file's own name cannot name the sweep (1 to %d letters, digits, \"_\", \".\" and \"-\"): add a \"name\"",
                MAX_NAME_LENGTH);
        return false;
    }
    return read_name(r, n, "_.-", &name) && copy_out(r, name, &sweep->name);
}

static bool read_limits(reading *r, node *time, node *memory, node *attempts, tcs_sweep *sweep) {
    static const number_range range = {1, 1000, .is_integer = true};
    double n_attempts = 1;
    bool result = read_duration(r, time, &sweep->time_limit_s);
    result = read_memory(r, memory, &sweep->memory_limit_bytes) && result;
    result = read_number(r, attempts, &range, &n_attempts) && result;
    sweep->max_attempts = (unsigned)n_attempts;
    return result;
}

static bool read_architecture_names(reading *r, document *d, node *n) {
    if (!expect_mapping(r, n, "architectures by their names, each the name of a file, or a mapping"))
        return false;
    if (n->n == 0 || n->n > MAX_ARCHITECTURES) {
        mistake(r, n, "found %zu architectures; 1 to %d are allowed", n->n, MAX_ARCHITECTURES);
        return false;
    }
    bool result = true;
    for (size_t i = 0; i < n->n; i++)
        if (!is_name(n->keys[i]->text, "_.-")) {
            mistake(r, n->keys[i],
                    "\"%.100s\" cannot be the name of an architecture: expected 1 to %d letters, digits, \"_\", \".\" and \"-\"",
                    n->keys[i]->text, MAX_NAME_LENGTH);
            result = false;
        }
    d->architectures = n;
    return result;
}

bool read_document(reading *r, document *d, tcs_sweep *sweep) {
    enum { NAME, SEED, DATA, SPLITS, ARCHITECTURES, TRAIN, SPACE, CURVES, STORE, TIME_LIMIT, MEMORY_LIMIT, MAX_ATTEMPTS, N_KEYS };
    const mapping_key keys[N_KEYS] = {{"name", file_stem(r, d->path), false},
                                      {"seed", "1", false},
                                      {"data", NULL, true},
                                      {"splits", NULL, true},
                                      {"architectures", NULL, true},
                                      {"train", NULL, false},
                                      {"space", "{}", false},
                                      {"curves", "{}", false},
                                      {"store", "{}", false},
                                      {"time_limit", "none", false},
                                      {"memory_limit", "none", false},
                                      {"max_attempts", "3", false}};
    node *values[N_KEYS];
    bool result = read_mapping(r, d->root, keys, N_KEYS, values);
    if (d->root->kind != NODE_MAPPING)
        return false;
    result = read_name_of_sweep(r, values[NAME], d->root, sweep) && result;
    result = read_u64(r, values[SEED], &sweep->seed) && result;
    result = values[DATA] && read_data(r, values[DATA], d->path, sweep) && result;
    result = values[SPLITS] && read_splits(r, values[SPLITS], &sweep->splits) && result;
    result = read_curves(r, values[CURVES], &d->curve_every) && result;
    result = read_store(r, values[STORE], sweep) && result;
    result = read_limits(r, values[TIME_LIMIT], values[MEMORY_LIMIT], values[MAX_ATTEMPTS], sweep) && result;
    result = read_architecture_names(r, d, values[ARCHITECTURES]) && result;
    /* Curves that are not stored are not computed either. */
    sweep->stores_curves = sweep->stores_curves && d->curve_every > 0;
    d->curve_every = sweep->stores_curves ? d->curve_every : 0;
    d->space = values[SPACE];
    return result;
}

/* ---- architecture files ----------------------------------------------------------------------------------------------- */

static node *load_architecture(reading *r, const node *name, const char *path) {
    tcs_error error = {0};
    char *text = NULL;
    size_t n_bytes, most = r->n_bytes_left < MAX_FILE_BYTES ? r->n_bytes_left : MAX_FILE_BYTES;
    node *root = NULL;
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) { /* a pipe could be waited for without end */
        mistake(r, name, "cannot read %s: it is not a regular file", path);
        return NULL;
    }
    tcs_status status = tcs_file_read(path, most, &text, &n_bytes, &error);
    if (status == TCS_OK) {
        r->n_bytes_left -= n_bytes;
        root = load_text(r, path, text, n_bytes);
    } else if (status == TCS_OUT_OF_MEMORY)
        out_of_memory(r);
    else
        mistake(r, name, "%s", tcs_error_text(&error));
    free(text);
    tcs_error_clear(&error);
    return root;
}

bool inline_architectures(reading *r, const document *d) {
    node *all = d->architectures;
    bool result = true;
    for (size_t i = 0; i < all->n && r->status == TCS_OK; i++) {
        node *name = all->items[i];
        if (name->kind != NODE_SCALAR || node_is_nothing(name))
            continue;
        char *path = join_path(d->path, name->text);
        if (!path)
            return out_of_memory(r);
        node *root = load_architecture(r, name, path);
        free(path);
        result = root && result;
        if (!root)
            continue;
        root->parent = all;
        root->key = name->key;
        all->items[i] = root;
    }
    return result;
}
