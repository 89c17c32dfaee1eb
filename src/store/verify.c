/* Everything about a results file that can be checked. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "rehearse.h"
#include "states.h"
#include "summary.h"
#include "tcsweep/bytes.h"

#define MOST_FINDINGS 100

typedef struct verifier {
    const store_file *file;
    tcs_error *findings;
    size_t n_damaged;  /* jobs */
    size_t n_findings; /* of any kind */
} verifier;

/* Adds a message; of many only the first are told. */
static void find(verifier *verify, const char *what, const char *problem) {
    if (++verify->n_findings <= MOST_FINDINGS)
        tcs_error_add(verify->findings, TCS_BAD_RESULTS, "%s: %s %s", verify->file->path, what, problem);
}

/* ---- scales ---------------------------------------------------------------------------------------------------------- */

/* Does the reference lead to the scale? Told by where its numbers lie: an object may have several names. */
static bool leads_to(hid_t h5, const hobj_ref_t *reference, const store_dataset *scale) {
    hid_t object = H5Rdereference2(h5, H5P_DEFAULT, H5R_OBJECT, reference);
    bool is_it = object >= 0 && H5Iget_type(object) == H5I_DATASET && H5Dget_offset(object) == scale->address;
    if (object >= 0)
        H5Oclose(object);
    return is_it;
}

/* DIMENSION_LIST: for each axis a list of references to scales. Read without H5DS, which trusts the attribute's type. */
static bool has_scales(const store_file *file, const store_dataset *dataset, hid_t opened) {
    size_t rank = store_dataset_rank(dataset);
    hid_t attribute = H5Aexists(opened, "DIMENSION_LIST") > 0 ? H5Aopen(opened, "DIMENSION_LIST", H5P_DEFAULT) : -1;
    if (attribute < 0)
        return false;
    hid_t space = H5Aget_space(attribute), found = H5Aget_type(attribute), wanted = H5Tvlen_create(H5T_STD_REF_OBJ);
    hvl_t lists[STORE_MOST_RANK] = {{0}};
    bool is_right = space >= 0 && found >= 0 && H5Sget_simple_extent_npoints(space) == (hssize_t)rank &&
                    H5Tequal(found, wanted) > 0 && H5Aread(attribute, wanted, lists) >= 0;
    for (size_t axis = 0; is_right && axis < rank; axis++)
        is_right =
            lists[axis].len == 1 && leads_to(file->h5, lists[axis].p, &file->schema.datasets[store_schema_scale(dataset, axis)]);
    for (size_t axis = 0; axis < rank; axis++)
        H5free_memory(lists[axis].p);
    H5Tclose(wanted);
    if (found >= 0)
        H5Tclose(found);
    if (space >= 0)
        H5Sclose(space);
    H5Aclose(attribute);
    return is_right;
}

static void check_scales(verifier *verify) {
    const store_file *file = verify->file;
    for (size_t i = 0; i < file->schema.n_datasets; i++) {
        const store_dataset *dataset = &file->schema.datasets[i];
        if (dataset->is_scale || store_dataset_rank(dataset) == 0 || store_schema_scale(dataset, 0) == STORE_NONE)
            continue;
        hid_t opened = store_h5_open(file->h5, dataset->path, H5I_DATASET);
        if (opened < 0 || !has_scales(file, dataset, opened))
            find(verify, dataset->path, "is not attached to the scales of its axes");
        if (opened >= 0)
            H5Dclose(opened);
    }
}

/* A file to be verified may come from anywhere: also one whose checksum fits is tried out first. */
static void check_scales_in_child(void *path) {
    store_file file;
    if (store_file_open(path, STORE_REHEARSED, &file, NULL) != TCS_OK)
        return;
    check_scales(&(verifier){.file = &file});
    store_file_close(&file);
}

/* ---- lists that point elsewhere -------------------------------------------------------------------------------------- */

static bool are_rows(const int32_t *rows, size_t n, size_t n_most, size_t n_rows) {
    for (size_t i = 0; i < n_most; i++)
        if (i < n ? rows[i] < 0 || (size_t)rows[i] >= n_rows : rows[i] != -1)
            return false;
    return true;
}

