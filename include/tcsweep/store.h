/* store.h: results.h5, the only room that knows HDF5.
 *
 * The file's whole structure is made before the first model is trained; afterwards only raw data are written, so that a kill
 * or a power loss at any moment leaves a file that opens. A job counts as done only after its data are on disk: data →
 * fdatasync → checksum and status → fdatasync. One process writes; anybody may read meanwhile. The schema is a public
 * interface, described in docs/results.md.
 *
 * HDF5 makes the file and reads its structure; numbers are written by their addresses, so that no writer can change the structure. Calls from
 * one thread at a time. HDF5's own messages are turned off for the thread, and its file locks for the files opened here (where HDF5 is older
 * than 1.10.7, by setting HDF5_USE_FILE_LOCKING in the environment). Signals are left alone: who sets a limit on file sizes ignores SIGXFSZ.
 *
 * Knows nothing of sweep files, networks or ranks: it is given names, shapes and numbers.
 */
#ifndef TCSWEEP_STORE_H
#define TCSWEEP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/metrics.h"
#include "tcsweep/outcome.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TCS_STORE_VERSION "1.0"
#define TCS_STORE_ERROR_BYTES 512 /* of /job/error, the closing zero included; longer texts are cut */
#define TCS_STORE_HOST_BYTES 64

/* ---- what a file is made of: everything that is known before training ------------------------------------------------- */

/* An attribute of the root group. */
typedef struct tcs_store_attribute {
    const char *name;
    const char *text; /* where NULL, `number` is stored */
    int64_t number;
} tcs_store_attribute;

/* A hyperparameter over all configurations: /configs/<path>. Exactly one of the two is not NULL. */
typedef struct tcs_store_hyperparameter {
    const char *path;
    const double *numbers;    /* [n_configurations], NaN where a configuration does not have it */
    const char *const *texts; /* [n_configurations], "" likewise */
} tcs_store_hyperparameter;

typedef struct tcs_store_tensor {
    const char *name; /* "backbone.0.weight" */
    int rank;         /* 1 … 4 */
    size_t extent[4];
    size_t offset; /* first number within a job's block of parameters */
} tcs_store_tensor;

/* Configurations whose weights have the same shapes: /weights/<name>/<tensor> [configurations of it × S × …]. */
typedef struct tcs_store_network {
    const char *name;
    size_t n_parameters;
    size_t n_tensors;
    const tcs_store_tensor *tensors;
} tcs_store_network;

/* Curves of one training stage: /curves/<name>/<set>_<curve> [C × S × E]. */
typedef struct tcs_store_stage {
    const char *name;
    size_t n_curves;
    const char *const *curve_names; /* "loss", "mae" */
    const char *const *curve_units;
    size_t n_epochs;        /* E: the union of the epochs that any configuration records */
    const uint32_t *epochs; /* [E], ascending, from 1 */
} tcs_store_stage;

#define TCS_STORE_NO_NETWORK ((size_t)-1)
typedef struct tcs_store_layout {
    size_t n_attributes;
    const tcs_store_attribute *attributes;     /* beside format and format_version, created, uuid, which the store adds */
    const uint8_t *sweep_sha256, *data_sha256; /* [32] each: identities; stored as hexadecimal attributes */
    const char *sweep_yaml, *sweep_resolved;

    size_t n_configurations, n_splits, n_rows;
    const char *const *labels;        /* [C], unique; "": room for a configuration that is not planned yet */
    const char *const *architectures; /* [C] */
    const uint8_t (*keys)[32];        /* [C]: /configs/key, hexadecimal */
    size_t n_hyperparameters;
    const tcs_store_hyperparameter *hyperparameters;
    size_t n_networks;
    const tcs_store_network *networks;
    const size_t *network_of; /* [C]: index of the configuration's network, or TCS_STORE_NO_NETWORK */
    size_t n_stages;
    const tcs_store_stage *stages;

    const uint64_t *split_seeds;       /* [S] */
    const size_t *n_train, *n_test;    /* [S] */
    const uint32_t *const *train_rows; /* [S][n_train] */
    const uint32_t *const *test_rows;  /* [S][n_test] */
    const char *const *formulas;       /* [N] */
    const double *tc_kelvin;           /* [N] */
    const uint64_t *job_seeds;         /* [C × S] */

    bool stores_weights, stores_predictions, stores_curves;
} tcs_store_layout;

/* Makes the file under a temporary name beside `path`, reserves its space on disk, syncs, and gives it its name; never replaces an existing
 * file (TCS_BAD_RESULTS). All jobs are queued. The directory must exist. A full disk is TCS_SYSTEM_ERROR and leaves nothing behind. */
tcs_status tcs_store_create(const char *path, const tcs_store_layout *layout, tcs_error *error);
/* What the file would take, in bytes, to within a few percent. */
uint64_t tcs_store_size_bytes(const tcs_store_layout *layout);

/* ---- writing ---------------------------------------------------------------------------------------------------------- */

typedef struct tcs_store tcs_store;

