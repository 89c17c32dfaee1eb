/* HDF5's errors, properties, links and texts. */
#include "h5.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LINKS 65536
#define NAME_BYTES 1024

/* H5Pset_file_locking came with 1.10.7 and 1.12.1. */
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
#define HAS_FILE_LOCKING_PROPERTY 1
#else
#define HAS_FILE_LOCKING_PROPERTY 0
#endif

void store_h5_prepare(void) {
    if (!HAS_FILE_LOCKING_PROPERTY)
        setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1); /* read by HDF5 when it first opens a file */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

hid_t store_h5_access(void) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0)
        return access;
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_meta_block_size(access, 65536); /* what never changes lies together */
    H5Pset_sieve_buf_size(access, 0);
#if HAS_FILE_LOCKING_PROPERTY
    H5Pset_file_locking(access, 0, 1);
#endif
    return access;
}

static herr_t take_innermost(unsigned index, const H5E_error2_t *found, void *context) {
    if (index == 0 && found->desc)
        snprintf(context, NAME_BYTES, "%s", found->desc);
    return 0;
}

tcs_status store_h5_failed(tcs_error *error, tcs_status status, const char *format, ...) {
    char reason[NAME_BYTES] = "no reason given";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_innermost, reason);
    /* The driver writes "…, errno = 28, error message = 'No space left on device', …". */
    static const char mark[] = "error message = '";
    char *from = strstr(reason, mark), *shown = reason;
    if (from) {
        shown = from + sizeof mark - 1;
        shown[strcspn(shown, "'")] = 0;
    }
    char *message = NULL;
    va_list arguments;
    va_start(arguments, format);
    int n = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (n < 0)
        return status;
    tcs_error_add(error, status, "%s: %s", message, shown);
    free(message);
    return status;
}

hid_t store_h5_text_type(void) {
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static bool add_scalar(hid_t object, const char *name, hid_t type, const void *value) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool is_written = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
    if (is_written) {
        H5Aclose(attribute);
        H5Sclose(space);
    }
    return is_written;
}

bool store_h5_add_text(hid_t object, const char *name, const char *text) {
    hid_t type = store_h5_text_type();
    bool is_added = type >= 0 && add_scalar(object, name, type, &text);
    if (is_added) /* where it was not, the reason must not be forgotten */
        H5Tclose(type);
    return is_added;
}

bool store_h5_add_number(hid_t object, const char *name, int64_t number) {
    return add_scalar(object, name, H5T_NATIVE_INT64, &number);
}

/* One step of a path. */
static hid_t open_step(hid_t parent, const char *name) {
    H5L_info_t link;
    if (H5Lexists(parent, name, H5P_DEFAULT) <= 0 || H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0 ||
        link.type != H5L_TYPE_HARD)
        return -1;
    return H5Oopen(parent, name, H5P_DEFAULT);
}

hid_t store_h5_open(hid_t file, const char *path, H5I_type_t kind) {
    char step[NAME_BYTES];
    hid_t object = H5Gopen2(file, "/", H5P_DEFAULT);
    while (object >= 0 && *(path += strspn(path, "/"))) {
        size_t n = strcspn(path, "/");
        if (n >= sizeof step) {
            H5Oclose(object);
            return -1;
        }
        memcpy(step, path, n);
        step[n] = 0;
        path += n;
        hid_t next = H5Iget_type(object) == H5I_GROUP ? open_step(object, step) : -1;
        H5Oclose(object);
        object = next;
    }
    if (object >= 0 && H5Iget_type(object) != kind) {
        H5Oclose(object);
        return -1;
    }
    return object;
}

typedef struct name_list {
    store_arena *arena;
    size_t n, capacity;
    const char **names;
} name_list;

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *link, void *context) {
    (void)group;
    name_list *list = context;
    if (link->type != H5L_TYPE_HARD)
        return 0;
    if (list->n == list->capacity)
        return -1;
    const char *copy = store_arena_print(list->arena, "%s", name);
    list->names[list->n] = copy;
    list->n += copy != NULL;
    return copy ? 0 : -1;
}

bool store_h5_list(hid_t group, store_arena *arena, size_t *n_names, const char ***names) {
    H5G_info_t about;
    if (H5Gget_info(group, &about) < 0 || about.nlinks > MOST_LINKS)
        return false;
    name_list list = {.arena = arena, .capacity = (size_t)about.nlinks};
    list.names = store_arena_take(arena, list.capacity * sizeof *list.names);
    if (!list.names || H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, &list) < 0)
        return false;
    *n_names = list.n;
    *names = list.names;
    return true;
}

/* An open attribute of one element, or negative. */
static hid_t open_scalar(hid_t object, const char *name) {
    if (H5Aexists(object, name) <= 0)
        return -1;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
    bool is_one = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0)
        H5Sclose(space);
    if (attribute >= 0 && !is_one) {
        H5Aclose(attribute);
        return -1;
    }
    return attribute;
}

/* A variable-length string in memory with the character set of one in a file: HDF5 does not convert between sets. */
static hid_t memory_text_type(hid_t file_type) {
    if (file_type < 0 || H5Tget_class(file_type) != H5T_STRING || H5Tis_variable_str(file_type) <= 0)
        return -1;
    hid_t type = store_h5_text_type();
    if (type >= 0)
        H5Tset_cset(type, H5Tget_cset(file_type));
    return type;
}

const char *store_h5_text_attribute(hid_t object, const char *name, store_arena *arena) {
    hid_t attribute = open_scalar(object, name);
    if (attribute < 0)
        return NULL;
    hid_t file_type = H5Aget_type(attribute), type = memory_text_type(file_type);
    char *text = NULL;
    const char *copy = NULL;
    if (type >= 0 && H5Aread(attribute, type, &text) >= 0)
        copy = store_arena_print(arena, "%s", text ? text : "");
    H5free_memory(text);
    if (type >= 0)
        H5Tclose(type);
    H5Tclose(file_type);
    H5Aclose(attribute);
    return copy;
}

bool store_h5_number_attribute(hid_t object, const char *name, int64_t *number) {
    hid_t attribute = open_scalar(object, name);
    if (attribute < 0)
        return false;
    hid_t type = H5Aget_type(attribute);
    bool is_read = type >= 0 && H5Tget_class(type) == H5T_INTEGER && H5Aread(attribute, H5T_NATIVE_INT64, number) >= 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return is_read;
}

static void *take_from_arena(size_t n_bytes, void *arena) {
    return store_arena_take(arena, n_bytes);
}

static void leave_to_arena(void *memory, void *arena) {
    (void)memory;
    (void)arena;
}

bool store_h5_read_texts(hid_t dataset, size_t n, store_arena *arena, const char **texts) {
    hid_t file_type = H5Dget_type(dataset), type = memory_text_type(file_type), transfer = H5Pcreate(H5P_DATASET_XFER);
    bool is_read = type >= 0 && transfer >= 0 &&
                   H5Pset_vlen_mem_manager(transfer, take_from_arena, arena, leave_to_arena, arena) >= 0 &&
                   H5Dread(dataset, type, H5S_ALL, H5S_ALL, transfer, texts) >= 0;
    for (size_t i = 0; is_read && i < n; i++)
        if (!texts[i])
            texts[i] = "";
    if (transfer >= 0)
        H5Pclose(transfer);
    if (type >= 0)
        H5Tclose(type);
    if (file_type >= 0)
        H5Tclose(file_type);
    return is_read;
}