static tcs_status check_rows(verifier *verify, size_t dataset, const uint32_t *n_of, tcs_error *error) {
    const store_file *file = verify->file;
    const store_dataset *lists = &file->schema.datasets[dataset];
    int32_t *rows = tcs_allocate(lists->n_items, sizeof *rows, error);
    tcs_status status = rows ? store_file_read(file, dataset, rows, error) : TCS_OUT_OF_MEMORY;
    for (size_t s = 0; status == TCS_OK && s < file->shape.n_splits; s++)
        if (!are_rows(rows + s * lists->extent[1], n_of[s], lists->extent[1], file->shape.n_rows)) {
            find(verify, lists->path, "holds rows that the data do not have");
            break;
        }
    free(rows);
    return status;
}

/* ---- checksums ------------------------------------------------------------------------------------------------------- */

static tcs_status note_damage(void *context, size_t job, tcs_error *error) {
    (void)error;
    verifier *verify = context;
    char name[STORE_JOB_NAME_BYTES];
    store_job_name(verify->file, job, name);
    verify->n_damaged++;
    find(verify, name, "is damaged: its checksum does not fit what is stored");
    return TCS_OK;
}

static tcs_status note_summary(void *context, tcs_set set, size_t metric, size_t configuration, const tcs_aggregate *must_be,
                               tcs_error *error) {
    (void)must_be;
    (void)error;
    verifier *verify = context;
    char label[TCS_EXCERPT_BYTES], what[2 * TCS_EXCERPT_BYTES];
    const char *text = verify->file->labels[configuration];
    tcs_text_excerpt(text, strlen(text), label);
    snprintf(what, sizeof what, "/summary/%s/%s of %s", tcs_set_names[set], tcs_metric_name((tcs_metric)metric), label);
    find(verify, what, "is not the mean of its metrics");
    return TCS_OK;
}

/* Between two writes of a commit the summary is behind the states. */
static bool is_being_written(const store_file *file) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    return fcntl(file->descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static tcs_status verify_all(verifier *verify, size_t *n_checked, tcs_error *error) {
    const store_file *file = verify->file;
    tcs_outcome *outcomes;
    tcs_status status = store_states_read(file, &outcomes, error);
    if (status != TCS_OK)
        return status;
    bool is_written = is_being_written(file);
    if (!file->is_intact)
        find(verify, "the file", "is not as it was made: it was repacked, edited or damaged outside the jobs' results");
    check_scales(verify);
    status = check_rows(verify, STORE_TRAIN_ROWS, file->n_train, error);
    if (status == TCS_OK)
        status = check_rows(verify, STORE_TEST_ROWS, file->n_test, error);
    if (status == TCS_OK)
        status = store_checksum_find_damage(file, outcomes, note_damage, verify, n_checked, error);
    if (status == TCS_OK && !is_written && !is_being_written(file))
        status = store_summary_compare(file, outcomes, note_summary, verify, error);
    free(outcomes);
    return status;
}

tcs_status tcs_store_verify(const char *path, size_t *n_checked, size_t *n_damaged, tcs_error *findings, tcs_error *error) {
    store_file file;
    *n_checked = *n_damaged = 0;
    tcs_status status = store_rehearse(path, check_scales_in_child, (void *)path, error);
    if (status == TCS_OK)
        status = store_file_open(path, STORE_FOR_READING, &file, error);
    if (status != TCS_OK)
        return status;
    verifier verify = {.file = &file, .findings = findings};
    status = store_file_check_version(&file, error);
    if (status == TCS_OK)
        status = verify_all(&verify, n_checked, error);
    *n_damaged = verify.n_damaged;
    if (verify.n_findings > MOST_FINDINGS)
        tcs_error_add(findings, TCS_BAD_RESULTS, "%s: %zu more findings", path, verify.n_findings - MOST_FINDINGS);
    store_file_close(&file);
    if (status != TCS_OK || verify.n_findings == 0)
        return status;
    return tcs_error_add(error, TCS_BAD_RESULTS, "%s is damaged: %zu findings", path, verify.n_findings);
}
