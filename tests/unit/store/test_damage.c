/* Damage is found, told, and repaired where it can be; forged files are refused. */
#include <fcntl.h>
#include <hdf5_hl.h>
#include <math.h>
#include <sys/stat.h>

#include "check.h"
#include "file.h"
#include "folder.h"
#include "sample.h"

enum { N_DONE = 8 };

static folder make_filled(void) {
    folder made = folder_make();
    tcs_store_layout layout = sample_layout();
    tcs_store *store;
    sample_job sample;
    CU_ASSERT_EQUAL_FATAL(tcs_store_create(made.file, &layout, NULL), TCS_OK);
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &store, NULL, NULL), TCS_OK);
    for (size_t job = 0; job < N_DONE; job++) {
        sample_done(job, &sample);
        CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, NULL), TCS_OK);
    }
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    return made;
}

static void flip_byte(const char *path, uint64_t address) {
    unsigned char byte;
    int descriptor = open(path, O_RDWR);
    CU_ASSERT_EQUAL(pread(descriptor, &byte, 1, (off_t)address), 1);
    byte ^= 0x10;
    CU_ASSERT_EQUAL(pwrite(descriptor, &byte, 1, (off_t)address), 1);
    close(descriptor);
}

static tcs_status verify(const char *path, size_t *n_damaged, char text[2000]) {
    tcs_error error = {0};
    size_t n_checked;
    tcs_status status = tcs_store_verify(path, &n_checked, n_damaged, &error, &error);
    snprintf(text, 2000, "%s", tcs_error_text(&error));
    tcs_error_clear(&error);
    return status;
}

/* ---- damage ---------------------------------------------------------------------------------------------------------- */

/* One flipped bit in any dataset of a job, its checksum included, is damage of that job alone. */
static void every_part_is_under_the_checksum(void) {
    folder made = make_filled();
    store_file file;
    size_t n_damaged, n_parts = 0;
    char text[2000];
    CU_ASSERT_EQUAL_FATAL(store_file_open(made.file, STORE_FOR_READING, &file, NULL), TCS_OK);
    CU_ASSERT(file.is_intact);
    const size_t job = 4;
    for (size_t i = 0; i < file.schema.n_datasets; i++) {
        const store_dataset *dataset = &file.schema.datasets[i];
        uint64_t address = dataset->address + job * 4;
        if (dataset->role != STORE_SUM && (dataset->role != STORE_JOB || !store_file_job_address(&file, dataset, job, &address)))
            continue;
        if (i == STORE_STATUS) /* another state would be another finding */
            continue;
        flip_byte(made.file, address);
        CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_BAD_RESULTS);
        CU_ASSERT_EQUAL(n_damaged, 1);
        TCS_ASSERT_CONTAINS(text, "fcnn learning_rate=0.001, split 1 is damaged");
        flip_byte(made.file, address);
        n_parts++;
    }
    CU_ASSERT_EQUAL(n_parts, file.schema.n_job_parts - 2); /* the status, two tensors of another network; one checksum more */
    CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_OK);
    store_file_close(&file);
    folder_remove(&made);
}

static void damaged_jobs_run_again(void) {
    folder made = make_filled();
    store_file file;
    CU_ASSERT_EQUAL_FATAL(store_file_open(made.file, STORE_FOR_READING, &file, NULL), TCS_OK);
    uint64_t address;
    store_file_job_address(&file, &file.schema.datasets[store_schema_metric(TCS_SET_TEST, TCS_METRIC_MAE)], 4, &address);
    flip_byte(made.file, address);
    tcs_store *store;
    tcs_error warnings = {0};
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &store, &warnings, NULL), TCS_OK);
    CU_ASSERT_EQUAL(warnings.n_messages, 1);
    TCS_ASSERT_CONTAINS(tcs_error_text(&warnings), "fcnn learning_rate=0.001, split 1 is damaged; it will run again");
    for (size_t job = 0; job < SAMPLE_C * SAMPLE_S; job++)
        CU_ASSERT_EQUAL(tcs_store_outcomes(store)[job], job == 4 || job >= N_DONE ? TCS_JOB_QUEUED : TCS_JOB_DONE);
    /* Nothing of it can be averaged by anybody, and the summary is of the others. */
    double values[SAMPLE_C * SAMPLE_S], mean[SAMPLE_C];
    uint32_t n[SAMPLE_C];
    store_file_read(&file, store_schema_metric(TCS_SET_TEST, TCS_METRIC_F1), values, NULL);
    store_file_read(&file, store_schema_summary(TCS_SET_TEST, TCS_METRIC_F1, STORE_MEAN), mean, NULL);
    store_file_read(&file, store_schema_summary(TCS_SET_TEST, TCS_METRIC_F1, STORE_N), n, NULL);
    CU_ASSERT(isnan(values[4]));
    CU_ASSERT_EQUAL(n[1], 2);
    CU_ASSERT_DOUBLE_EQUAL(mean[1], (values[3] + values[5]) / 2, 1e-15);
    sample_job sample;
    sample_done(4, &sample);
    CU_ASSERT_EQUAL(tcs_store_put(store, &sample.record, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    size_t n_damaged;
    char text[2000];
    CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_OK);
    store_file_close(&file);
    tcs_error_clear(&warnings);
    folder_remove(&made);
}

