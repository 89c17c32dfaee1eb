/* Forward and backward: the same bits whatever the workspace, the run and the place in memory; no allocation; all instruction sets agree. */
#include <math.h>

#include "check.h"
#include "networks.h"
#include "tcsweep/isa.h"

/* The linker sends every allocation of this program here (see tests.cmake). */
static size_t n_allocations;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t alignment, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t alignment, size_t n);
void *__wrap_malloc(size_t n) {
    n_allocations++;
    return __real_malloc(n);
}
void *__wrap_calloc(size_t n, size_t size) {
    n_allocations++;
    return __real_calloc(n, size);
}
void *__wrap_realloc(void *p, size_t n) {
    n_allocations++;
    return __real_realloc(p, n);
}
void *__wrap_aligned_alloc(size_t alignment, size_t n) {
    n_allocations++;
    return __real_aligned_alloc(alignment, n);
}

enum { N_NETWORKS = 3 };
static tcs_network_spec spec_at(size_t i) {
    if (i == 0)
        return test_fcnn();
    if (i == 1)
        return test_cnn();
    tcs_network_spec spec = test_spec("odd", 3, 3, 7, 5);
    test_add_branch(&spec, "backbone", TCS_FROM_INPUT, "conv2d 17 3 1 1 | relu | maxpool2d 2 | dropout 0.1 | conv2d 48 3 1 1", 1);
    test_add_branch(&spec, "regression", 0, "flatten | linear 33 | relu | dropout 0.5 | linear 1", 1);
    test_add_branch(&spec, "classification", 0, "conv2d 48 3 1 1 | relu | flatten | linear 2 | softmax", 1);
    return spec;
}

/* A step through the backbone and one branch. */
typedef struct outcome {
    tcs_real *output, *gradient;
    size_t n_output, n_gradient;
} outcome;

static void free_outcome(outcome *o) {
    free(o->output), free(o->gradient);
}

static bool same_bits(const outcome *a, const outcome *b) {
    return !memcmp(a->output, b->output, a->n_output * sizeof(tcs_real)) &&
           !memcmp(a->gradient, b->gradient, a->n_gradient * sizeof(tcs_real));
}

/* `shift` numbers move input and parameters away from 64-byte alignment. */
static outcome compute(const tcs_network *network, size_t branch, size_t n_rows, size_t max_rows, bool with_gradients,
                       size_t shift) {
    const size_t n = tcs_network_n_parameters(network);
    const tcs_shape in = tcs_network_branch_input(network, 0), out = tcs_network_branch_output(network, branch);
    const size_t n_in = n_rows * tcs_shape_size(&in), n_out = n_rows * tcs_shape_size(&out);
    const tcs_dropout dropout = {.key = {{1, 2}}, .step = 4};
    tcs_real *parameters = test_reals(n + shift), *input = test_random(n_in, 3, 0.2F), *moved = test_reals(n_in + shift);
    tcs_real *dy = test_random(n_out, 4, 1);
    outcome o = {.output = test_reals(n_out), .gradient = test_reals(n), .n_output = n_out, .n_gradient = n};
    memcpy(moved + shift, input, n_in * sizeof *input);
    tcs_network_initialize(network, (tcs_random_key){{8, 9}}, parameters + shift);
    tcs_workspace *workspace = test_workspace(network, max_rows, with_gradients);
    const size_t n_before = n_allocations;
    const tcs_real *hidden = tcs_network_forward(network, workspace, 0, parameters + shift, moved + shift, n_rows, &dropout);
    const tcs_real *y = tcs_network_forward(network, workspace, branch, parameters + shift, hidden, n_rows, &dropout);
    memcpy(o.output, y, n_out * sizeof *y);
    if (with_gradients) {
        tcs_real *dx = tcs_network_backward(network, workspace, branch, parameters + shift, dy, o.gradient, true);
        tcs_network_backward(network, workspace, 0, parameters + shift, dx, o.gradient, false);
    }
    CU_ASSERT_EQUAL(n_allocations, n_before);
    CU_ASSERT_EQUAL((uintptr_t)y % 64, 0);
    tcs_workspace_free(workspace);
    free(parameters), free(input), free(moved), free(dy);
    return o;
}

