/* What a job is said to cost: by the network's own counts, and of the right size for the paper's networks. */
#include "check.h"

#include <string.h>

#include "paper_networks.h"
#include "problem.h"

static void counts_every_pass(void) {
    tcs_model model;
    tcs_network *network;
    double forward[3], backward[3];
    small_model(10, &model);
    model.curve_every = 4; /* records after epochs 4, 8, 10 */
    CU_ASSERT_EQUAL_FATAL(tcs_network_create(&model.network, &network, NULL), TCS_OK);
    for (size_t b = 0; b < 3; b++) {
        forward[b] = tcs_network_flops_forward(network, b);
        backward[b] = tcs_network_flops_backward(network, b);
    }
    const double n_all = 100 + 40, n_trained = 10 * 3 * 32; /* 3 batches of 32 from 100 rows */
    double expected = n_trained * (forward[0] + backward[0] + forward[1] + backward[1]) + 3 * n_all * (forward[0] + forward[1]);
    expected += n_all * forward[0] + n_trained * (forward[2] + backward[2]) + 3 * n_all * forward[2];
    expected += n_all * (forward[0] + forward[1] + forward[2]);
    CU_ASSERT_DOUBLE_EQUAL(tcs_learn_flops(&model, 100, 40), expected, 1e-9 * expected);
    CU_ASSERT(expected > 0);
    CU_ASSERT_EQUAL(tcs_learn_flops(&model, 0, 40), 0);
    tcs_network_free(network);
    tcs_model_free(&model);
}

static void has_the_size_of_the_papers_jobs(void) {
    tcs_model model;
    CU_ASSERT_EQUAL_FATAL(paper_model("cnn", 5000, &model, NULL), TCS_OK);
    /* The 32→32, 5×5 convolution alone, computed directly: 2 × 25,600 × 120 operations a row forward, twice that backward. What is counted
     * is what is done, and there are ways that do less. */
    double flops = tcs_learn_flops(&model, 13132, 3282), convolution = 3.0 * 2 * 25600 * 120 * 13120 * 5000;
    CU_ASSERT(flops > convolution / 20 && flops < 2 * convolution);
    size_t kept = (size_t)13132 * 3840 * 4, bytes = tcs_learn_memory_bytes(&model, 13132, 3282);
    CU_ASSERT(bytes > kept && bytes < 2 * kept);
    model.curve_every = 1;
    CU_ASSERT(tcs_learn_memory_bytes(&model, 13132, 3282) >= bytes + (size_t)3282 * 3840 * 4);
    CU_ASSERT(tcs_learn_flops(&model, 13132, 3282) > 1.2 * flops);
    tcs_model_free(&model);

    CU_ASSERT_EQUAL_FATAL(paper_model("fcnn", 5000, &model, NULL), TCS_OK);
    CU_ASSERT(tcs_learn_flops(&model, 13132, 3282) < flops / 5);
    CU_ASSERT(tcs_learn_memory_bytes(&model, 13132, 3282) < (size_t)30 << 20);
    tcs_model_free(&model);
}

static void wrong_models_cost_nothing(void) {
    tcs_model model;
    small_model(10, &model);
    model.stages[0].batch = 0;
    CU_ASSERT_EQUAL(tcs_learn_flops(&model, 100, 40), 0);
    CU_ASSERT(tcs_learn_memory_bytes(&model, 100, 40) > 0);
    tcs_model_free(&model);
}

TCS_TESTS("cost", {"counts every pass", counts_every_pass}, {"has the size of the paper's jobs", has_the_size_of_the_papers_jobs},
          {"wrong models cost nothing", wrong_models_cost_nothing})