static void a_wrong_summary_is_found_and_repaired(void) {
    folder made = make_filled();
    store_file file;
    CU_ASSERT_EQUAL_FATAL(store_file_open(made.file, STORE_FOR_READING, &file, NULL), TCS_OK);
    flip_byte(made.file, file.schema.datasets[store_schema_summary(TCS_SET_TRAIN, TCS_METRIC_R2, STORE_STD)].address + 7);
    store_file_close(&file);
    size_t n_damaged;
    char text[2000];
    CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(text, "/summary/train/r2 of fcnn learning_rate=0.0001");
    CU_ASSERT_EQUAL(n_damaged, 0);
    tcs_store *store;
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &store, NULL, NULL), TCS_OK);
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_OK);
    folder_remove(&made);
}

/* Also the data, the splits and the texts are under a checksum; the results of jobs are kept. */
static void other_damage_is_told(void) {
    folder made = make_filled();
    store_file file;
    CU_ASSERT_EQUAL_FATAL(store_file_open(made.file, STORE_FOR_READING, &file, NULL), TCS_OK);
    flip_byte(made.file, file.schema.datasets[STORE_TC].address + 3);
    store_file_close(&file);
    size_t n_damaged;
    char text[2000];
    CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(text, "is not as it was made");
    CU_ASSERT_EQUAL(n_damaged, 0);
    tcs_store *store;
    tcs_error warnings = {0};
    CU_ASSERT_EQUAL_FATAL(tcs_store_open(made.file, 0, &store, &warnings, NULL), TCS_OK);
    TCS_ASSERT_CONTAINS(tcs_error_text(&warnings), "is not as it was made");
    CU_ASSERT_EQUAL(tcs_store_outcomes(store)[N_DONE - 1], TCS_JOB_DONE);
    CU_ASSERT_EQUAL(tcs_store_close(store, NULL), TCS_OK);
    tcs_error_clear(&warnings);
    folder_remove(&made);
}

/* ---- forged files ---------------------------------------------------------------------------------------------------- */

static void replace_dataset(hid_t file, const char *path, hid_t type, int rank, const hsize_t *extent, hid_t properties) {
    hid_t space = H5Screate_simple(rank, extent, NULL);
    H5Ldelete(file, path, H5P_DEFAULT);
    CU_ASSERT(H5Dclose(H5Dcreate2(file, path, type, space, H5P_DEFAULT, properties, H5P_DEFAULT)) >= 0);
    H5Sclose(space);
}

