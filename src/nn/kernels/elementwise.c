/* elementwise.c: loops over single numbers, which the compiler turns into vectors without changing a bit. */
#include "kernels/vector.h"

void TCS_KERNEL(relu)(size_t n, const tcs_real *x, tcs_real *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

void TCS_KERNEL(relu_gradient)(size_t n, const tcs_real *y, const tcs_real *dy, tcs_real *dx) {
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

void TCS_KERNEL(keep_largest)(size_t n, int32_t tap, const tcs_real *x, tcs_real *best, int32_t *winner) {
    for (size_t i = 0; i < n; i++) {
        const bool is_larger = (x[i] > best[i]) | (x[i] != x[i]);
        best[i] = is_larger ? x[i] : best[i];
        winner[i] = is_larger ? tap : winner[i];
    }
}

void TCS_KERNEL(multiply)(size_t n, const tcs_real *x, const tcs_real *factors, tcs_real *restrict y) {
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * factors[i];
}

void TCS_KERNEL(adam)(size_t n, const tcs_adam_step *step, const tcs_real *restrict g, tcs_real *restrict m, tcs_real *restrict v,
                      tcs_real *restrict p) {
    const tcs_adam_step s = *step;
    for (size_t i = 0; i < n; i++) {
        const tcs_real first = s.beta1 * m[i] + s.one_minus_beta1 * g[i];
        const tcs_real second = s.beta2 * v[i] + s.one_minus_beta2 * (g[i] * g[i]);
#ifdef TCS_REAL_IS_DOUBLE
        const tcs_real root = __builtin_sqrt(second);
#else
        const tcs_real root = __builtin_sqrtf(second);
#endif
        m[i] = first;
        v[i] = second;
        p[i] -= s.rate * first / (root * s.second_scale + s.epsilon);
    }
}
