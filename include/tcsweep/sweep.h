/* sweep.h: from a sweep file to a checked list of configurations.
 *
 * Reads the YAML that a user wrote, reports all its mistakes at once, and yields plain structs in which every default is
 * written out. Does not open the data file, and knows nothing of processes, ranks or results files.
 */
#ifndef TCSWEEP_SWEEP_H
#define TCSWEEP_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/learn.h"
#include "tcsweep/splits.h"
#include "tcsweep/status.h"
#include "tcsweep/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* More than these are refused before anything is expanded. */
#define TCS_SWEEP_MAX_CONFIGURATIONS 100000
#define TCS_SWEEP_MAX_JOBS 1000000 /* configurations × splits, before equal configurations are made one */

/* One axis of the space, by the path of the value that it varies, e.g. "train.learning_rate". */
typedef struct tcs_hyperparameter {
    char *path;
    bool is_number; /* else text */
} tcs_hyperparameter;

typedef struct tcs_hyperparameter_value {
    double number; /* NaN: the configuration does not have it (a baseline has no learning rate), or it is text */
    char *text;    /* "": likewise */
} tcs_hyperparameter_value;

#define TCS_NO_NETWORK ((size_t)-1)
typedef struct tcs_configuration {
    char *label;        /* unique, without '/', e.g. "cnn learning_rate=0.0001" */
    char *architecture; /* its name in the sweep file */
    tcs_model model;
    tcs_hyperparameter_value *values; /* [n_hyperparameters] */
    /* Identity: a digest of the seed and of everything that changes this configuration's results, and of nothing else: not of labels,
     * limits, comments, or other configurations. */
    uint8_t key[TCS_DIGEST_BYTES];
    size_t network; /* index of its network (below), or TCS_NO_NETWORK */
} tcs_configuration;

/* Configurations whose networks have the same architecture and the same tensors share one network. */
typedef struct tcs_sweep_network {
    char *name;           /* the architecture's; "cnn-2" where a second shape of it occurs */
    size_t configuration; /* the first that uses it */
} tcs_sweep_network;

typedef struct tcs_sweep {
    char *name;     /* "paper": `name:` in the file, or the file's stem */
    char *file;     /* as given */
    char *yaml;     /* the file's text */
    char *resolved; /* YAML with every value in force, readable by tcs_sweep_read from the same directory */
    uint64_t seed;

    char *data_file; /* ready to be opened: relative paths in the sweep file were taken from its directory */
    char *formula_column, *tc_column;
    tcs_on_bad_row on_bad_row;
    tcs_splits_spec splits;

    size_t n_hyperparameters;
    tcs_hyperparameter *hyperparameters; /* the first is "architecture" */
    size_t n_configurations;
    tcs_configuration *configurations;
    size_t n_networks;
    tcs_sweep_network *networks;

    /* Where no curves are stored every model's curve_every is 0, and the other way round. */
    bool stores_weights, stores_predictions, stores_curves;
    double time_limit_s;         /* of one job; 0: none */
    uint64_t memory_limit_bytes; /* private memory of one trainer; 0: none */
    unsigned max_attempts;       /* ≥ 1 */

    /* Identity of the sweep: the seed, the data options, splits, what is stored, and every configuration's key and place. */
    uint8_t digest[TCS_DIGEST_BYTES];
} tcs_sweep;

/* Reads and checks a sweep file with the architecture files that it names. Mistakes are TCS_BAD_SWEEP, all of them at once, each with
 * file, line, column, what was found and what is allowed. Bounded in time and memory on any input. On failure *out is all zero. */
tcs_status tcs_sweep_read(const char *path, tcs_sweep *out, tcs_error *error);
void tcs_sweep_free(tcs_sweep *sweep);

/* The key of the random numbers of one job: SHA-256 over the configuration's key and the split's index (u32, little end first). */
tcs_random_key tcs_sweep_job_key(const uint8_t configuration_key[TCS_DIGEST_BYTES], uint32_t split);

#ifdef __cplusplus
}
#endif
#endif
