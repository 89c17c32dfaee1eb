/* Outputs, losses, gradients and weights after 20 Adam steps against what PyTorch computed in double precision (see README.md).
 *
 * usage: golden FILE {fcnn|cnn} ISA. Exit code 77: this machine does not have the instruction set.
 */
#include <math.h>
#include <stdio.h>

#include "nn/networks.h"
#include "tcsweep/isa.h"
#include "tcsweep/optimize.h"

enum { N_ROWS = 64, N_STEPS = 20, N_INPUTS = 120 };
static const double learning_rate = 1e-4;
static const tcs_random_key key = {{0x676F6C64, 0x656E3031}};

typedef struct golden {
    float rows[N_ROWS * N_INPUTS], tc[N_ROWS];
    double evaluated_tc[N_ROWS], evaluated_class[2 * N_ROWS]; /* initial weights, no dropout */
    double trained_tc[N_ROWS], trained_class[2 * N_ROWS];     /* the first step of each stage */
    double losses[2][N_STEPS];
    float *gradients, *weights; /* of the first step; after the last */
} golden;

static bool read_golden(const char *path, size_t n_parameters, golden *g) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char magic[8];
    g->gradients = calloc(n_parameters, sizeof(float));
    g->weights = calloc(n_parameters, sizeof(float));
    const struct {
        void *at;
        size_t n_bytes;
    } parts[] = {{magic, sizeof magic},
                 {g->rows, sizeof g->rows},
                 {g->tc, sizeof g->tc},
                 {g->evaluated_tc, sizeof g->evaluated_tc},
                 {g->evaluated_class, sizeof g->evaluated_class},
                 {g->trained_tc, sizeof g->trained_tc},
                 {g->trained_class, sizeof g->trained_class},
                 {g->losses, sizeof g->losses},
                 {g->gradients, n_parameters * sizeof(float)},
                 {g->weights, n_parameters * sizeof(float)}};
    bool is_good = g->gradients && g->weights;
    for (size_t i = 0; is_good && i < sizeof parts / sizeof *parts; i++)
        is_good = fread(parts[i].at, 1, parts[i].n_bytes, file) == parts[i].n_bytes;
    is_good = is_good && fgetc(file) == EOF && !memcmp(magic, "TCSGOLD1", 8);
    fclose(file);
    return is_good;
}

/* ---- comparing ------------------------------------------------------------------------------------------------------- */

static int n_failures;

static void judge(const char *what, const char *tensor, double error, double tolerance) {
    const bool is_good = error <= tolerance;
    printf("%-4s %-18s %-28s %.2e (at most %.0e)\n", is_good ? "ok" : "FAIL", what, tensor, error, tolerance);
    n_failures += !is_good;
}

/* ‖a − b‖ / ‖b‖ */
static double error_of_doubles(const tcs_real *a, const double *b, size_t n) {
    double error = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        error += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        size += b[i] * b[i];
    }
    return sqrt(error / size);
}

/* The same of a − start and b − start; start may be NULL. */
static double error_of_floats(const tcs_real *a, const float *b, const tcs_real *start, size_t n) {
    double error = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        const double from = start ? (double)start[i] : 0, difference = (double)a[i] - (double)b[i], value = (double)b[i] - from;
        error += difference * difference;
        size += value * value;
    }
    return sqrt(error / size);
}

/* ---- computing ------------------------------------------------------------------------------------------------------- */

typedef struct run {
    tcs_network *network;
    tcs_workspace *workspace;
    tcs_real *initial, *parameters, *gradient, *target;
    const golden *g;
} run;

/* Forward and backward of one step of a stage; returns the loss, and the branch's output in *output. */
static double step_once(const run *r, size_t stage, uint32_t step, const tcs_real **output) {
    const size_t branch = stage == 0 ? 1 : 2, width = stage == 0 ? 1 : 2;
    const tcs_dropout dropout = {.key = key, .stage = (uint32_t)stage, .step = step};
    const tcs_loss_spec spec = {TCS_LOSS_SQUARED_ERROR, TCS_REDUCE_SUM};
    tcs_real dy[2 * N_ROWS];
    const tcs_real *hidden =
        tcs_network_forward(r->network, r->workspace, 0, r->parameters, r->g->rows, N_ROWS, stage == 0 ? &dropout : NULL);
    *output = tcs_network_forward(r->network, r->workspace, branch, r->parameters, hidden, N_ROWS, &dropout);
    const double loss = tcs_loss_compute(&spec, N_ROWS, width, *output, r->target, dy);
    tcs_real *dx = tcs_network_backward(r->network, r->workspace, branch, r->parameters, dy, r->gradient, stage == 0);
    if (stage == 0)
        tcs_network_backward(r->network, r->workspace, 0, r->parameters, dx, r->gradient, false);
    return loss;
}

