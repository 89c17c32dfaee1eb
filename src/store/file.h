/* file.h: an opened results file: its shape, and where in the file each dataset lies.
 *
 * HDF5 reads the structure, which is checked whole: format, types, shapes, that every dataset is one contiguous run of bytes inside the file,
 * and that no two overlap. From then on numbers are read and written by address: the structure cannot be changed by mistake, whatever moment
 * the process is killed at. The file is untrusted. Private to this room.
 */
#ifndef TCS_STORE_FILE_H
#define TCS_STORE_FILE_H

#include <sys/types.h>

#include "h5.h"
#include "schema.h"

typedef struct store_file {
    char *path;
    int descriptor;
    hid_t h5;         /* for the texts; negative once closed */
    uint64_t n_bytes; /* when it was opened */
    dev_t device;
    ino_t inode;
    bool is_intact; /* all that does not change is as it was made */
    bool is_newer;  /* of a later minor version: it may hold what this program does not know */
    store_arena arena;
    store_shape shape;
    store_schema schema;
    size_t *network_of;         /* [C]: index of the network whose weights are stored, or STORE_NONE */
    int32_t *weights_index;     /* [C] */
    const char **labels;        /* [C] */
    uint32_t *n_train, *n_test; /* [S] */
} store_file;

typedef enum store_purpose {
    STORE_FOR_READING,
    STORE_FOR_WRITING,
    STORE_REHEARSED, /* for reading, HDF5 being known to survive the file */
    STORE_JUST_MADE  /* for writing, by ourselves */
} store_purpose;
/* A file that cannot be opened is TCS_SYSTEM_ERROR, one that is not as it must be TCS_BAD_RESULTS. On failure nothing stays open. One that is not
 * intact is rehearsed first (rehearse.h). */
tcs_status store_file_open(const char *path, store_purpose purpose, store_file *out, tcs_error *error);
/* Lets HDF5 go; numbers can still be read and written. */
void store_file_close_h5(store_file *file);
void store_file_close(store_file *file);

/* Refuses a file that is no longer what its path names: what is written to it would be lost. */
tcs_status store_file_check_in_place(const store_file *file, tcs_error *error);

/* Refuses a file of a later minor version, whose checksums may be of more than this program knows. */
tcs_status store_file_check_version(const store_file *file, tcs_error *error);

/* The whole of a dataset of numbers, as it lies in the file. */
tcs_status store_file_read(const store_file *file, size_t dataset, void *out, tcs_error *error);
/* The whole of a dataset of variable-length texts, in the file's arena. Needs HDF5. */
tcs_status store_file_read_texts(store_file *file, size_t dataset, const char ***out, tcs_error *error);
/* Where a job's part of a dataset lies; false where the job has none (weights of another network). */
bool store_file_job_address(const store_file *file, const store_dataset *dataset, size_t job, uint64_t *address);

#endif
