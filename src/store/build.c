/* The structure of a results file, made with HDF5. */
#include "build.h"

#include <fcntl.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "build_values.h"
#include "h5.h"
#include "tcsweep/bytes.h"

typedef struct builder {
    const char *path;
    hid_t file;
    const tcs_store_layout *layout;
    const store_shape *shape;
    const store_schema *schema;
    hid_t *opened; /* [n_datasets] */
} builder;

static tcs_status failed(const builder *build, const char *what, tcs_error *error) {
    return store_h5_failed(error, TCS_SYSTEM_ERROR, "cannot write %s to %s", what, build->path);
}

/* The group of a path, made where it is missing. */
static hid_t open_group(hid_t file, const char *path) {
    char group[1024];
    const char *end = strrchr(path, '/');
    size_t n = (size_t)(end - path);
    if (n >= sizeof group)
        return -1;
    memcpy(group, path, n);
    group[n] = 0;
    hid_t opened = H5Gopen2(file, n == 0 ? "/" : group, H5P_DEFAULT);
    if (opened >= 0)
        return opened;
    hid_t link = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(link, 1);
    H5Pset_char_encoding(link, H5T_CSET_UTF8);
    opened = H5Gcreate2(file, group, link, H5P_DEFAULT, H5P_DEFAULT);
    if (opened >= 0) /* where it was not, the reason must not be forgotten */
        H5Pclose(link);
    return opened;
}

static hid_t create_dataspace(const store_dataset *dataset) {
    hsize_t extent[STORE_MOST_RANK];
    size_t rank = store_dataset_rank(dataset);
    for (size_t i = 0; i < rank; i++)
        extent[i] = dataset->extent[i];
    return rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple((int)rank, extent, NULL);
}

/* Contiguous, allocated at once. What may be averaged starts as NaN; the large rest is not touched: it reads as zeros. */
static hid_t create_properties(const store_dataset *dataset, bool is_rank) {
    static const double nothing = NAN;
    static const int32_t nobody = -1;
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_layout(properties, H5D_CONTIGUOUS);
    H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
    if (dataset->element == STORE_TEXT)
        return properties;
    bool is_large = dataset->element == STORE_F32 || dataset->element == STORE_HOST_TEXT || dataset->element == STORE_ERROR_TEXT;
    if (is_rank)
        H5Pset_fill_value(properties, H5T_NATIVE_INT32, &nobody);
    else if (dataset->element == STORE_F64)
        H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &nothing);
    H5Pset_fill_time(properties, is_large || dataset->role == STORE_STATIC ? H5D_FILL_TIME_NEVER : H5D_FILL_TIME_ALLOC);
    return properties;
}

static bool add_attributes(const store_dataset *dataset, hid_t opened) {
    bool is_added = store_h5_add_text(opened, "long_name", dataset->long_name);
    if (dataset->units)
        is_added = is_added && store_h5_add_text(opened, "units", dataset->units);
    if (dataset->place >= 0)
        is_added = is_added && store_h5_add_number(opened, dataset->network == STORE_NONE ? "index" : "offset", dataset->place);
    return is_added;
}

static tcs_status create_dataset(builder *build, size_t index, tcs_error *error) {
    const store_dataset *dataset = &build->schema->datasets[index];
    hid_t group = open_group(build->file, dataset->path);
    if (group < 0)
        return failed(build, dataset->path, error);
    hid_t space = create_dataspace(dataset), type = store_h5_type(dataset->element);
    hid_t properties = create_properties(dataset, index == STORE_RANK), link = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_char_encoding(link, H5T_CSET_UTF8);
    const char *name = strrchr(dataset->path, '/') + 1;
    hid_t opened = H5Dcreate2(group, name, type, space, link, properties, H5P_DEFAULT);
    build->opened[index] = opened;
    if (opened < 0 || (dataset->is_scale && H5DSset_scale(opened, name) < 0) || !add_attributes(dataset, opened))
        return failed(build, dataset->path, error);
    H5Pclose(link);
    H5Pclose(properties);
    H5Tclose(type);
    H5Sclose(space);
    H5Gclose(group);
    return TCS_OK;
}

/* Attaches the scales of a dataset, and links them into its group, where readers that open one group look for them. */
static tcs_status attach_scales(builder *build, size_t index, tcs_error *error) {
    const store_dataset *dataset = &build->schema->datasets[index];
    if (dataset->is_scale)
        return TCS_OK;
    hid_t group = open_group(build->file, dataset->path);
    for (size_t axis = 0; axis < store_dataset_rank(dataset); axis++) {
        size_t scale = store_schema_scale(dataset, axis);
        if (scale == STORE_NONE)
            continue;
        const char *path = build->schema->datasets[scale].path, *name = strrchr(path, '/') + 1;
        if (H5DSattach_scale(build->opened[index], build->opened[scale], (unsigned)axis) < 0)
            return failed(build, dataset->path, error);
        if (H5Lexists(group, name, H5P_DEFAULT) <= 0 &&
            H5Lcreate_hard(build->file, path, group, name, H5P_DEFAULT, H5P_DEFAULT) < 0)
            return failed(build, path, error);
    }
    H5Gclose(group);
    return TCS_OK;
}

