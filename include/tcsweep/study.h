/* study.h: all that a trainer needs: the data, the splits and the models, as one block of bytes made by rank 0.
 *
 * Rank 0 encodes it once; every agent gets a copy, which its trainers map. Knows nothing of YAML, HDF5 or MPI.
 */
#ifndef TCSWEEP_STUDY_H
#define TCSWEEP_STUDY_H

#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/isa.h"
#include "tcsweep/learn.h"
#include "tcsweep/random.h"
#include "tcsweep/splits.h"
#include "tcsweep/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A job is (configuration, split); its index is configuration × n_splits + split. */
typedef struct tcs_study {
    tcs_table table;
    tcs_splits splits;
    size_t n_configurations;
    tcs_model *models;        /* [n_configurations] */
    tcs_random_key *job_keys; /* [n_configurations × n_splits] */
    tcs_isa isa;              /* that all ranks compute with */
    double time_limit_s;      /* of one job; 0: none */
    uint64_t memory_limit_bytes;
} tcs_study;

void tcs_study_free(tcs_study *study);
void tcs_study_encode(const tcs_study *study, tcs_buffer *out);
/* Checks every length, index and range; on failure *out is all zero. */
tcs_status tcs_study_decode(tcs_reader *reader, tcs_study *out, tcs_error *error);

/* A study made ready for training: the features of every representation that a model of it reads, computed once. */
typedef struct tcs_study_features tcs_study_features;
tcs_status tcs_study_features_create(const tcs_study *study, tcs_study_features **out, tcs_error *error);
void tcs_study_features_free(tcs_study_features *features);
/* Trains one job, in this process. */
tcs_status tcs_study_run_job(const tcs_study *study, const tcs_study_features *features, size_t job, const tcs_learn_hooks *hooks,
                             tcs_result *out, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
