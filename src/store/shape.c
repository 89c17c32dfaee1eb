/* The shape of an existing file. It is untrusted: every extent is bounded before it is used. */
#include "shape.h"

#include <string.h>

typedef struct reader {
    hid_t h5;
    const char *path;
    store_arena *arena;
    tcs_error *error;
} reader;

static tcs_status bad(const reader *read, const char *what, const char *name) {
    return tcs_error_add(read->error, TCS_BAD_RESULTS, "%s: %s %s is missing or is not what a results file has there", read->path,
                         what, name);
}

static tcs_status no_memory(const reader *read) {
    return tcs_error_add(read->error, TCS_OUT_OF_MEMORY, "out of memory while reading %s", read->path);
}

/* Extents of a dataset whose rank is within bounds; none is 0. */
static bool read_extents(hid_t parent, const char *path, int rank_least, int rank_most, int *rank,
                         hsize_t extent[STORE_MOST_RANK]) {
    hid_t dataset = store_h5_open(parent, path, H5I_DATASET), space = dataset < 0 ? -1 : H5Dget_space(dataset);
    *rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    bool is_read = *rank >= rank_least && *rank <= rank_most && H5Sget_simple_extent_dims(space, extent, NULL) >= 0;
    for (int i = 0; is_read && i < *rank; i++)
        is_read = extent[i] > 0 && extent[i] <= INT64_MAX;
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    return is_read;
}

static tcs_status read_axis(const reader *read, const char *path, size_t most, size_t *out) {
    hsize_t extent[STORE_MOST_RANK];
    int rank;
    if (!read_extents(read->h5, path, 1, 1, &rank, extent) || extent[0] > most)
        return bad(read, "the axis", path);
    *out = (size_t)extent[0];
    return TCS_OK;
}

static tcs_status list(const reader *read, const char *path, size_t *n_names, const char ***names) {
    hid_t group = store_h5_open(read->h5, path, H5I_GROUP);
    bool is_read = group >= 0 && store_h5_list(group, read->arena, n_names, names);
    if (group >= 0)
        H5Gclose(group);
    return is_read ? TCS_OK : bad(read, "the group", path);
}

static bool has(const reader *read, const char *path, H5I_type_t kind) {
    hid_t object = store_h5_open(read->h5, path, kind);
    if (object >= 0)
        H5Oclose(object);
    return object >= 0;
}

static bool is_text(const reader *read, const char *path) {
    hid_t dataset = store_h5_open(read->h5, path, H5I_DATASET), type = dataset < 0 ? -1 : H5Dget_type(dataset);
    bool is = type >= 0 && H5Tget_class(type) == H5T_STRING;
    if (type >= 0)
        H5Tclose(type);
    if (dataset >= 0)
        H5Dclose(dataset);
    return is;
}

static tcs_status read_hyperparameters(const reader *read, store_shape *shape) {
    size_t n_names = 0, n = 0;
    const char **names;
    tcs_status status = list(read, "/configs", &n_names, &names);
    if (status != TCS_OK)
        return status;
    struct store_hyperparameter *found = store_arena_array(read->arena, n_names, sizeof *found, read->error);
    if (!found)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n_names; i++) {
        if (store_schema_is_reserved(names[i]))
            continue;
        const char *path = store_arena_print(read->arena, "/configs/%s", names[i]);
        if (!path)
            return no_memory(read);
        found[n].path = names[i];
        found[n++].is_text = is_text(read, path);
    }
    shape->n_hyperparameters = n;
    shape->hyperparameters = found;
    return TCS_OK;
}

/* A whole number that belongs to an object, in [0, most]. */
static tcs_status read_number(const reader *read, const char *path, H5I_type_t kind, const char *name, size_t most, size_t *out) {
    hid_t object = store_h5_open(read->h5, path, kind);
    int64_t number = -1;
    bool is_read = object >= 0 && store_h5_number_attribute(object, name, &number);
    if (object >= 0)
        H5Oclose(object);
    if (!is_read || number < 0 || (uint64_t)number > most)
        return bad(read, name, path);
    *out = (size_t)number;
    return TCS_OK;
}

/* ---- curves ---------------------------------------------------------------------------------------------------------- */

static tcs_status read_curve_names(const reader *read, tcs_store_stage *stage) {
    static const char prefix[] = "train_";
    const char *group = store_arena_print(read->arena, "/curves/%s", stage->name);
    size_t n_names, n = 0;
    const char **names;
    if (!group)
        return no_memory(read);
    tcs_status status = list(read, group, &n_names, &names);
    if (status != TCS_OK)
        return status;
    const char **curves = store_arena_array(read->arena, n_names, sizeof *curves, read->error);
    const char **units = store_arena_array(read->arena, n_names, sizeof *units, read->error);
    if (!curves || !units)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n_names; i++) {
        if (strncmp(names[i], prefix, sizeof prefix - 1) != 0)
            continue;
        const char *path = store_arena_print(read->arena, "%s/%s", group, names[i]);
        size_t place = 0;
        status = path ? read_number(read, path, H5I_DATASET, "index", n_names - 1, &place) : no_memory(read);
        if (status != TCS_OK)
            return status;
        if (curves[place])
            return bad(read, "the curve", path);
        curves[place] = names[i] + sizeof prefix - 1;
        units[place] = "";
        n++;
    }
    for (size_t i = 0; i < n; i++)
        if (!curves[i])
            return bad(read, "a curve of", group);
    stage->n_curves = n;
    stage->curve_names = curves;
    stage->curve_units = units;
    return TCS_OK;
}

