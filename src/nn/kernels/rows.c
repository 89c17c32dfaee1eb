/* rows.c: biases, and sums of products. */
#include "kernels/vector.h"

static inline vector positive(vector x) {
    /* A comparison yields a vector of all-one or all-zero integers. NaN is let through: it must not look like a sound number. */
    typedef __typeof__(x < x) mask;
    return (vector)((mask)x & ~(x < (vector){0}));
}

void TCS_KERNEL(add_bias)(size_t n_rows, size_t width, const tcs_real *bias, bool relu, tcs_real *y) {
    for (size_t row = 0; row < n_rows; row++, y += width) {
        size_t j = 0;
        for (; j + LANES <= width; j += LANES) {
            const vector sum = load(y + j) + load(bias + j);
            store(y + j, relu ? positive(sum) : sum);
        }
        for (; j < width; j++) {
            const tcs_real sum = y[j] + bias[j];
            y[j] = relu && sum < 0 ? 0 : sum;
        }
    }
}

/* One column's sum over the rows, in row order. */
static void sum_column(size_t n_rows, size_t width, const tcs_real *y, tcs_real *dy, bool add, tcs_real *sum) {
    tcs_real total = add ? *sum : 0;
    for (size_t row = 0; row < n_rows; row++) {
        if (y && !(y[row * width] > 0))
            dy[row * width] = 0;
        total += dy[row * width];
    }
    *sum = total;
}

void TCS_KERNEL(bias_gradient)(size_t n_rows, size_t width, const tcs_real *y, tcs_real *dy, bool add, tcs_real *bias_gradient) {
    size_t j = 0;
    for (; j + 2 * LANES <= width; j += 2 * LANES) {
        vector low = add ? load(bias_gradient + j) : (vector){0}, high = add ? load(bias_gradient + j + LANES) : (vector){0};
        for (size_t row = 0; row < n_rows; row++) {
            tcs_real *at = dy + row * width + j;
            vector a = load(at), b = load(at + LANES);
            if (y) {
                typedef __typeof__(a > a) mask;
                const tcs_real *of = y + row * width + j;
                a = (vector)((mask)a & (load(of) > (vector){0}));
                b = (vector)((mask)b & (load(of + LANES) > (vector){0}));
                store(at, a);
                store(at + LANES, b);
            }
            low += a;
            high += b;
        }
        store(bias_gradient + j, low);
        store(bias_gradient + j + LANES, high);
    }
    for (; j < width; j++)
        sum_column(n_rows, width, y ? y + j : NULL, dy + j, add, bias_gradient + j);
}

void TCS_KERNEL(add_scaled)(size_t n, tcs_real a, const tcs_real *restrict x, tcs_real *restrict y) {
    const vector factor = broadcast(a);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        store(y + i, multiply_add(factor, load(x + i), load(y + i)));
    for (; i < n; i++)
        y[i] += a * x[i];
}

tcs_real TCS_KERNEL(dot)(size_t n, const tcs_real *x, const tcs_real *y) {
    vector sum = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        sum = multiply_add(load(x + i), load(y + i), sum);
    tcs_real total = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        total += sum[lane];
    for (; i < n; i++)
        total += x[i] * y[i];
    return total;
}
