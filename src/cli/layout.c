#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "version.h"

/* ---- memory: everything that the layout points to is freed together ----------------------------------------------------- */

typedef struct piece {
    struct piece *next;
    _Alignas(16) unsigned char bytes[];
} piece;

/* Zeroed memory of the layout; NULL (and the error says so) where there is none. */
static void *take(run_layout *l, size_t n, size_t size_bytes, tcs_error *error) {
    if (n == 0)
        n = 1;
    if (n > (SIZE_MAX - sizeof(piece)) / size_bytes) {
        tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the layout of the results file");
        return NULL;
    }
    piece *p = tcs_allocate(1, sizeof *p + n * size_bytes, error);
    if (!p)
        return NULL;
    p->next = l->arena;
    l->arena = p;
    return p->bytes;
}

static const char *take_text(run_layout *l, const char *text, tcs_error *error) {
    char *copy = take(l, strlen(text) + 1, 1, error);
    return copy ? strcpy(copy, text) : NULL;
}

void layout_free(run_layout *layout) {
    for (piece *p = layout->arena; p;) {
        piece *next = p->next;
        free(p);
        p = next;
    }
    free(layout->stage_of);
    *layout = (run_layout){0};
}

/* ---- configurations -------------------------------------------------------------------------------------------------------- */

static bool add_configurations(run_layout *l, const tcs_sweep *sweep, tcs_error *error) {
    size_t n = sweep->n_configurations;
    const char **labels = take(l, n, sizeof *labels, error), **architectures = take(l, n, sizeof *architectures, error);
    size_t *network_of = take(l, n, sizeof *network_of, error);
    uint8_t(*keys)[TCS_DIGEST_BYTES] = take(l, n, sizeof *keys, error);
    if (!labels || !architectures || !network_of || !keys)
        return false;
    for (size_t c = 0; c < n; c++) {
        const tcs_configuration *configuration = &sweep->configurations[c];
        labels[c] = configuration->label;
        architectures[c] = configuration->architecture;
        network_of[c] = configuration->network == TCS_NO_NETWORK ? TCS_STORE_NO_NETWORK : configuration->network;
        memcpy(keys[c], configuration->key, TCS_DIGEST_BYTES);
    }
    l->layout.n_configurations = n;
    l->layout.labels = labels;
    l->layout.architectures = architectures;
    l->layout.network_of = network_of;
    l->layout.keys = (const uint8_t(*)[TCS_DIGEST_BYTES])keys;
    return true;
}

/* "architecture" has an array of its own. */
static bool add_hyperparameters(run_layout *l, const tcs_sweep *sweep, tcs_error *error) {
    tcs_store_hyperparameter *all = take(l, sweep->n_hyperparameters, sizeof *all, error);
    for (size_t h = 0; all && h < sweep->n_hyperparameters; h++) {
        const tcs_hyperparameter *from = &sweep->hyperparameters[h];
        if (strcmp(from->path, "architecture") == 0)
            continue;
        double *numbers = from->is_number ? take(l, sweep->n_configurations, sizeof *numbers, error) : NULL;
        const char **texts = from->is_number ? NULL : take(l, sweep->n_configurations, sizeof *texts, error);
        if (!numbers && !texts)
            return false;
        for (size_t c = 0; c < sweep->n_configurations; c++) {
            if (numbers)
                numbers[c] = sweep->configurations[c].values[h].number;
            else
                texts[c] = sweep->configurations[c].values[h].text;
        }
        all[l->layout.n_hyperparameters++] = (tcs_store_hyperparameter){from->path, numbers, texts};
    }
    l->layout.hyperparameters = all;
    return all != NULL;
}

/* ---- networks -------------------------------------------------------------------------------------------------------------- */

static bool add_network(run_layout *l, const tcs_network *network, tcs_store_network *out, tcs_error *error) {
    size_t n = tcs_network_n_tensors(network);
    tcs_store_tensor *tensors = take(l, n, sizeof *tensors, error);
    for (size_t i = 0; tensors && i < n; i++) {
        const tcs_tensor *from = tcs_network_tensor(network, i);
        tensors[i] = (tcs_store_tensor){.name = take_text(l, from->name, error), .rank = from->rank, .offset = from->offset};
        memcpy(tensors[i].extent, from->extent, sizeof tensors[i].extent);
        if (!tensors[i].name)
            return false;
    }
    out->n_parameters = tcs_network_n_parameters(network);
    out->n_tensors = n;
    out->tensors = tensors;
    return tensors != NULL;
}

