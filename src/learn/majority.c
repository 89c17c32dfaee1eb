/* majority.c: the majority-class baseline: what can be said of a compound without looking at it. */
#include "learner.h"

#include <stdlib.h>

static void fill(float *values, size_t n, double value) {
    for (size_t i = 0; i < n; i++)
        values[i] = (float)value;
}

tcs_status learn_run_majority(const tcs_learn_data *data, tcs_result *out, tcs_error *error) {
    double tc_sum = 0;
    size_t n_superconductors = 0;
    for (size_t i = 0; i < data->n_train; i++) {
        double tc_kelvin = data->tc_kelvin[data->train_rows[i]];
        tc_sum += tc_kelvin;
        n_superconductors += tc_kelvin > 0;
    }
    float *train_tc = learn_allocate_floats(data->n_train, 1, error);
    float *train_probability = learn_allocate_floats(data->n_train, 1, error);
    out->test_tc = learn_allocate_floats(data->n_test, 1, error);
    out->test_probability = learn_allocate_floats(data->n_test, 1, error);
    tcs_status status = train_tc && train_probability && out->test_tc && out->test_probability ? TCS_OK : TCS_OUT_OF_MEMORY;
    if (status == TCS_OK) {
        double tc_kelvin = tc_sum / (double)data->n_train, probability = (double)n_superconductors / (double)data->n_train;
        fill(train_tc, data->n_train, tc_kelvin);
        fill(train_probability, data->n_train, probability);
        fill(out->test_tc, data->n_test, tc_kelvin);
        fill(out->test_probability, data->n_test, probability);
        status = learn_score(data, train_tc, train_probability, out->test_tc, out->test_probability, out, error);
    }
    free(train_tc);
    free(train_probability);
    return status;
}
