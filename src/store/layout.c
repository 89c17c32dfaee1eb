/* The caller's layout, checked, as a shape. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#define MOST_NAME_BYTES 200

static tcs_status check_name(const char *what, const char *name, tcs_error *error) {
    if (!name || !*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strlen(name) > MOST_NAME_BYTES)
        return tcs_error_add(error, TCS_BAD_SWEEP, "\"%s\" cannot be the name of %s in a results file", name ? name : "", what);
    return TCS_OK;
}

/* Keeps the first mistake's status. */
static void note(tcs_status *status, tcs_status found) {
    if (*status == TCS_OK)
        *status = found;
}

static tcs_status check_sizes(const tcs_store_layout *layout, tcs_error *error) {
    size_t n_jobs;
    if (layout->n_configurations == 0 || layout->n_splits == 0 || layout->n_rows == 0)
        return tcs_error_add(error, TCS_INTERNAL, "a results file needs configurations, splits and rows");
    if (__builtin_mul_overflow(layout->n_configurations, layout->n_splits, &n_jobs) || n_jobs > STORE_MOST_JOBS)
        return tcs_error_add(error, TCS_BAD_SWEEP, "%zu configurations × %zu splits are more than the %zu jobs of a results file",
                             layout->n_configurations, layout->n_splits, STORE_MOST_JOBS);
    if (layout->n_rows > STORE_MOST_ROWS)
        return tcs_error_add(error, TCS_BAD_DATA, "%zu rows are more than the %zu of a results file", layout->n_rows,
                             STORE_MOST_ROWS);
    return TCS_OK;
}