static bool add_networks(run_layout *l, const tcs_sweep *sweep, tcs_error *error) {
    tcs_store_network *networks = take(l, sweep->n_networks, sizeof *networks, error);
    bool is_good = networks != NULL;
    for (size_t i = 0; is_good && i < sweep->n_networks; i++) {
        networks[i].name = sweep->networks[i].name;
        tcs_network *network;
        const tcs_model *model = &sweep->configurations[sweep->networks[i].configuration].model;
        is_good = tcs_network_create(&model->network, &network, error) == TCS_OK;
        if (is_good)
            is_good = add_network(l, network, &networks[i], error);
        tcs_network_free(network);
    }
    l->layout.n_networks = sweep->n_networks;
    l->layout.networks = networks;
    return is_good;
}

/* ---- curves: stages of one name and target share their arrays --------------------------------------------------------- */

/* The epochs that a stage records, merged into those that are there already; `room` has space for both. */
static size_t merge_epochs(uint32_t *epochs, size_t n, uint32_t n_epochs, uint32_t every) {
    size_t n_new = tcs_curve_n_recorded(n_epochs, every), end = n + n_new, i = n, j = n_new, out = end;
    while (j > 0) { /* from the back, so that one array is enough; doubles are squeezed out below */
        uint32_t epoch = tcs_curve_epoch(n_epochs, every, j - 1);
        if (i > 0 && epochs[i - 1] > epoch)
            epochs[--out] = epochs[--i];
        else
            epochs[--out] = epoch, j--;
    }
    size_t n_merged = 0;
    for (size_t k = 0; k < end; k++)
        if (n_merged == 0 || epochs[n_merged - 1] != epochs[k])
            epochs[n_merged++] = epochs[k];
    return n_merged;
}

static bool grow_epochs(run_layout *l, tcs_store_stage *stage, const tcs_stage *from, uint32_t every, tcs_error *error) {
    uint32_t *room = take(l, stage->n_epochs + tcs_curve_n_recorded(from->n_epochs, every), sizeof *room, error);
    if (!room)
        return false;
    if (stage->n_epochs > 0)
        memcpy(room, stage->epochs, stage->n_epochs * sizeof *room);
    size_t n = merge_epochs(room, stage->n_epochs, from->n_epochs, every);
    if (n > stage->n_epochs) {
        stage->epochs = room;
        stage->n_epochs = n;
    }
    return true;
}

static bool name_curves(run_layout *l, tcs_store_stage *stage, tcs_target target, tcs_error *error) {
    const char **names = take(l, TCS_N_CURVES, sizeof *names, error), **units = take(l, TCS_N_CURVES, sizeof *units, error);
    for (size_t i = 0; names && units && i < TCS_N_CURVES; i++) {
        names[i] = tcs_curve_name(target, i);
        units[i] = tcs_curve_units(target, i);
    }
    stage->n_curves = TCS_N_CURVES;
    stage->curve_names = names;
    stage->curve_units = units;
    return names && units;
}

/* The place of a stage among the layout's; SIZE_MAX where memory ran out. A name with another target gets a number behind it. */
static size_t place_stage(run_layout *l, tcs_store_stage *stages, const tcs_stage *stage, tcs_error *error) {
    char name[128];
    for (unsigned i = 1;; i++) {
        if (i == 1)
            snprintf(name, sizeof name, "%.100s", stage->name);
        else
            snprintf(name, sizeof name, "%.100s-%u", stage->name, i);
        size_t at = 0;
        while (at < l->layout.n_stages && strcmp(stages[at].name, name) != 0)
            at++;
        bool is_new = at == l->layout.n_stages;
        if (!is_new && strcmp(stages[at].curve_names[1], tcs_curve_name(stage->target, 1)) != 0)
            continue;
        if (is_new) {
            stages[at].name = take_text(l, name, error);
            if (!stages[at].name || !name_curves(l, &stages[at], stage->target, error))
                return SIZE_MAX;
            l->layout.n_stages++;
        }
        return at;
    }
}

