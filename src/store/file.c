/* Opening a results file and finding its datasets. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build_values.h"
#include "raw.h"
#include "rehearse.h"
#include "shape.h"
#include "structure.h"
#include "tcsweep/bytes.h"

#define MOST_KEPT_BYTES ((uint64_t)2 << 30)

static tcs_status bad(const store_file *file, const char *what, const char *problem, tcs_error *error) {
    return tcs_error_add(error, TCS_BAD_RESULTS, "%s: %s %s", file->path, what, problem);
}

/* ---- opening --------------------------------------------------------------------------------------------------------- */

static tcs_status open_descriptor(store_file *file, bool for_writing, tcs_error *error) {
    struct stat about;
    /* O_NONBLOCK: a pipe must not make us wait. */
    file->descriptor = open(file->path, (for_writing ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot open %s: %s", file->path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return bad(file, "this", "is not a file", error);
    file->n_bytes = (uint64_t)about.st_size;
    file->device = about.st_dev;
    file->inode = about.st_ino;
    return TCS_OK;
}

/* Is the file that HDF5 opened the one that we opened? */
static bool is_same_file(const store_file *file) {
    int *descriptor;
    struct stat about;
    return H5Fget_vfd_handle(file->h5, H5P_DEFAULT, (void **)&descriptor) >= 0 && fstat(*descriptor, &about) == 0 &&
           fcntl(*descriptor, F_SETFD, FD_CLOEXEC) == 0 && about.st_dev == file->device && about.st_ino == file->inode;
}

static tcs_status open_h5(store_file *file, tcs_error *error) {
    hid_t access = store_h5_access();
    file->h5 = H5Fopen(file->path, H5F_ACC_RDONLY, access);
    tcs_status status = TCS_OK;
    if (file->h5 < 0)
        status = store_h5_failed(error, TCS_BAD_RESULTS, "%s is not a results file, or is damaged", file->path);
    else if (!is_same_file(file))
        status = bad(file, "this", "was replaced by another file while it was opened", error);
    H5Pclose(access);
    if (status != TCS_OK)
        return status;
    hsize_t n_user = 1;
    hid_t creation = H5Fget_create_plist(file->h5);
    if (creation < 0 || H5Pget_userblock(creation, &n_user) < 0 || n_user != 0)
        status = bad(file, "this", "begins with a block that is not HDF5's", error);
    H5Pclose(creation);
    return status;
}

static tcs_status check_format(store_file *file, tcs_error *error) {
    hid_t root = H5Gopen2(file->h5, "/", H5P_DEFAULT);
    const char *format = root < 0 ? NULL : store_h5_text_attribute(root, "format", &file->arena);
    const char *version = root < 0 ? NULL : store_h5_text_attribute(root, "format_version", &file->arena);
    if (root >= 0)
        H5Gclose(root);
    if (!format || strcmp(format, STORE_FORMAT) != 0)
        return bad(file, "this", "is an HDF5 file, but not one of tcsweep's results", error);
    /* Files of the same first number can be read: later ones only add. */
    char *end = NULL;
    size_t n_major = strcspn(TCS_STORE_VERSION, ".") + 1;
    bool is_ours = version && strncmp(version, TCS_STORE_VERSION, n_major) == 0;
    unsigned long minor = is_ours ? strtoul(version + n_major, &end, 10) : 0;
    file->is_newer = minor > strtoul(&TCS_STORE_VERSION[n_major], NULL, 10);
    if (is_ours && end > version + n_major && !*end)
        return TCS_OK;
    char excerpt[TCS_EXCERPT_BYTES];
    tcs_text_excerpt(version ? version : "", version ? strlen(version) : 0, excerpt);
    return tcs_error_add(error, TCS_BAD_RESULTS, "%s has format version \"%s\"; this program reads version %s", file->path, excerpt,
                         TCS_STORE_VERSION);
}

tcs_status store_file_check_version(const store_file *file, tcs_error *error) {
    if (!file->is_newer)
        return TCS_OK;
    return tcs_error_add(error, TCS_BAD_RESULTS,
                         "%s was made by a later version of tcsweep: it can be read, but not continued or verified", file->path);
}

/* ---- finding the datasets -------------------------------------------------------------------------------------------- */

static bool has_shape(const store_dataset *dataset, hid_t opened) {
    hsize_t extent[STORE_MOST_RANK];
    hid_t space = H5Dget_space(opened);
    int rank = (int)store_dataset_rank(dataset);
    H5S_class_t kind = space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(space);
    bool is_right = kind == (rank == 0 ? H5S_SCALAR : H5S_SIMPLE) && H5Sget_simple_extent_ndims(space) == rank &&
                    (rank == 0 || H5Sget_simple_extent_dims(space, extent, NULL) == rank);
    for (int i = 0; is_right && i < rank; i++)
        is_right = extent[i] == dataset->extent[i];
    if (space >= 0)
        H5Sclose(space);
    return is_right;
}

static bool has_type(const store_dataset *dataset, hid_t opened) {
    hid_t found = H5Dget_type(opened), wanted = store_h5_type(dataset->element);
    bool is_right = found >= 0 && wanted >= 0;
    if (is_right && H5Tget_class(wanted) != H5T_STRING)
        is_right = H5Tequal(found, wanted) > 0;
    else if (is_right)
        is_right = H5Tget_class(found) == H5T_STRING && H5Tis_variable_str(found) == H5Tis_variable_str(wanted) &&
                   H5Tget_size(found) == H5Tget_size(wanted);
    if (found >= 0)
        H5Tclose(found);
    if (wanted >= 0)
        H5Tclose(wanted);
    return is_right;
}

/* One run of bytes inside the file. */
static bool has_bytes(const store_file *file, store_dataset *dataset, hid_t opened) {
    hid_t properties = H5Dget_create_plist(opened);
    bool is_plain = properties >= 0 && H5Pget_layout(properties) == H5D_CONTIGUOUS && H5Pget_external_count(properties) == 0;
    if (properties >= 0)
        H5Pclose(properties);
    if (!is_plain)
        return false;
    haddr_t address = H5Dget_offset(opened);
    dataset->n_bytes = dataset->n_items * store_element_bytes(dataset->element);
    dataset->address = address;
    return address != HADDR_UNDEF && address > 0 && H5Dget_storage_size(opened) == dataset->n_bytes &&
           dataset->n_bytes <= file->n_bytes && address <= file->n_bytes - dataset->n_bytes;
}

static tcs_status find_dataset(const store_file *file, store_dataset *dataset, tcs_error *error) {
    hid_t opened = store_h5_open(file->h5, dataset->path, H5I_DATASET);
    if (opened < 0)
        return bad(file, dataset->path, "is missing", error);
    const char *problem = !has_shape(dataset, opened)         ? "has another shape than its axes"
                          : !has_type(dataset, opened)        ? "has another type than it must have"
                          : !has_bytes(file, dataset, opened) ? "does not lie in the file as one piece"
                                                              : NULL;
    H5Dclose(opened);
    return problem ? bad(file, dataset->path, problem, error) : TCS_OK;
}

static int compare_addresses(const void *a, const void *b) {
    const store_dataset *const *one = a, *const *two = b;
    return (*one)->address < (*two)->address ? -1 : (*one)->address > (*two)->address;
}

static tcs_status find_datasets(store_file *file, tcs_error *error) {
    size_t n = file->schema.n_datasets;
    for (size_t i = 0; i < n; i++) {
        tcs_status status = find_dataset(file, &file->schema.datasets[i], error);
        if (status != TCS_OK)
            return status;
    }
    const store_dataset **sorted = store_arena_array(&file->arena, n, sizeof *sorted, error);
    if (!sorted)
        return TCS_OUT_OF_MEMORY;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &file->schema.datasets[i];
    qsort(sorted, n, sizeof *sorted, compare_addresses);
    for (size_t i = 1; i < n; i++)
        if (sorted[i - 1]->address + sorted[i - 1]->n_bytes > sorted[i]->address)
            return bad(file, sorted[i]->path, "lies on top of another dataset", error);
    return TCS_OK;
}

/* ---- what is wanted again and again ---------------------------------------------------------------------------------- */

static tcs_status find_networks(store_file *file, tcs_error *error) {
    size_t n = file->shape.n_configurations;
    const char **names;
    tcs_status status = store_file_read_texts(file, STORE_NETWORK, &names, error);
    if (status == TCS_OK)
        status = store_file_read_texts(file, STORE_CONFIG, &file->labels, error);
    if (status == TCS_OK)
        status = store_file_read(file, STORE_WEIGHTS_INDEX, file->weights_index, error);
    for (size_t c = 0; status == TCS_OK && c < n; c++) {
        file->network_of[c] = STORE_NONE;
        if (file->weights_index[c] < 0)
            continue;
        for (size_t i = 0; i < file->shape.n_networks && file->network_of[c] == STORE_NONE; i++)
            if (strcmp(names[c], file->shape.networks[i].name) == 0 &&
                (size_t)file->weights_index[c] < file->shape.n_configurations_of[i])
                file->network_of[c] = i;
        if (file->network_of[c] == STORE_NONE)
            status = bad(file, "/configs/weights_index", "points to weights that are not there", error);
    }
    return status;
}

static tcs_status read_common(store_file *file, tcs_error *error) {
    size_t n_configurations = file->shape.n_configurations, n_splits = file->shape.n_splits;
    file->network_of = store_arena_array(&file->arena, n_configurations, sizeof *file->network_of, error);
    file->weights_index = store_arena_array(&file->arena, n_configurations, sizeof *file->weights_index, error);
    file->n_train = store_arena_array(&file->arena, n_splits, sizeof *file->n_train, error);
    file->n_test = store_arena_array(&file->arena, n_splits, sizeof *file->n_test, error);
    if (!file->network_of || !file->weights_index || !file->n_train || !file->n_test)
        return TCS_OUT_OF_MEMORY;
    tcs_status status = find_networks(file, error);
    if (status == TCS_OK)
        status = store_file_read(file, STORE_N_TRAIN, file->n_train, error);
    if (status == TCS_OK)
        status = store_file_read(file, STORE_N_TEST, file->n_test, error);
    for (size_t s = 0; status == TCS_OK && s < n_splits; s++)
        if (file->n_train[s] > file->shape.n_train_most || file->n_test[s] > file->shape.n_test_most)
            status = bad(file, "/splits", "has more rows than its lists", error);
    return status;
}

/* All that HDF5 is asked for. */
static tcs_status parse(store_file *file, tcs_error *error) {
    tcs_status status = open_h5(file, error);
    if (status == TCS_OK)
        status = check_format(file, error);
    if (status == TCS_OK)
        status = store_shape_read(file->h5, file->path, &file->arena, &file->shape, error);
    if (status == TCS_OK)
        status = store_schema_make(&file->shape, &file->arena, TCS_BAD_RESULTS, &file->schema, error);
    if (status == TCS_OK)
        status = find_datasets(file, error);
    return status == TCS_OK ? read_common(file, error) : status;
}

/* In a child: the same, and every text that anybody could ask for. */
static void parse_in_child(void *context) {
    static const char *const attributes[] = {"tcsweep_version", "created", "sweep_name",   "data_file",
                                             "instruction_set", "uuid",    "sweep_sha256", "data_sha256"};
    store_file *file = context;
    if (parse(file, NULL) != TCS_OK)
        return;
    const char **texts;
    for (size_t i = 0; i < file->schema.n_datasets; i++)
        if (file->schema.datasets[i].element == STORE_TEXT)
            store_file_read_texts(file, i, &texts, NULL);
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        store_h5_text_attribute(file->h5, attributes[i], &file->arena);
    store_file_close(file);
}

tcs_status store_file_open(const char *path, store_purpose purpose, store_file *out, tcs_error *error) {
    *out = (store_file){.descriptor = -1, .h5 = -1};
    store_h5_prepare();
    out->path = tcs_text_copy(path, error);
    tcs_status status =
        out->path ? open_descriptor(out, purpose == STORE_FOR_WRITING || purpose == STORE_JUST_MADE, error) : TCS_OUT_OF_MEMORY;
    /* What is kept of a file is about as large as its texts and a few numbers a dataset. */
    out->arena.most_bytes = out->n_bytes < MOST_KEPT_BYTES ? out->n_bytes + MOST_KEPT_BYTES / 32 : MOST_KEPT_BYTES;
    if (status == TCS_OK && purpose != STORE_JUST_MADE)
        status = store_structure_check(out->descriptor, path, out->n_bytes, &out->is_intact, error);
    if (status == TCS_OK && !out->is_intact && purpose != STORE_JUST_MADE && purpose != STORE_REHEARSED)
        status = store_rehearse(path, parse_in_child, out, error);
    if (status == TCS_OK)
        status = parse(out, error);
    if (status != TCS_OK)
        store_file_close(out);
    return status;
}

void store_file_close_h5(store_file *file) {
    if (file->h5 >= 0)
        H5Fclose(file->h5);
    file->h5 = -1;
}

void store_file_close(store_file *file) {
    store_file_close_h5(file);
    if (file->descriptor >= 0)
        close(file->descriptor);
    store_arena_free(&file->arena);
    free(file->path);
    *file = (store_file){.descriptor = -1, .h5 = -1};
}

tcs_status store_file_check_in_place(const store_file *file, tcs_error *error) {
    struct stat named, opened;
    if (fstat(file->descriptor, &opened) != 0)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot examine %s: %s", file->path, strerror(errno));
    bool is_named = stat(file->path, &named) == 0;
    if (!is_named && errno != ENOENT && errno != ENOTDIR)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "cannot examine %s: %s", file->path, strerror(errno));
    bool is_other = is_named && (named.st_dev != opened.st_dev || named.st_ino != opened.st_ino);
    if (opened.st_nlink > 0 && is_named && !is_other)
        return TCS_OK;
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s was %s while it was being written: nothing more can be saved in it",
                         file->path, is_other ? "replaced by another file" : "removed or renamed");
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

tcs_status store_file_read(const store_file *file, size_t dataset, void *out, tcs_error *error) {
    const store_dataset *from = &file->schema.datasets[dataset];
    return store_raw_read(file->descriptor, file->path, from->address, out, (size_t)from->n_bytes, error);
}

tcs_status store_file_read_texts(store_file *file, size_t dataset, const char ***out, tcs_error *error) {
    const store_dataset *from = &file->schema.datasets[dataset];
    hid_t opened = store_h5_open(file->h5, from->path, H5I_DATASET);
    *out = store_arena_array(&file->arena, from->n_items, sizeof **out, error);
    tcs_status status = *out ? TCS_OK : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK && (opened < 0 || !store_h5_read_texts(opened, from->n_items, &file->arena, *out)))
        status = bad(file, from->path, "cannot be read", error);
    if (opened >= 0)
        H5Dclose(opened);
    return status;
}

bool store_file_job_address(const store_file *file, const store_dataset *dataset, size_t job, uint64_t *address) {
    size_t n_splits = file->shape.n_splits, configuration = job / n_splits;
    if (dataset->network != STORE_NONE) {
        if (dataset->network != file->network_of[configuration])
            return false;
        job = (size_t)file->weights_index[configuration] * n_splits + job % n_splits;
    }
    *address = dataset->address + (uint64_t)job * dataset->job_bytes;
    return true;
}
