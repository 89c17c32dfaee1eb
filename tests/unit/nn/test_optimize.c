/* Losses and Adam. */
#include <math.h>

#include "check.h"
#include "networks.h"
#include "tcsweep/isa.h"
#include "tcsweep/optimize.h"

static void squared_error(void) {
    const tcs_real output[6] = {1, 2, 3, 4, 5, 6}, target[6] = {0, 2, 5, 4, 5, 7};
    tcs_real gradient[6];
    const tcs_loss_spec sum = {TCS_LOSS_SQUARED_ERROR, TCS_REDUCE_SUM}, mean = {TCS_LOSS_SQUARED_ERROR, TCS_REDUCE_MEAN};
    CU_ASSERT(tcs_loss_compute(&sum, 3, 2, output, target, gradient) == 6);
    CU_ASSERT(gradient[0] == 2 && gradient[1] == 0 && gradient[2] == -4 && gradient[5] == -2);
    CU_ASSERT(tcs_loss_compute(&mean, 3, 2, output, target, gradient) == 1);
    CU_ASSERT_DOUBLE_EQUAL((double)gradient[2], -4.0 / 6, 1e-7);
    CU_ASSERT(tcs_loss_compute(&mean, 3, 2, output, target, NULL) == 1);
    CU_ASSERT(tcs_loss_compute(&sum, 0, 2, output, target, gradient) == 0);
    const tcs_real bad[1] = {(tcs_real)NAN};
    CU_ASSERT(isnan(tcs_loss_compute(&sum, 1, 1, bad, target, gradient)));
}

static void names(void) {
    CU_ASSERT_STRING_EQUAL(tcs_loss_names[TCS_LOSS_SQUARED_ERROR], "squared_error");
    CU_ASSERT_STRING_EQUAL(tcs_reduction_names[TCS_REDUCE_MEAN], "mean");
    CU_ASSERT_STRING_EQUAL(tcs_optimizer_names[TCS_OPTIMIZER_ADAM], "adam");
    CU_ASSERT_PTR_NULL(tcs_optimizer_names[1]);
    CU_ASSERT_PTR_NULL(tcs_loss_names[1]);
    CU_ASSERT_PTR_NULL(tcs_reduction_names[2]);
}

enum { N = 103, N_STEPS = 50 };
static const tcs_optimizer_spec adam = {TCS_OPTIMIZER_ADAM, 0.9, 0.999, 1e-8};

static tcs_real gradient_of(size_t i, int step) {
    return (tcs_real)(sin((double)i + step) * (i % 7 == 0 ? 1e-6 : 3.0));
}

/* N_STEPS of Adam, each in pieces of at most `piece` numbers. */
static void run_adam(size_t piece, tcs_real parameters[N]) {
    tcs_optimizer *optimizer;
    tcs_real gradient[N];
    CU_ASSERT_EQUAL_FATAL(tcs_optimizer_create(&adam, N, &optimizer, NULL), TCS_OK);
    for (size_t i = 0; i < N; i++)
        parameters[i] = (tcs_real)(0.01 * (double)i);
    for (int step = 1; step <= N_STEPS; step++) {
        for (size_t i = 0; i < N; i++)
            gradient[i] = gradient_of(i, step);
        gradient[5] = 0;
        tcs_optimizer_begin_step(optimizer);
        for (size_t at = 0; at < N; at += piece)
            tcs_optimizer_update(optimizer, 1e-2, at, at + piece < N ? piece : N - at, gradient, parameters);
    }
    tcs_optimizer_free(optimizer);
}

static void follows_the_formula(void) {
    tcs_real got[N];
    run_adam(N, got);
    for (size_t i = 0; i < N; i++) {
        double p = 0.01 * (double)i, m = 0, v = 0;
        for (int step = 1; step <= N_STEPS; step++) {
            const double g = i == 5 ? 0 : (double)gradient_of(i, step);
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            p -= 1e-2 * (m / (1 - pow(0.9, step))) / (sqrt(v / (1 - pow(0.999, step))) + 1e-8);
        }
        CU_ASSERT_DOUBLE_EQUAL((double)got[i], p, 2e-6);
    }
    CU_ASSERT(got[5] == (tcs_real)0.05); /* no gradient ever: not moved at all */
}

static void bits_do_not_depend_on_pieces(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa <= tcs_isa_detect(); isa++) {
        tcs_real whole[N], pieces[N];
        tcs_isa_use(isa);
        run_adam(N, whole);
        for (size_t piece = 1; piece < 40; piece += 6) {
            run_adam(piece, pieces);
            CU_ASSERT(!memcmp(whole, pieces, sizeof whole));
        }
    }
}

TCS_TESTS("nn: losses and optimizers", {"squared error", squared_error}, {"names", names},
          {"Adam follows the formula", follows_the_formula}, {"bits do not depend on pieces", bits_do_not_depend_on_pieces})