static bool add_curves(run_layout *l, const tcs_sweep *sweep, tcs_error *error) {
    size_t n = sweep->n_configurations, n_in_all = 0;
    for (size_t c = 0; c < n; c++) {
        size_t n_stages = sweep->configurations[c].model.n_stages;
        l->most_stages = n_stages > l->most_stages ? n_stages : l->most_stages;
        n_in_all += n_stages;
    }
    tcs_store_stage *stages = take(l, n_in_all, sizeof *stages, error);
    l->stage_of = tcs_allocate(n * l->most_stages, sizeof *l->stage_of, error);
    l->layout.stages = stages;
    if (!stages || !l->stage_of)
        return false;
    for (size_t c = 0; c < n; c++) {
        const tcs_model *model = &sweep->configurations[c].model;
        for (size_t i = 0; model->curve_every > 0 && i < model->n_stages; i++) {
            size_t at = place_stage(l, stages, &model->stages[i], error);
            if (at == SIZE_MAX || !grow_epochs(l, &stages[at], &model->stages[i], model->curve_every, error))
                return false;
            l->stage_of[c * l->most_stages + i] = at;
        }
    }
    l->layout.stores_curves = sweep->stores_curves && l->layout.n_stages > 0;
    return true;
}

/* ---- data, splits, jobs, attributes -------------------------------------------------------------------------------------- */

static bool add_data(run_layout *l, const run_plan *plan, tcs_error *error) {
    const tcs_study *study = &plan->study;
    size_t n_jobs = study->n_configurations * study->splits.n_splits;
    uint64_t *seeds = take(l, n_jobs, sizeof *seeds, error);
    for (size_t job = 0; seeds && job < n_jobs; job++)
        seeds[job] = (uint64_t)study->job_keys[job].word[1] << 32 | study->job_keys[job].word[0];
    tcs_store_layout *layout = &l->layout;
    layout->job_seeds = seeds;
    layout->n_splits = study->splits.n_splits;
    layout->split_seeds = study->splits.seed;
    layout->n_train = study->splits.n_train;
    layout->n_test = study->splits.n_test;
    layout->train_rows = (const uint32_t *const *)study->splits.train_rows;
    layout->test_rows = (const uint32_t *const *)study->splits.test_rows;
    layout->n_rows = study->table.n_rows;
    layout->formulas = (const char *const *)study->table.formula;
    layout->tc_kelvin = study->table.tc_kelvin;
    return seeds != NULL;
}

static bool add_attributes(run_layout *l, const run_plan *plan, const run_situation *situation, tcs_error *error) {
    const char *slurm_job = getenv("SLURM_JOB_ID");
    const tcs_store_attribute all[] = {
        {"tcsweep_version", version_text(), 0},
        {"git_commit", version_commit(), 0},
        {"sweep_name", plan->sweep.name, 0},
        {"sweep_file", plan->sweep.file, 0},
        {"data_file", plan->sweep.data_file, 0},
        {"command_line", situation->command_line, 0},
        {"instruction_set", tcs_isa_name(plan->study.isa), 0},
        {"openblas_version", tcs_isa_openblas_version(), 0},
        {"hdf5_version", tcs_store_library_version(), 0},
        {"mpi_version", version_mpi(), 0},
        {"slurm_job_id", slurm_job ? slurm_job : "", 0},
        {"ranks", NULL, situation->n_ranks},
        {"trainers_per_rank", NULL, (int64_t)situation->n_trainers},
    };
    tcs_store_attribute *attributes = take(l, sizeof all / sizeof *all, sizeof *attributes, error);
    if (!attributes)
        return false;
    memcpy(attributes, all, sizeof all);
    l->layout.attributes = attributes;
    l->layout.n_attributes = sizeof all / sizeof *all;
    return true;
}

tcs_status layout_create(const run_plan *plan, const run_situation *situation, run_layout *out, tcs_error *error) {
    const tcs_sweep *sweep = &plan->sweep;
    *out = (run_layout){0};
    out->layout.sweep_sha256 = sweep->digest;
    out->layout.data_sha256 = plan->study.table.digest;
    out->layout.sweep_yaml = sweep->yaml;
    out->layout.sweep_resolved = sweep->resolved;
    out->layout.stores_weights = sweep->stores_weights;
    out->layout.stores_predictions = sweep->stores_predictions;
    if (add_configurations(out, sweep, error) && add_hyperparameters(out, sweep, error) && add_networks(out, sweep, error) &&
        add_curves(out, sweep, error) && add_data(out, plan, error) && add_attributes(out, plan, situation, error))
        return TCS_OK;
    layout_free(out);
    return TCS_OUT_OF_MEMORY;
}
