/* What is known before training: labels, hyperparameters, splits, data, seeds, epochs. */
#include "build_values.h"

#include <string.h>

#include "layout.h"
#include "tcsweep/bytes.h"

hid_t store_h5_type(store_element element) {
    switch (element) {
    case STORE_U8:
        return H5Tcopy(H5T_NATIVE_UINT8);
    case STORE_U32:
        return H5Tcopy(H5T_NATIVE_UINT32);
    case STORE_I32:
        return H5Tcopy(H5T_NATIVE_INT32);
    case STORE_U64:
        return H5Tcopy(H5T_NATIVE_UINT64);
    case STORE_F32:
        return H5Tcopy(H5T_NATIVE_FLOAT);
    case STORE_F64:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case STORE_TEXT:
        return store_h5_text_type();
    default: {
        hid_t type = H5Tcopy(H5T_C_S1);
        if (type >= 0) {
            H5Tset_size(type, store_element_bytes(element));
            H5Tset_cset(type, H5T_CSET_UTF8);
        }
        return type;
    }
    }
}

/* Numbers as they lie in memory, or an array of pointers to texts. */
static tcs_status write_one(const store_values *values, size_t index, const void *data, tcs_error *error) {
    const store_dataset *dataset = &values->schema->datasets[index];
    hid_t type = store_h5_type(dataset->element);
    if (type < 0 || H5Dwrite(values->opened[index], type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        return store_h5_failed(error, TCS_SYSTEM_ERROR, "cannot write %s to %s", dataset->path, values->path);
    H5Tclose(type);
    return TCS_OK;
}

/* 0, 1, 2 … */
static tcs_status write_count(const store_values *values, size_t index, tcs_error *error) {
    size_t n = values->schema->datasets[index].n_items;
    uint32_t *numbers = store_arena_array(values->arena, n, sizeof *numbers, error);
    if (!numbers)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++)
        numbers[i] = (uint32_t)i;
    return write_one(values, index, numbers, error);
}

static tcs_status write_sizes(const store_values *values, size_t index, const size_t *sizes, tcs_error *error) {
    size_t n = values->schema->datasets[index].n_items;
    uint32_t *numbers = store_arena_array(values->arena, n, sizeof *numbers, error);
    if (!numbers)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++)
        numbers[i] = (uint32_t)sizes[i];
    return write_one(values, index, numbers, error);
}

static tcs_status write_rows(const store_values *values, size_t index, const size_t *n_of, const uint32_t *const *rows,
                             tcs_error *error) {
    const store_dataset *dataset = &values->schema->datasets[index];
    int32_t *padded = store_arena_array(values->arena, dataset->n_items, sizeof *padded, error);
    if (!padded)
        return TCS_OUT_OF_MEMORY;
    memset(padded, 0xff, dataset->n_items * sizeof *padded); /* −1 */
    for (size_t s = 0; s < dataset->extent[0]; s++)
        for (size_t i = 0; i < n_of[s]; i++)
            padded[s * dataset->extent[1] + i] = (int32_t)rows[s][i];
    return write_one(values, index, padded, error);
}

