/* study_run.c: a study made ready, and one job of it trained. */
#include <stdlib.h>

#include "study_private.h"
#include "tcsweep/features.h"

struct tcs_study_features {
    size_t n_kinds;  /* the number of representations there are */
    float *values[]; /* [n_kinds] of [rows × width]; NULL where no model reads it */
};

/* The number of a feature in the registry; there is always one, for models are checked. */
static size_t find_kind(const char *name) {
    size_t kind = 0;
    while (kind + 1 < tcs_feature_count() && tcs_feature_at(kind) != tcs_feature_find(name))
        kind++;
    return kind;
}

void tcs_study_features_free(tcs_study_features *features) {
    for (size_t k = 0; features && k < features->n_kinds; k++)
        free(features->values[k]);
    free(features);
}

tcs_status tcs_study_features_create(const tcs_study *study, tcs_study_features **out, tcs_error *error) {
    *out = NULL;
    size_t n_kinds = tcs_feature_count();
    tcs_study_features *features = tcs_allocate(1, sizeof *features + n_kinds * sizeof features->values[0], error);
    if (!features)
        return TCS_OUT_OF_MEMORY;
    features->n_kinds = n_kinds;
    for (size_t c = 0; c < study->n_configurations; c++) {
        const tcs_model *model = &study->models[c];
        if (model->learner != TCS_LEARNER_NETWORK)
            continue;
        const tcs_feature *feature = model->feature ? tcs_feature_find(model->feature) : NULL;
        if (!feature) {
            tcs_study_features_free(features);
            return tcs_error_add(error, TCS_INTERNAL, "configuration %zu has no known feature", c);
        }
        float **values = &features->values[find_kind(feature->name)];
        if (*values)
            continue;
        *values = tcs_allocate(study->table.n_rows, tcs_feature_width(feature) * sizeof **values, error);
        if (!*values) {
            tcs_study_features_free(features);
            return TCS_OUT_OF_MEMORY;
        }
        tcs_feature_compute(feature, &study->table, *values);
    }
    *out = features;
    return TCS_OK;
}

size_t tcs_study_n_jobs(const tcs_study *study) {
    return study->n_configurations * study->splits.n_splits;
}

tcs_status tcs_study_run_job(const tcs_study *study, const tcs_study_features *features, size_t job, const tcs_learn_hooks *hooks,
                             tcs_result *out, tcs_error *error) {
    *out = (tcs_result){0};
    if (job >= tcs_study_n_jobs(study))
        return tcs_error_add(error, TCS_INTERNAL, "there is no job %zu: the study has %zu", job, tcs_study_n_jobs(study));
    const tcs_model *model = &study->models[job / study->splits.n_splits];
    size_t split = job % study->splits.n_splits;
    bool reads_features = model->learner == TCS_LEARNER_NETWORK;
    tcs_learn_data data = {
        .n_rows = study->table.n_rows,
        .features = reads_features ? features->values[find_kind(model->feature)] : NULL,
        .tc_kelvin = study->table.tc_kelvin,
        .n_train = study->splits.n_train[split],
        .n_test = study->splits.n_test[split],
        .train_rows = study->splits.train_rows[split],
        .test_rows = study->splits.test_rows[split],
    };
    return tcs_learn_run(model, &data, study->job_keys[job], hooks, out, error);
}
