/* study_progress.c: how far a job is. */
#include "study_private.h"

static const tcs_model *model_of(const tcs_study *study, size_t job) {
    return &study->models[job / study->splits.n_splits];
}

tcs_job_position tcs_study_locate(const tcs_study *study, size_t job, uint32_t n_epochs_done) {
    const tcs_model *model = model_of(study, job);
    for (size_t s = 0; s < model->n_stages; s++) {
        if (n_epochs_done < model->stages[s].n_epochs)
            return (tcs_job_position){.stage = model->stages[s].name, .epoch = n_epochs_done + 1};
        n_epochs_done -= model->stages[s].n_epochs;
    }
    return (tcs_job_position){0};
}

#define PROBE_EPOCHS 1000

/* The learner tells the cost of whole models only: an epoch's is by how much a model with more of them costs more. */
tcs_job_effort tcs_study_estimate(const tcs_study *study, size_t job) {
    const tcs_model *model = model_of(study, job);
    size_t split = job % study->splits.n_splits, n_train = study->splits.n_train[split], n_test = study->splits.n_test[split];
    tcs_stage stages[TCS_MAX_STAGES];
    tcs_model probe = *model;
    probe.stages = stages;
    tcs_job_effort effort = {.n_stages = model->n_stages < TCS_MAX_STAGES ? model->n_stages : TCS_MAX_STAGES};
    for (size_t s = 0; s < effort.n_stages; s++) {
        stages[s] = model->stages[s];
        stages[s].n_epochs = 1;
        stages[s].n_rate_steps = 0; /* they cost nothing, and may lie beyond the probe's epochs */
        effort.n_epochs[s] = model->stages[s].n_epochs;
    }
    double n_flops = tcs_learn_flops(&probe, n_train, n_test);
    for (size_t s = 0; s < effort.n_stages; s++) {
        stages[s].n_epochs = 1 + PROBE_EPOCHS;
        effort.epoch_cost[s] = (tcs_learn_flops(&probe, n_train, n_test) - n_flops) / PROBE_EPOCHS;
        stages[s].n_epochs = 1;
    }
    return effort;
}

double tcs_job_effort_fraction(const tcs_job_effort *effort, uint32_t n_epochs_done) {
    double all = 0, done = 0;
    for (size_t s = 0; s < effort->n_stages; s++) {
        uint32_t n_done = n_epochs_done < effort->n_epochs[s] ? n_epochs_done : effort->n_epochs[s];
        all += effort->epoch_cost[s] * effort->n_epochs[s];
        done += effort->epoch_cost[s] * n_done;
        n_epochs_done -= n_done;
    }
    return all > 0 ? done / all : 0;
}