static tcs_status write_configurations(const store_values *values, tcs_error *error) {
    const tcs_store_layout *layout = values->layout;
    size_t n = layout->n_configurations;
    const char **networks = store_arena_array(values->arena, n, sizeof *networks, error);
    const char **keys = store_arena_array(values->arena, n, sizeof *keys, error);
    char(*digits)[2 * TCS_DIGEST_BYTES + 1] = store_arena_array(values->arena, n, sizeof *digits, error);
    int32_t *weights_index = NULL;
    tcs_status status =
        networks && keys && digits ? store_layout_weights_index(layout, values->arena, &weights_index, error) : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n; i++) {
        networks[i] = layout->network_of[i] == TCS_STORE_NO_NETWORK ? "" : layout->networks[layout->network_of[i]].name;
        tcs_digest_text(layout->keys[i], digits[i]);
        keys[i] = digits[i];
    }
    const struct {
        size_t index;
        const void *data;
    } parts[] = {{STORE_CONFIG, layout->labels},
                 {STORE_ARCHITECTURE, layout->architectures},
                 {STORE_NETWORK, networks},
                 {STORE_WEIGHTS_INDEX, weights_index},
                 {STORE_KEY, keys}};
    for (size_t i = 0; status == TCS_OK && i < sizeof parts / sizeof *parts; i++)
        status = write_one(values, parts[i].index, parts[i].data, error);
    for (size_t i = 0; status == TCS_OK && i < layout->n_hyperparameters; i++) {
        const tcs_store_hyperparameter *hyperparameter = &layout->hyperparameters[i];
        const void *data = hyperparameter->numbers ? (const void *)hyperparameter->numbers : hyperparameter->texts;
        status = write_one(values, values->schema->first_hyperparameter + i, data, error);
    }
    return status;
}

static tcs_status write_data_and_splits(const store_values *values, tcs_error *error) {
    const tcs_store_layout *layout = values->layout;
    tcs_status status = TCS_OK;
    for (size_t i = STORE_SPLIT; status == TCS_OK && i <= STORE_TEST_ROW; i++)
        status = write_count(values, i, error);
    if (status == TCS_OK)
        status = write_sizes(values, STORE_N_TRAIN, layout->n_train, error);
    if (status == TCS_OK)
        status = write_sizes(values, STORE_N_TEST, layout->n_test, error);
    if (status == TCS_OK)
        status = write_rows(values, STORE_TRAIN_ROWS, layout->n_train, layout->train_rows, error);
    if (status == TCS_OK)
        status = write_rows(values, STORE_TEST_ROWS, layout->n_test, layout->test_rows, error);
    const struct {
        size_t index;
        const void *data;
    } parts[] = {{STORE_SPLIT_SEED, layout->split_seeds}, {STORE_FORMULA, layout->formulas},
                 {STORE_TC, layout->tc_kelvin},           {STORE_SEED, layout->job_seeds},
                 {STORE_SWEEP_YAML, &layout->sweep_yaml}, {STORE_SWEEP_RESOLVED, &layout->sweep_resolved}};
    for (size_t i = 0; status == TCS_OK && i < sizeof parts / sizeof *parts; i++)
        status = write_one(values, parts[i].index, parts[i].data, error);
    for (size_t i = 0; status == TCS_OK && i < values->shape->n_stages; i++)
        status = write_one(values, values->schema->first_curve[i], values->shape->stages[i].epochs, error);
    return status;
}

/* All planned jobs are queued; a configuration without a label is room for one that is planned later. */
static tcs_status write_states(const store_values *values, tcs_error *error) {
    const tcs_store_layout *layout = values->layout;
    size_t n_splits = layout->n_splits;
    uint8_t *states = store_arena_array(values->arena, layout->n_configurations * n_splits, 1, error);
    if (!states)
        return TCS_OUT_OF_MEMORY;
    uint64_t n_planned = 0;
    for (size_t c = 0; c < layout->n_configurations; c++) {
        bool is_planned = *layout->labels[c];
        memset(states + c * n_splits, is_planned ? TCS_JOB_QUEUED : TCS_JOB_UNPLANNED, n_splits);
        n_planned += is_planned ? n_splits : 0;
    }
    tcs_status status = write_one(values, STORE_STATUS, states, error);
    if (status == TCS_OK)
        status = write_one(values, STORE_JOBS_TOTAL, &n_planned, error);
    return status == TCS_OK ? write_one(values, STORE_UPDATED, &values->created, error) : status;
}

tcs_status store_write_values(const store_values *values, tcs_error *error) {
    tcs_status status = write_configurations(values, error);
    if (status == TCS_OK)
        status = write_data_and_splits(values, error);
    return status == TCS_OK ? write_states(values, error) : status;
}