static void same_bits_always(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa <= tcs_isa_detect(); isa++)
        for (size_t i = 0; i < N_NETWORKS; i++)
            for (size_t branch = 1; branch < 3; branch++) {
                tcs_isa_use(isa);
                tcs_network *network = test_network(spec_at(i));
                outcome first = compute(network, branch, 64, 64, true, 0), again = compute(network, branch, 64, 64, true, 0);
                CU_ASSERT(same_bits(&first, &again));
                outcome roomy = compute(network, branch, 64, 1000, true, 0), moved = compute(network, branch, 64, 64, true, 3);
                CU_ASSERT(same_bits(&first, &roomy));
                CU_ASSERT(same_bits(&first, &moved));
                outcome narrow = compute(network, branch, 64, 64, false, 0);
                CU_ASSERT(!memcmp(first.output, narrow.output, first.n_output * sizeof(tcs_real)));
                free_outcome(&first), free_outcome(&again), free_outcome(&roomy), free_outcome(&moved), free_outcome(&narrow);
                tcs_network_free(network);
            }
}

static void many_rows_are_groups(void) {
    tcs_network *network = test_network(spec_at(1));
    outcome few = compute(network, 1, 64, 64, true, 0), many = compute(network, 1, 300, 300, true, 0);
    outcome narrow = compute(network, 1, 300, 300, false, 0);
    CU_ASSERT(!memcmp(few.output, many.output, 64 * sizeof(tcs_real)));
    CU_ASSERT(!memcmp(narrow.output, many.output, 300 * sizeof(tcs_real)));
    free_outcome(&few), free_outcome(&many), free_outcome(&narrow);
    tcs_network_free(network);
}

static double distance(const tcs_real *a, const tcs_real *b, size_t n) {
    double error = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        error += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        size += (double)b[i] * (double)b[i];
    }
    return size > 0 ? sqrt(error / size) : error;
}

static void instruction_sets_agree(void) {
    for (size_t i = 0; i < N_NETWORKS; i++)
        for (size_t branch = 1; branch < 3; branch++) {
            tcs_network *network = test_network(spec_at(i));
            tcs_isa_use(TCS_ISA_BASELINE);
            outcome baseline = compute(network, branch, 70, 70, true, 0);
            for (tcs_isa isa = TCS_ISA_AVX2; isa <= tcs_isa_detect(); isa++) {
                tcs_isa_use(isa);
                CU_ASSERT_EQUAL(tcs_isa_in_use(), isa);
                outcome other = compute(network, branch, 70, 70, true, 0);
                CU_ASSERT(distance(other.output, baseline.output, other.n_output) < 2e-6);
                CU_ASSERT(distance(other.gradient, baseline.gradient, other.n_gradient) < 5e-6);
                free_outcome(&other);
            }
            free_outcome(&baseline);
            tcs_network_free(network);
        }
}

static void isa_names(void) {
    for (tcs_isa isa = TCS_ISA_BASELINE; isa < TCS_N_ISAS; isa++)
        CU_ASSERT_EQUAL(tcs_isa_find(tcs_isa_name(isa)), isa);
    CU_ASSERT_EQUAL(tcs_isa_find("sse9"), TCS_N_ISAS);
    CU_ASSERT(strlen(tcs_isa_openblas_core()) > 0);
    CU_ASSERT(strchr(tcs_isa_openblas_version(), '.') != NULL);
    CU_ASSERT(tcs_isa_openblas_n_threads() >= 1);
}

TCS_TESTS("nn: computing", {"the same bits always", same_bits_always}, {"many rows are groups", many_rows_are_groups},
          {"instruction sets agree", instruction_sets_agree}, {"names of instruction sets", isa_names})