static tcs_status check_rows(const char *set, size_t split, size_t n, const uint32_t *rows, size_t n_rows, tcs_error *error) {
    if (n == 0 || n > n_rows)
        return tcs_error_add(error, TCS_INTERNAL, "split %zu has %zu %s rows of %zu", split, n, set, n_rows);
    for (size_t i = 0; i < n; i++)
        if (rows[i] >= n_rows)
            return tcs_error_add(error, TCS_INTERNAL, "split %zu has %s row %u of %zu", split, set, rows[i], n_rows);
    return TCS_OK;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Labels are how people select configurations: two alike would hide one another. */
static tcs_status check_labels(const tcs_store_layout *layout, store_arena *arena, tcs_error *error) {
    size_t n = layout->n_configurations;
    const char **sorted = store_arena_array(arena, n, sizeof *sorted, error);
    if (!sorted)
        return TCS_OUT_OF_MEMORY;
    memcpy(sorted, layout->labels, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_texts);
    for (size_t i = 1; i < n; i++)
        if (*sorted[i] && strcmp(sorted[i - 1], sorted[i]) == 0)
            return tcs_error_add(error, TCS_BAD_SWEEP, "two configurations have the label \"%s\"", sorted[i]);
    return TCS_OK;
}

static tcs_status check_network(const tcs_store_network *network, tcs_error *error) {
    tcs_status status = check_name("a network", network->name, error);
    for (size_t i = 0; i < network->n_tensors; i++) {
        const tcs_store_tensor *tensor = &network->tensors[i];
        note(&status, check_name("a tensor", tensor->name, error));
        size_t n = 1;
        bool is_wrong = tensor->rank < 1 || tensor->rank > 4;
        for (int k = 0; !is_wrong && k < tensor->rank; k++)
            is_wrong = tensor->extent[k] == 0 || __builtin_mul_overflow(n, tensor->extent[k], &n);
        if (is_wrong || n > network->n_parameters || tensor->offset > network->n_parameters - n)
            note(&status, tcs_error_add(error, TCS_INTERNAL, "tensor %s.%s does not fit its network", network->name, tensor->name));
    }
    return status;
}

static tcs_status check_stage(const tcs_store_stage *stage, tcs_error *error) {
    tcs_status status = check_name("a stage", stage->name, error);
    for (size_t i = 0; i < stage->n_curves; i++)
        note(&status, check_name("a curve", stage->curve_names[i], error));
    if (stage->n_epochs == 0)
        note(&status, tcs_error_add(error, TCS_INTERNAL, "stage %s records no epoch", stage->name));
    return status;
}

static tcs_status check_layout(const tcs_store_layout *layout, store_arena *arena, tcs_error *error) {
    tcs_status status = check_sizes(layout, error);
    if (status != TCS_OK)
        return status;
    status = check_labels(layout, arena, error);
    for (size_t i = 0; i < layout->n_splits; i++) {
        note(&status, check_rows("training", i, layout->n_train[i], layout->train_rows[i], layout->n_rows, error));
        note(&status, check_rows("test", i, layout->n_test[i], layout->test_rows[i], layout->n_rows, error));
    }
    for (size_t i = 0; i < layout->n_hyperparameters; i++) {
        const char *path = layout->hyperparameters[i].path;
        note(&status, check_name("a hyperparameter", path, error));
        if (path && store_schema_is_reserved(path))
            note(&status, tcs_error_add(error, TCS_BAD_SWEEP, "results files keep the name \"%s\" for themselves", path));
    }
    for (size_t i = 0; i < layout->n_networks; i++)
        note(&status, check_network(&layout->networks[i], error));
    for (size_t i = 0; i < layout->n_configurations; i++)
        if (layout->network_of[i] != TCS_STORE_NO_NETWORK && layout->network_of[i] >= layout->n_networks)
            return tcs_error_add(error, TCS_INTERNAL, "configuration %zu has no network %zu", i, layout->network_of[i]);
    for (size_t i = 0; i < layout->n_stages; i++)
        note(&status, check_stage(&layout->stages[i], error));
    return status;
}

static size_t largest(const size_t *values, size_t n) {
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

tcs_status store_layout_shape(const tcs_store_layout *layout, store_arena *arena, store_shape *out, tcs_error *error) {
    *out = (store_shape){0};
    tcs_status status = check_layout(layout, arena, error);
    if (status != TCS_OK)
        return status;
    struct store_hyperparameter *hyperparameters =
        store_arena_array(arena, layout->n_hyperparameters, sizeof *hyperparameters, error);
    size_t *n_of = store_arena_array(arena, layout->n_networks, sizeof *n_of, error);
    if (!hyperparameters || !n_of)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < layout->n_hyperparameters; i++) {
        hyperparameters[i].path = layout->hyperparameters[i].path;
        hyperparameters[i].is_text = !layout->hyperparameters[i].numbers;
    }
    for (size_t i = 0; i < layout->n_configurations; i++)
        if (layout->network_of[i] != TCS_STORE_NO_NETWORK)
            n_of[layout->network_of[i]]++;
    *out = (store_shape){.n_configurations = layout->n_configurations,
                         .n_splits = layout->n_splits,
                         .n_rows = layout->n_rows,
                         .n_train_most = largest(layout->n_train, layout->n_splits),
                         .n_test_most = largest(layout->n_test, layout->n_splits),
                         .n_hyperparameters = layout->n_hyperparameters,
                         .hyperparameters = hyperparameters,
                         .n_stages = layout->stores_curves ? layout->n_stages : 0,
                         .stages = layout->stages,
                         .n_networks = layout->stores_weights ? layout->n_networks : 0,
                         .networks = layout->networks,
                         .n_configurations_of = n_of,
                         .has_predictions = layout->stores_predictions};
    return TCS_OK;
}

tcs_status store_layout_weights_index(const tcs_store_layout *layout, store_arena *arena, int32_t **out, tcs_error *error) {
    int32_t *index = store_arena_array(arena, layout->n_configurations, sizeof *index, error);
    int32_t *next = store_arena_array(arena, layout->n_networks, sizeof *next, error);
    if (!index || !next)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < layout->n_configurations; i++) {
        bool has_weights = layout->stores_weights && layout->network_of[i] != TCS_STORE_NO_NETWORK;
        index[i] = has_weights ? next[layout->network_of[i]]++ : -1;
    }
    *out = index;
    return TCS_OK;
}
