/* All ways to compute a convolution give the same, to the precision of double. */
#include <math.h>

#include "check.h"
#include "convolution.h"
#include "nn/networks.h"
#include "tcsweep/isa.h"

typedef struct answer {
    tcs_real *y, *dw, *dx;
} answer;

static size_t input_size(const tcs_window *w) {
    return w->in_height * w->in_width * w->in_channels;
}

static size_t output_size(const tcs_window *w) {
    return w->out_height * w->out_width * w->out_channels;
}

static size_t n_weights(const tcs_window *w) {
    return w->kernel * w->kernel * w->in_channels * w->out_channels;
}

static answer compute(const tcs_convolution *way, const tcs_window *w, size_t n_rows) {
    const tcs_layer layer = {.input = {.rank = 3}};
    answer a = {test_reals(n_rows * output_size(w)), test_reals(n_weights(w)), test_reals(n_rows * input_size(w))};
    tcs_real *x = test_random(n_rows * input_size(w), 1, 1), *weights = test_random(n_weights(w), 2, 1);
    tcs_real *dy = test_random(n_rows * output_size(w), 3, 1);
    tcs_pass pass = {.layer = &layer, .n_rows = n_rows, .parameters = weights, .input = x, .output = a.y, .output_gradient = dy};
    pass.input_gradient = a.dx;
    pass.prepared = test_reals(way->n_prepared(w));
    pass.saved = test_reals((way->saved_bytes ? way->saved_bytes(w, n_rows) : 0) / sizeof(tcs_real));
    /* Exactly as large as asked for, so that sanitizers see what lies beyond. */
    pass.scratch = malloc(way->n_scratch(w, n_rows) * sizeof(tcs_real));
    CU_ASSERT_PTR_NOT_NULL_FATAL(pass.scratch);
    way->prepare(w, weights, pass.prepared);
    way->forward(w, &pass);
    way->backward(w, &pass, a.dw);
    free(x), free(weights), free(dy), free(pass.prepared), free(pass.saved), free(pass.scratch);
    return a;
}

static double distance(const tcs_real *a, const tcs_real *b, size_t n) {
    double error = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        error += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return sqrt(error / size);
}

static void compare(const tcs_convolution *way, size_t in, size_t out, size_t height, size_t width, size_t kernel, size_t padding,
                    size_t n_rows) {
    const tcs_window w = {.in_channels = in,
                          .in_height = height,
                          .in_width = width,
                          .out_channels = out,
                          .out_height = height + 2 * padding + 1 - kernel,
                          .out_width = width + 2 * padding + 1 - kernel,
                          .kernel = kernel,
                          .stride = 1,
                          .padding = padding};
    CU_ASSERT(way->can(&w));
    answer expected = compute(&tcs_convolution_gemm, &w, n_rows), got = compute(way, &w, n_rows);
    const double worst =
        fmax(distance(got.y, expected.y, n_rows * output_size(&w)),
             fmax(distance(got.dw, expected.dw, n_weights(&w)), distance(got.dx, expected.dx, n_rows * input_size(&w))));
    if (!(worst < 1e-14))
        printf("\n    %s, %zu → %zu, %zu × %zu, kernel %zu, padding %zu: %g\n", way->name, in, out, height, width, kernel, padding,
               worst);
    CU_ASSERT(worst < 1e-14);
    free(expected.y), free(expected.dw), free(expected.dx), free(got.y), free(got.dw), free(got.dx);
}

static void spectral(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa <= tcs_isa_detect(); isa++) {
        tcs_isa_use(isa);
        compare(&tcs_convolution_spectral, 32, 32, 10, 12, 5, 2, 13); /* the paper's */
        compare(&tcs_convolution_spectral, 16, 16, 6, 7, 5, 2, 70);   /* many rows, few channels */
        compare(&tcs_convolution_spectral, 16, 48, 10, 12, 7, 3, 3);
        compare(&tcs_convolution_spectral, 48, 16, 9, 7, 5, 0, 2);
        compare(&tcs_convolution_spectral, 32, 16, 3, 5, 4, 3, 1);
        compare(&tcs_convolution_spectral, 16, 16, 17, 28, 7, 3, 2);
        compare(&tcs_convolution_spectral, 16, 32, 24, 9, 9, 8, 2);
    }
}

static void scatter(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa <= tcs_isa_detect(); isa++) {
        tcs_isa_use(isa);
        compare(&tcs_convolution_scatter, 1, 32, 10, 12, 7, 3, 3);
        compare(&tcs_convolution_scatter, 1, 5, 4, 3, 2, 5, 3);
    }
}

/* The spectral way is for where it pays, and knows its limits. */
static void limits(void) {
    const tcs_window good = {.in_channels = 32,
                             .in_height = 10,
                             .in_width = 12,
                             .out_channels = 32,
                             .out_height = 10,
                             .out_width = 12,
                             .kernel = 5,
                             .stride = 1,
                             .padding = 2};
    tcs_window w = good;
    CU_ASSERT(tcs_convolution_spectral.can(&w));
    CU_ASSERT(tcs_convolution_spectral.flops(&w) < 0.3 * tcs_convolution_gemm.flops(&w));
    w.stride = 2;
    CU_ASSERT_FALSE(tcs_convolution_spectral.can(&w));
    w = good;
    w.in_channels = 24;
    CU_ASSERT_FALSE(tcs_convolution_spectral.can(&w));
    w = good;
    w.in_height = 31;
    CU_ASSERT_FALSE(tcs_convolution_spectral.can(&w));
    w = good; /* a kernel that is larger than the area with its padding on one side */
    w.in_height = 1, w.kernel = 7, w.padding = 3, w.out_height = 1;
    CU_ASSERT_FALSE(tcs_convolution_spectral.can(&w));
    w = good;
    w.kernel = 1, w.padding = 0;
    CU_ASSERT_FALSE(tcs_convolution_spectral.can(&w));
    CU_ASSERT_FALSE(tcs_convolution_scatter.can(&w));
}

TCS_TESTS("nn: ways to compute convolutions", {"spectral", spectral}, {"scatter", scatter}, {"limits", limits})