static void forge_type(hid_t file) {
    replace_dataset(file, "/job/crc32", H5T_NATIVE_INT16, 2, (hsize_t[]){SAMPLE_C, SAMPLE_S}, H5P_DEFAULT);
}
static void forge_byte_order(hid_t file) {
    replace_dataset(file, "/job/crc32", H5T_STD_U32BE, 2, (hsize_t[]){SAMPLE_C, SAMPLE_S}, H5P_DEFAULT);
}
static void forge_shape(hid_t file) {
    replace_dataset(file, "/metrics/test/mae", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){SAMPLE_C, SAMPLE_S + 1}, H5P_DEFAULT);
}
static void forge_rank(hid_t file) {
    replace_dataset(file, "/metrics/test/mae", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){SAMPLE_C * SAMPLE_S}, H5P_DEFAULT);
}
static void forge_huge_axis(hid_t file) {
    replace_dataset(file, "/config", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){(hsize_t)1 << 50}, H5P_DEFAULT);
}
static void forge_not_allocated(hid_t file) {
    replace_dataset(file, "/predictions/test_tc", H5T_NATIVE_FLOAT, 3, (hsize_t[]){SAMPLE_C, SAMPLE_S, SAMPLE_MOST_TEST},
                    H5P_DEFAULT);
}
static void forge_chunks(hid_t file) {
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, 2, (hsize_t[]){1, 1});
    replace_dataset(file, "/metrics/test/mae", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){SAMPLE_C, SAMPLE_S}, properties);
    H5Pclose(properties);
}
static void forge_external_storage(hid_t file) {
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(properties, "/etc/passwd", 0, H5F_UNLIMITED);
    replace_dataset(file, "/metrics/test/mae", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){SAMPLE_C, SAMPLE_S}, properties);
    H5Pclose(properties);
}
static void forge_external_link(hid_t file) {
    H5Ldelete(file, "/metrics/test/mae", H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/metrics/test/mae", file, "/metrics/test/mae", H5P_DEFAULT, H5P_DEFAULT);
}
static void forge_soft_link(hid_t file) {
    H5Ldelete(file, "/metrics/test/mae", H5P_DEFAULT);
    H5Lcreate_soft("/metrics/test/rmse", file, "/metrics/test/mae", H5P_DEFAULT, H5P_DEFAULT);
}
static void forge_twice_the_same(hid_t file) {
    H5Ldelete(file, "/metrics/test/mae", H5P_DEFAULT);
    H5Lcreate_hard(file, "/metrics/test/rmse", file, "/metrics/test/mae", H5P_DEFAULT, H5P_DEFAULT);
}
static void forge_missing(hid_t file) {
    H5Ldelete(file, "/job/seed", H5P_DEFAULT);
}
static void forge_group(hid_t file) {
    H5Ldelete(file, "/job/seed", H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "/job/seed", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}
static void set_text(hid_t file, const char *name, const char *text) {
    H5Adelete(file, name);
    H5LTset_attribute_string(file, "/", name, text); /* of a fixed length: not what it must be */
}
static void forge_format(hid_t file) {
    set_text(file, "format", STORE_FORMAT);
}
static void forge_version(hid_t file) {
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    H5Adelete(root, "format_version");
    store_h5_add_text(root, "format_version", "2.0");
    H5Gclose(root);
}
static void forge_minor_version(hid_t file) {
    hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
    H5Adelete(root, "format_version");
    store_h5_add_text(root, "format_version", "1.7");
    H5Gclose(root);
}
static void forge_stage_order(hid_t file) {
    H5LTset_attribute_int(file, "/curves/regression", "index", &(int){1}, 1);
}
static void forge_tensor_place(hid_t file) {
    H5LTset_attribute_int(file, "/weights/fcnn/backbone.0.bias", "offset", &(int){21}, 1);
}
static void forge_state(hid_t file) {
    hid_t dataset = H5Dopen2(file, "/job/status", H5P_DEFAULT);
    uint8_t states[SAMPLE_C * SAMPLE_S] = {200};
    H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, states);
    H5Dclose(dataset);
}
static void forge_weights_index(hid_t file) {
    hid_t dataset = H5Dopen2(file, "/configs/weights_index", H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, (int32_t[]){0, 2, 0, -1});
    H5Dclose(dataset);
}
static void forge_row_count(hid_t file) {
    hid_t dataset = H5Dopen2(file, "/splits/n_test", H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, (uint32_t[]){6, 700000, 6});
    H5Dclose(dataset);
}

static void forge(const char *path, void (*change)(hid_t file)) {
    hid_t access = store_h5_access(), file = H5Fopen(path, H5F_ACC_RDWR, access);
    CU_ASSERT_FATAL(file >= 0);
    change(file);
    CU_ASSERT(H5Fclose(file) >= 0);
    H5Pclose(access);
}

static void forged_files_are_refused(void) {
    static const struct {
        void (*change)(hid_t file);
        const char *message;
    } forgeries[] = {{forge_type, "/job/crc32 has another type"},
                     {forge_byte_order, "/job/crc32 has another type"},
                     {forge_shape, "/metrics/test/mae has another shape"},
                     {forge_rank, "/metrics/test/mae has another shape"},
                     {forge_huge_axis, "the axis /config"},
                     {forge_not_allocated, "/predictions/test_tc does not lie in the file as one piece"},
                     {forge_chunks, "/metrics/test/mae does not lie in the file as one piece"},
                     {forge_external_storage, "/metrics/test/mae does not lie in the file as one piece"},
                     {forge_external_link, "/metrics/test/mae is missing"},
                     {forge_soft_link, "/metrics/test/mae is missing"},
                     {forge_twice_the_same, "lies on top of another dataset"},
                     {forge_missing, "/job/seed is missing"},
                     {forge_group, "/job/seed is missing"},
                     {forge_format, "not one of tcsweep's results"},
                     {forge_version, "format version \"2.0\"; this program reads version 1.0"},
                     {forge_stage_order, "the order of /curves/regression"},
                     {forge_tensor_place, "/weights/fcnn/backbone.0.bias"},
                     {forge_state, "/job/status holds 200"},
                     {forge_weights_index, "/configs/weights_index points to weights that are not there"},
                     {forge_row_count, "/splits has more rows than its lists"}};
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        folder made = make_filled();
        tcs_error errors[3] = {{0}};
        tcs_results results;
        tcs_store *store;
        size_t n_checked, n_damaged;
        forge(made.file, forgeries[i].change);
        CU_ASSERT_EQUAL(tcs_results_read(made.file, &results, &errors[0]), TCS_BAD_RESULTS);
        CU_ASSERT_EQUAL(tcs_store_open(made.file, 0, &store, NULL, &errors[1]), TCS_BAD_RESULTS);
        CU_ASSERT_EQUAL(tcs_store_verify(made.file, &n_checked, &n_damaged, NULL, &errors[2]), TCS_BAD_RESULTS);
        for (size_t k = 0; k < 3; k++) {
            TCS_ASSERT_CONTAINS(tcs_error_text(&errors[k]), forgeries[i].message);
            tcs_error_clear(&errors[k]);
        }
        folder_remove(&made);
    }
}