static tcs_status read_stages(const reader *read, store_shape *shape) {
    if (!has(read, "/curves", H5I_GROUP))
        return TCS_OK;
    size_t n = 0, place = 0;
    const char **names;
    tcs_status status = list(read, "/curves", &n, &names);
    tcs_store_stage *stages = status != TCS_OK ? NULL : store_arena_array(read->arena, n, sizeof *stages, read->error);
    if (!stages)
        return status != TCS_OK ? status : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n; i++) {
        const char *group = store_arena_print(read->arena, "/curves/%s", names[i]);
        const char *epoch = store_arena_print(read->arena, "/curves/%s/epoch", names[i]);
        if (!group || !epoch)
            return no_memory(read);
        status = read_number(read, group, H5I_GROUP, "index", n - 1, &place);
        if (status == TCS_OK && stages[place].name)
            status = bad(read, "the order of", group);
        if (status != TCS_OK)
            return status;
        stages[place].name = names[i];
        status = read_axis(read, epoch, UINT32_MAX, &stages[place].n_epochs);
        if (status == TCS_OK)
            status = read_curve_names(read, &stages[place]);
    }
    shape->n_stages = n;
    shape->stages = stages;
    return status;
}

/* ---- weights --------------------------------------------------------------------------------------------------------- */

static tcs_status read_tensor(const reader *read, const char *group, const char *name, const store_shape *shape,
                              size_t n_parameters, size_t *n_configurations, tcs_store_tensor *tensor) {
    hsize_t extent[STORE_MOST_RANK];
    int rank;
    const char *path = store_arena_print(read->arena, "%s/%s", group, name);
    if (!path)
        return no_memory(read);
    if (!read_extents(read->h5, path, 3, STORE_MOST_RANK, &rank, extent) || extent[0] > shape->n_configurations ||
        extent[1] != shape->n_splits || (*n_configurations > 0 && extent[0] != *n_configurations))
        return bad(read, "the weights", path);
    *n_configurations = (size_t)extent[0];
    tensor->name = name;
    tensor->rank = rank - 2;
    size_t n = 1;
    for (int i = 0; i < tensor->rank; i++) {
        tensor->extent[i] = (size_t)extent[i + 2];
        if (__builtin_mul_overflow(n, tensor->extent[i], &n) || n > n_parameters)
            return bad(read, "the weights", path);
    }
    return read_number(read, path, H5I_DATASET, "offset", n_parameters - n, &tensor->offset);
}

static tcs_status read_network(const reader *read, const store_shape *shape, tcs_store_network *network, size_t *n_configurations) {
    const char *group = store_arena_print(read->arena, "/weights/%s", network->name);
    const char **names;
    if (!group)
        return no_memory(read);
    tcs_status status = read_number(read, group, H5I_GROUP, "n_parameters", (size_t)INT64_MAX / 4, &network->n_parameters);
    if (status == TCS_OK)
        status = list(read, group, &network->n_tensors, &names);
    tcs_store_tensor *tensors =
        status != TCS_OK ? NULL : store_arena_array(read->arena, network->n_tensors, sizeof *tensors, read->error);
    if (!tensors)
        return status != TCS_OK ? status : TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < network->n_tensors; i++)
        status = read_tensor(read, group, names[i], shape, network->n_parameters, n_configurations, &tensors[i]);
    network->tensors = tensors;
    return status;
}

static tcs_status read_networks(const reader *read, store_shape *shape) {
    if (!has(read, "/weights", H5I_GROUP))
        return TCS_OK;
    size_t n = 0;
    const char **names;
    tcs_status status = list(read, "/weights", &n, &names);
    if (status != TCS_OK)
        return status;
    tcs_store_network *networks = store_arena_array(read->arena, n, sizeof *networks, read->error);
    size_t *n_of = store_arena_array(read->arena, n, sizeof *n_of, read->error);
    if (!networks || !n_of)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; status == TCS_OK && i < n; i++) {
        networks[i].name = names[i];
        status = read_network(read, shape, &networks[i], &n_of[i]);
    }
    shape->n_networks = n;
    shape->networks = networks;
    shape->n_configurations_of = n_of;
    return status;
}

tcs_status store_shape_read(hid_t h5, const char *path, store_arena *arena, store_shape *out, tcs_error *error) {
    const reader read = {.h5 = h5, .path = path, .arena = arena, .error = error};
    *out = (store_shape){0};
    tcs_status status = read_axis(&read, "/config", STORE_MOST_JOBS, &out->n_configurations);
    if (status == TCS_OK)
        status = read_axis(&read, "/split", STORE_MOST_JOBS / out->n_configurations, &out->n_splits);
    if (status == TCS_OK)
        status = read_axis(&read, "/row", STORE_MOST_ROWS, &out->n_rows);
    if (status == TCS_OK)
        status = read_axis(&read, "/train_row", out->n_rows, &out->n_train_most);
    if (status == TCS_OK)
        status = read_axis(&read, "/test_row", out->n_rows, &out->n_test_most);
    if (status == TCS_OK)
        status = read_hyperparameters(&read, out);
    if (status == TCS_OK)
        status = read_stages(&read, out);
    if (status == TCS_OK)
        status = read_networks(&read, out);
    out->has_predictions = has(&read, "/predictions", H5I_GROUP);
    return status;
}
