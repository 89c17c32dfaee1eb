/* The project's own e^x against libm's, and softmax at its ends. */
#include <float.h>
#include <math.h>

#include "check.h"
#include "exponential.h"
#include "networks.h"

static void follows_libm(void) {
    double worst = 0;
    for (int i = 0; i <= 200000; i++) {
        const double x = -700.0 * i / 200000 * (i % 2 ? 1 : 0.01), expected = exp(x);
        worst = fmax(worst, fabs(tcs_exponential(x) - expected) / expected);
    }
    CU_ASSERT(worst < 2 * DBL_EPSILON);
    CU_ASSERT(tcs_exponential(0) == 1);
    CU_ASSERT(tcs_exponential(-0.0) == 1);
    CU_ASSERT(tcs_exponential(-1e300) == 0);
    CU_ASSERT(tcs_exponential(-INFINITY) == 0);
    CU_ASSERT(isnan(tcs_exponential(NAN)));
}

static void softmax_at_its_ends(void) {
    tcs_network_spec spec = test_spec("net", 1, 3, 0, 0);
    test_add_branch(&spec, "only", TCS_FROM_INPUT, "softmax", 1);
    tcs_network *network = test_network(spec);
    tcs_workspace *workspace = test_workspace(network, 4, false);
    const tcs_real x[12] = {0, 0, 0, 1e30F, 0, -1e30F, -500, -501, -502, (tcs_real)NAN, 0, 0};
    const tcs_real *y = tcs_network_forward(network, workspace, 0, NULL, x, 4, NULL);
    CU_ASSERT_DOUBLE_EQUAL((double)y[1], 1.0 / 3, 1e-7);
    CU_ASSERT(y[3] == 1 && y[4] == 0 && y[5] == 0);
    CU_ASSERT_DOUBLE_EQUAL((double)y[6], 1 / (1 + exp(-1) + exp(-2)), 1e-7);
    CU_ASSERT(isnan(y[9]) && isnan(y[10]));
    tcs_workspace_free(workspace);
    tcs_network_free(network);
}

TCS_TESTS("nn: softmax", {"e^x follows libm", follows_libm}, {"softmax at its ends", softmax_at_its_ends})