/* flag_values and flag_meanings of /job/status, as in the CF conventions. */
static tcs_status describe_status(builder *build, tcs_error *error) {
    uint8_t values[TCS_N_OUTCOMES];
    char meanings[256] = "";
    for (size_t i = 0, n = 0; i < TCS_N_OUTCOMES; i++) {
        values[i] = (uint8_t)i;
        n += (size_t)snprintf(meanings + n, sizeof meanings - n, "%s%s", i ? " " : "", tcs_outcome_name((tcs_outcome)i));
    }
    hsize_t extent = TCS_N_OUTCOMES;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t attribute = H5Acreate2(build->opened[STORE_STATUS], "flag_values", H5T_NATIVE_UINT8, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, H5T_NATIVE_UINT8, values) < 0 ||
        !store_h5_add_text(build->opened[STORE_STATUS], "flag_meanings", meanings))
        return failed(build, "/job/status", error);
    H5Sclose(space);
    return TCS_OK;
}

/* The order of the stages, which HDF5 keeps by name; and how long a job's block of parameters is. */
static tcs_status describe_groups(builder *build, tcs_error *error) {
    for (size_t i = 0; i < build->shape->n_stages; i++) {
        hid_t group = open_group(build->file, build->schema->datasets[build->schema->first_curve[i]].path);
        if (group < 0 || !store_h5_add_number(group, "index", (int64_t)i))
            return failed(build, build->shape->stages[i].name, error);
    }
    for (size_t i = 0; i < build->shape->n_networks; i++) {
        const tcs_store_network *network = &build->shape->networks[i];
        if (build->shape->n_configurations_of[i] == 0 || network->n_tensors == 0)
            continue;
        hid_t group = open_group(build->file, build->schema->datasets[build->schema->first_tensor[i]].path);
        if (group < 0 || !store_h5_add_number(group, "n_parameters", (int64_t)network->n_parameters))
            return failed(build, network->name, error);
    }
    return TCS_OK;
}

static tcs_status make_uuid(char text[37], tcs_error *error) {
    uint8_t b[16];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "the system gives no random numbers");
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4, random */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    snprintf(text, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
             b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
    return TCS_OK;
}

static tcs_status describe_root(builder *build, double created, tcs_error *error) {
    char uuid[37], time_text[32] = "", sweep[2 * TCS_DIGEST_BYTES + 1], data[2 * TCS_DIGEST_BYTES + 1];
    time_t seconds = (time_t)created;
    struct tm parts;
    tcs_status status = make_uuid(uuid, error);
    if (status != TCS_OK)
        return status;
    if (gmtime_r(&seconds, &parts))
        strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    tcs_digest_text(build->layout->sweep_sha256, sweep);
    tcs_digest_text(build->layout->data_sha256, data);
    const struct {
        const char *name, *text;
    } own[] = {{"format", STORE_FORMAT}, {"format_version", TCS_STORE_VERSION},
               {"created", time_text},   {"uuid", uuid},
               {"sweep_sha256", sweep},  {"data_sha256", data}};
    hid_t root = H5Gopen2(build->file, "/", H5P_DEFAULT);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!store_h5_add_text(root, own[i].name, own[i].text))
            return failed(build, own[i].name, error);
    for (size_t i = 0; i < build->layout->n_attributes; i++) {
        const tcs_store_attribute *attribute = &build->layout->attributes[i];
        if (!(attribute->text ? store_h5_add_text(root, attribute->name, attribute->text)
                              : store_h5_add_number(root, attribute->name, attribute->number)))
            return failed(build, attribute->name, error);
    }
    return TCS_OK;
}

static tcs_status build_all(builder *build, double created, store_arena *arena, tcs_error *error) {
    /* First, because it must be found without HDF5. */
    tcs_status status = create_dataset(build, STORE_STRUCTURE, error);
    if (status == TCS_OK)
        status = describe_root(build, created, error);
    for (size_t i = 0; status == TCS_OK && i < build->schema->n_datasets; i++)
        if (i != STORE_STRUCTURE)
            status = create_dataset(build, i, error);
    for (size_t i = 0; status == TCS_OK && i < build->schema->n_datasets; i++)
        status = attach_scales(build, i, error);
    if (status == TCS_OK)
        status = describe_status(build, error);
    if (status == TCS_OK)
        status = describe_groups(build, error);
    const store_values values = {build->path, build->opened, build->layout, build->shape, build->schema, created, arena};
    return status == TCS_OK ? store_write_values(&values, error) : status;
}

tcs_status store_build(const char *path, const tcs_store_layout *layout, const store_shape *shape, const store_schema *schema,
                       double created, store_arena *arena, tcs_error *error) {
    builder build = {.path = path, .layout = layout, .shape = shape, .schema = schema};
    build.opened = store_arena_array(arena, schema->n_datasets, sizeof *build.opened, error);
    if (!build.opened)
        return TCS_OUT_OF_MEMORY;
    hid_t access = store_h5_access();
    build.file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (build.file < 0) {
        tcs_status status = store_h5_failed(error, TCS_SYSTEM_ERROR, "cannot create %s", path);
        H5Pclose(access);
        return status;
    }
    tcs_status status = build_all(&build, created, arena, error);
    if (H5Fclose(build.file) < 0 && status == TCS_OK)
        status = store_h5_failed(error, TCS_SYSTEM_ERROR, "cannot write %s", path);
    H5Pclose(access);
    return status;
}