static void check_tensors(const run *r, size_t stage, bool weights) {
    for (size_t i = 0; i < tcs_network_n_tensors(r->network); i++) {
        const tcs_tensor *t = tcs_network_tensor(r->network, i);
        if ((t->branch == 2) != (stage == 1))
            continue;
        const tcs_real *initial = r->initial + t->offset;
        if (weights) {
            judge("weights", t->name, error_of_floats(r->parameters + t->offset, r->g->weights + t->offset, NULL, t->n), 1e-4);
            judge("change of weights", t->name,
                  error_of_floats(r->parameters + t->offset, r->g->weights + t->offset, initial, t->n), 5e-3);
        } else
            judge("gradient", t->name, error_of_floats(r->gradient + t->offset, r->g->gradients + t->offset, NULL, t->n), 1e-5);
    }
}

static void check_stage(const run *r, size_t stage) {
    const golden *g = r->g;
    const size_t n_parameters = tcs_network_n_parameters(r->network);
    const tcs_optimizer_spec adam = {TCS_OPTIMIZER_ADAM, 0.9, 0.999, 1e-8};
    tcs_optimizer *optimizer;
    if (tcs_optimizer_create(&adam, n_parameters, &optimizer, NULL) != TCS_OK)
        exit(2);
    memcpy(r->parameters, r->initial, n_parameters * sizeof *r->parameters);
    for (size_t i = 0; i < N_ROWS; i++) {
        r->target[stage == 0 ? i : 2 * i] = stage == 0 ? g->tc[i] : g->tc[i] <= 0;
        if (stage == 1)
            r->target[2 * i + 1] = g->tc[i] > 0;
    }
    double worst_loss = 0;
    for (uint32_t step = 0; step < N_STEPS; step++) {
        const tcs_real *output;
        const double loss = step_once(r, stage, step, &output);
        worst_loss = fmax(worst_loss, fabs(loss / g->losses[stage][step] - 1));
        if (step == 0) {
            judge("outputs", stage == 0 ? "regression, training" : "classification, training",
                  stage == 0 ? error_of_doubles(output, g->trained_tc, N_ROWS)
                             : error_of_doubles(output, g->trained_class, 2 * N_ROWS),
                  1e-5);
            check_tensors(r, stage, false);
        }
        tcs_optimizer_begin_step(optimizer);
        for (size_t b = 0; b < 3; b++)
            if ((b == 2) == (stage == 1)) {
                size_t offset, n;
                tcs_network_branch_parameters(r->network, b, &offset, &n);
                tcs_optimizer_update(optimizer, learning_rate, offset, n, r->gradient, r->parameters);
            }
    }
    judge("losses", stage == 0 ? "regression, 20 steps" : "classification, 20 steps", worst_loss, 1e-5);
    check_tensors(r, stage, true);
    tcs_optimizer_free(optimizer);
}

static void check_evaluation(const run *r) {
    const tcs_real *hidden = tcs_network_forward(r->network, r->workspace, 0, r->initial, r->g->rows, N_ROWS, NULL);
    const tcs_real *tc = tcs_network_forward(r->network, r->workspace, 1, r->initial, hidden, N_ROWS, NULL);
    const tcs_real *class = tcs_network_forward(r->network, r->workspace, 2, r->initial, hidden, N_ROWS, NULL);
    judge("outputs", "regression, evaluation", error_of_doubles(tc, r->g->evaluated_tc, N_ROWS), 1e-5);
    judge("outputs", "classification, evaluation", error_of_doubles(class, r->g->evaluated_class, 2 * N_ROWS), 1e-5);
}

int main(int argc, char **argv) {
    static golden g;
    if (argc != 4)
        return 2;
    const tcs_isa isa = tcs_isa_find(argv[3]);
    if (isa > tcs_isa_detect()) {
        printf("skipped: this machine does not have %s\n", argv[3]);
        return 77;
    }
    tcs_isa_use(isa);
    const char *core = tcs_isa_openblas_coretype(isa);
    printf("%s, OpenBLAS %s on %s, %d thread(s)\n", tcs_isa_name(isa), tcs_isa_openblas_version(), tcs_isa_openblas_core(),
           tcs_isa_openblas_n_threads());
    if (core && strcmp(core, tcs_isa_openblas_core())) {
        printf("FAIL OpenBLAS does not use the core asked for, %s\n", core);
        n_failures++;
    }
    run r = {.network = test_network(strcmp(argv[2], "cnn") ? test_fcnn() : test_cnn()), .g = &g};
    const size_t n = tcs_network_n_parameters(r.network);
    if (!read_golden(argv[1], n, &g)) {
        printf("FAIL cannot read %s\n", argv[1]);
        return 1;
    }
    r.workspace = test_workspace(r.network, N_ROWS, true);
    r.initial = test_reals(n);
    r.parameters = test_reals(n);
    r.gradient = test_reals(n);
    r.target = test_reals(2 * N_ROWS);
    tcs_network_initialize(r.network, key, r.initial);
    check_evaluation(&r);
    check_stage(&r, 0);
    check_stage(&r, 1);
    printf("%d failures\n", n_failures);
    free(r.initial), free(r.parameters), free(r.gradient), free(r.target), free(g.gradients), free(g.weights);
    tcs_workspace_free(r.workspace);
    tcs_network_free(r.network);
    return n_failures > 0;
}
