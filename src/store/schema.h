/* schema.h: every dataset of a results file: path, type, shape, scales, units, meaning. The one list that creating, opening, checking and
 * reading go by; docs/results.md says the same in words.
 *
 * Private to this room. Knows no HDF5.
 */
#ifndef TCS_STORE_SCHEMA_H
#define TCS_STORE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "tcsweep/store.h"

#define STORE_FORMAT "tcsweep-results"
#define STORE_MOST_JOBS ((size_t)1 << 24)
#define STORE_MOST_ROWS ((size_t)INT32_MAX)
#define STORE_MOST_DATASETS ((size_t)1 << 16)
#define STORE_MOST_RANK 6
#define STORE_WRITER_BYTES 128
#define STORE_NONE ((size_t)-1)

/* What a file is made for: the sizes of its axes, and the names that are not the same in every file. */
typedef struct store_shape {
    size_t n_configurations, n_splits, n_rows;
    size_t n_train_most, n_test_most; /* the longest split's */
    size_t n_hyperparameters;
    const struct store_hyperparameter {
        const char *path;
        bool is_text;
    } * hyperparameters;
    size_t n_stages; /* 0 where curves are not stored */
    const tcs_store_stage *stages;
    size_t n_networks; /* 0 where weights are not stored */
    const tcs_store_network *networks;
    const size_t *n_configurations_of; /* [n_networks]; a network that no configuration has takes no room */
    bool has_predictions;
} store_shape;

typedef enum store_element {
    STORE_U8,
    STORE_U32,
    STORE_I32,
    STORE_U64,
    STORE_F32,
    STORE_F64,
    STORE_TEXT, /* variable length; written once */
    STORE_HOST_TEXT,
    STORE_ERROR_TEXT,
    STORE_WRITER_TEXT
} store_element;

typedef enum store_role {
    STORE_STATIC, /* never changes */
    STORE_JOB,    /* [C × S …]: what a job left, under its checksum */
    STORE_SUM,    /* /job/crc32 itself */
    STORE_SUMMARY,
    STORE_STATE
} store_role;

typedef struct store_dataset {
    const char *path;
    const char *axes; /* a letter an axis: c(onfig) s(plit) r(ow) a (train_row) t (test_row) e(poch), w without a scale */
    size_t extent[STORE_MOST_RANK];
    store_element element;
    store_role role;
    const char *units, *long_name;
    bool is_scale;
    size_t epoch_scale;        /* the dataset that is the scale of its axis e */
    size_t network;            /* whose weights these are, or STORE_NONE */
    int64_t place;             /* curves: index in the stage; weights: first number in the job's block of parameters; else −1 */
    size_t n_items;            /* product of the extents */
    size_t job_bytes;          /* of one job; 0 where the role is not STORE_JOB */
    uint64_t address, n_bytes; /* in a file; 0 before it is found */
} store_dataset;

/* The datasets that every file has, in the schema's order. */
enum {
    STORE_CONFIG,
    STORE_SPLIT,
    STORE_ROW,
    STORE_TRAIN_ROW,
    STORE_TEST_ROW,
    STORE_SWEEP_YAML,
    STORE_SWEEP_RESOLVED,
    STORE_ARCHITECTURE,
    STORE_NETWORK,
    STORE_WEIGHTS_INDEX,
    STORE_KEY,
    STORE_SPLIT_SEED,
    STORE_N_TRAIN,
    STORE_N_TEST,
    STORE_TRAIN_ROWS,
    STORE_TEST_ROWS,
    STORE_FORMULA,
    STORE_TC,
    STORE_STATUS,
    STORE_ATTEMPTS,
    STORE_SEED,
    STORE_WALL,
    STORE_CPU,
    STORE_STARTED,
    STORE_FINISHED,
    STORE_RANK,
    STORE_HOST,
    STORE_ERROR,
    STORE_CRC,
    STORE_COMPLETE,
    STORE_JOBS_TOTAL,
    STORE_JOBS_DONE,
    STORE_UPDATED,
    STORE_WRITER,
    STORE_STRUCTURE,
    STORE_N_FIXED
};

typedef enum store_statistic { STORE_MEAN, STORE_STD, STORE_SEM, STORE_N, STORE_N_STATISTICS } store_statistic;

typedef struct store_schema {
    size_t n_datasets;
    store_dataset *datasets;
    size_t first_hyperparameter;
    size_t predictions;    /* test_tc, then test_probability; STORE_NONE where they are not stored */
    size_t *first_curve;   /* [n_stages]: epoch, n_recorded, then set after set the curves */
    size_t *first_tensor;  /* [n_networks] */
    size_t n_job_parts;    /* datasets of the role STORE_JOB */
    size_t *job_parts;     /* in the order of their paths' bytes: the order of the checksum */
    size_t most_job_bytes; /* Σ job_bytes, each network by itself: the largest */
} store_schema;

/* All in the arena. Shapes too large to be stored are `refusal`. */
tcs_status store_schema_make(const store_shape *shape, store_arena *arena, tcs_status refusal, store_schema *out, tcs_error *error);

size_t store_schema_metric(tcs_set set, size_t metric);
size_t store_schema_summary(tcs_set set, size_t metric, store_statistic statistic);
/* The dataset that is the scale of an axis, or STORE_NONE. */
size_t store_schema_scale(const store_dataset *dataset, size_t axis);
size_t store_dataset_rank(const store_dataset *dataset);
/* Bytes of one element; of a variable-length text, what HDF5 keeps in the dataset. */
size_t store_element_bytes(store_element element);
/* Is it a name that /configs keeps for itself? */
bool store_schema_is_reserved(const char *hyperparameter);
/* Does it change after the file is made? */
bool store_dataset_changes(const store_dataset *dataset);

#endif