static void detach_scale(hid_t file) {
    hid_t dataset = H5Dopen2(file, "/metrics/train/r2", H5P_DEFAULT), scale = H5Dopen2(file, "/split", H5P_DEFAULT);
    CU_ASSERT(H5DSdetach_scale(dataset, scale, 1) >= 0);
    H5Dclose(scale);
    H5Dclose(dataset);
}

static void exchange_scale(hid_t file) {
    detach_scale(file);
    hid_t dataset = H5Dopen2(file, "/metrics/train/r2", H5P_DEFAULT), scale = H5Dopen2(file, "/row", H5P_DEFAULT);
    CU_ASSERT(H5DSattach_scale(dataset, scale, 1) >= 0);
    H5Dclose(scale);
    H5Dclose(dataset);
}

static void wrong_scales_are_found(void) {
    void (*const changes[])(hid_t) = {detach_scale, exchange_scale};
    for (size_t i = 0; i < 2; i++) {
        folder made = make_filled();
        size_t n_damaged;
        char text[2000];
        forge(made.file, changes[i]);
        CU_ASSERT_EQUAL(verify(made.file, &n_damaged, text), TCS_BAD_RESULTS);
        TCS_ASSERT_CONTAINS(text, "/metrics/train/r2 is not attached to the scales of its axes");
        CU_ASSERT_EQUAL(n_damaged, 0);
        folder_remove(&made);
    }
}

static void add_note(hid_t file) {
    H5LTset_attribute_string(file, "/", "my_note", "the one for the paper");
}

/* Somebody who adds a note to a file can still use it. */
static void edited_files_are_read(void) {
    folder made = make_filled();
    tcs_results results;
    forge(made.file, add_note);
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    CU_ASSERT_EQUAL(results.outcomes[0], TCS_JOB_DONE);
    CU_ASSERT_STRING_EQUAL(results.labels[3], "majority");
    tcs_results_free(&results);
    folder_remove(&made);
}

static void later_files_are_only_read(void) {
    folder made = make_filled();
    tcs_results results;
    tcs_store *store;
    tcs_error error = {0};
    size_t n_checked, n_damaged;
    forge(made.file, forge_minor_version);
    CU_ASSERT_EQUAL_FATAL(tcs_results_read(made.file, &results, NULL), TCS_OK);
    CU_ASSERT_EQUAL(results.outcomes[0], TCS_JOB_DONE);
    tcs_results_free(&results);
    CU_ASSERT_EQUAL(tcs_store_open(made.file, 0, &store, NULL, &error), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "was made by a later version");
    CU_ASSERT_EQUAL(tcs_store_verify(made.file, &n_checked, &n_damaged, NULL, NULL), TCS_BAD_RESULTS);
    tcs_error_clear(&error);
    folder_remove(&made);
}

static void other_files_are_refused(void) {
    folder made = folder_make();
    tcs_results results;
    tcs_error error = {0};
    FILE *file = fopen(made.file, "w");
    fputs("formula,tc\nMgB2,39\n", file);
    fclose(file);
    CU_ASSERT_EQUAL(tcs_results_read(made.file, &results, &error), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "is not a results file");
    unlink(made.file);
    H5Fclose(H5Fcreate(made.file, H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT));
    CU_ASSERT_EQUAL(tcs_results_read(made.file, &results, &error), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "not one of tcsweep's results");
    unlink(made.file);
    CU_ASSERT_EQUAL(mkfifo(made.file, 0600), 0);
    CU_ASSERT_EQUAL(tcs_results_read(made.file, &results, &error), TCS_BAD_RESULTS);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "is not a file");
    tcs_error_clear(&error);
    folder_remove(&made);
}

TCS_TESTS("damage", {"every part is under the checksum", every_part_is_under_the_checksum},
          {"damaged jobs run again", damaged_jobs_run_again},
          {"a wrong summary is found and repaired", a_wrong_summary_is_found_and_repaired},
          {"other damage is told", other_damage_is_told}, {"forged files are refused", forged_files_are_refused},
          {"wrong scales are found", wrong_scales_are_found}, {"edited files are read", edited_files_are_read},
          {"later files are only read", later_files_are_only_read}, {"other files are refused", other_files_are_refused})