/* Opens for writing and locks the file against other writers (an OFD lock; where the file system has none, host and heartbeat, stale after
 * 60 s). A lock that is held is waited for up to wait_s, then refused with the holder's host and pid. Jobs that were running become queued;
 * jobs that have ended and whose checksum does not fit what they left become queued, each with a message in `warnings` (of many, the first).
 * The lock is that of the opened file: a process forked afterwards holds it too, until it ends. Only a file that is damaged or edited outside its
 * jobs' results (a warning) makes this fork: HDF5 is first tried on it in a child.
 * A file of another format, version or shape is TCS_BAD_RESULTS, whatever it holds: it is untrusted. */
tcs_status tcs_store_open(const char *path, double wait_s, tcs_store **out, tcs_error *warnings, tcs_error *error);
/* Commits what is pending, clears the lock, closes. NULL is allowed. */
tcs_status tcs_store_close(tcs_store *store, tcs_error *error);

/* Identities of the open file. */
const uint8_t *tcs_store_sweep_sha256(const tcs_store *store);
const uint8_t *tcs_store_data_sha256(const tcs_store *store);
/* [C × S], row after row; the current states. Valid until the store is closed. */
const tcs_outcome *tcs_store_outcomes(const tcs_store *store);

/* What one ended job leaves. Pointers may be NULL where the job has nothing of it (failed jobs, baselines). */
typedef struct tcs_store_record {
    size_t configuration, split;
    tcs_outcome outcome;
    unsigned attempts; /* counted ones, ≥ 1 */
    double wall_s, cpu_s;
    double started, finished; /* seconds since 1970 (UTC) */
    int rank;
    const char *host, *error;          /* NULL counts as "" */
    const double *metrics[TCS_N_SETS]; /* [TCS_N_METRICS] */
    size_t n_stages;
    struct tcs_store_record_curves {
        size_t stage; /* index in the layout */
        size_t n_recorded;
        const double *values; /* [TCS_N_SETS × n_curves × E]: spread over the layout's epochs, NaN elsewhere */
    } const *curves;
    size_t n_test;
    const float *test_tc, *test_probability; /* [n_test] */
    size_t n_parameters;
    const float *parameters; /* [n_parameters] */
} tcs_store_record;

/* Writes a job's data; its status is set by the next commit. The record is not kept. */
tcs_status tcs_store_put(tcs_store *store, const tcs_store_record *record, tcs_error *error);
/* Marks a job queued or running, without waiting for the disk. */
tcs_status tcs_store_mark(tcs_store *store, size_t configuration, size_t split, tcs_outcome outcome, tcs_error *error);
/* Makes all puts durable: fdatasync; checksums, statuses, /state and /summary; fdatasync. Where nothing is pending it costs nothing, and gives a
 * sign of life in /state/updated every 10 s: call it a few times a second, or at least every 30 s where the file system has no locks.
 * TCS_SYSTEM_ERROR where the disk failed (then nothing can be committed any more: open anew), or the file was removed, replaced, or taken over. */
tcs_status tcs_store_commit(tcs_store *store, tcs_error *error);
/* Queues again every job that failed (diverged … failed, cancelled). */
tcs_status tcs_store_requeue_failed(tcs_store *store, size_t *n_requeued, tcs_error *error);

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* The small part of a results file, all in memory. [C × S] arrays are row after row. Owned by the caller; freed by tcs_results_free. */
typedef struct tcs_results {
    char *path;
    size_t n_configurations, n_splits, n_rows;
    char **labels, **architectures; /* [C] */
    char **networks;                /* [C], "" for a baseline */
    size_t n_hyperparameters;
    char **hyperparameter_paths;                 /* [H] */
    double **hyperparameter_numbers;             /* [H][C], or NULL where it is text */
    char ***hyperparameter_texts;                /* [H][C], or NULL where it is a number */
    size_t *n_train, *n_test;                    /* [S] */
    tcs_outcome *outcomes;                       /* [C × S] */
    uint32_t *attempts;                          /* [C × S] */
    double *wall_s, *cpu_s, *started, *finished; /* [C × S] */
    char **errors, **hosts;                      /* [C × S] */
    double *metrics[TCS_N_SETS][TCS_N_METRICS];  /* [C × S], NaN where unfinished */
    bool is_complete;                            /* every planned job has ended for good */
    double updated;                              /* seconds since 1970 */
    char *tcsweep_version, *created, *sweep_name, *data_file, *instruction_set, *sweep_yaml, *sweep_resolved,
        *uuid; /* "" where absent */
    char sweep_sha256[65], data_sha256[65];
} tcs_results;

/* Reads a file, which may be being written by another process. Untrusted: whatever it holds, the answer is a status, within bounded memory
 * (in proportion to the file's size). A file that is damaged or edited is first tried out in a child, which HDF5 may crash. */
tcs_status tcs_results_read(const char *path, tcs_results *out, tcs_error *error);
void tcs_results_free(tcs_results *results);

/* Checks everything that can be: format, shapes, that scales belong to their axes, and the checksum of every job that is done. Counts the
 * jobs checked and the damaged ones; each damaged one adds a message to `findings` (the first hundred). Damage is TCS_BAD_RESULTS. Any file is
 * first tried out in a child: not for processes with state of MPI. */
tcs_status tcs_store_verify(const char *path, size_t *n_checked, size_t *n_damaged, tcs_error *findings, tcs_error *error);

/* "1.10.8". Static storage. */
const char *tcs_store_library_version(void);

#ifdef __cplusplus
}
#endif
#endif
