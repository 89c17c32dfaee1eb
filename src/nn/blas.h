/* blas.h: matrix products by OpenBLAS, in the precision of tcs_real. The only file that names its functions. */
#ifndef TCS_NN_BLAS_H
#define TCS_NN_BLAS_H

#include <cblas.h>

#include "tcsweep/network.h"

typedef enum tcs_transpose { AS_IS, TRANSPOSED } tcs_transpose;

/* C [m × n] = op(A) op(B), or C += op(A) op(B) where `add`; op(A) is m × k, op(B) is k × n; row-major, ld: numbers from row to row. */
static inline void tcs_gemm(tcs_transpose op_a, tcs_transpose op_b, size_t m, size_t n, size_t k, const tcs_real *a, size_t lda,
                            const tcs_real *b, size_t ldb, bool add, tcs_real *c, size_t ldc) {
    const enum CBLAS_TRANSPOSE ta = op_a == TRANSPOSED ? CblasTrans : CblasNoTrans;
    const enum CBLAS_TRANSPOSE tb = op_b == TRANSPOSED ? CblasTrans : CblasNoTrans;
#ifdef TCS_REAL_IS_DOUBLE
    cblas_dgemm(
#else
    cblas_sgemm(
#endif
        CblasRowMajor, ta, tb, (blasint)m, (blasint)n, (blasint)k, 1, a, (blasint)lda, b, (blasint)ldb, add ? 1 : 0, c,
        (blasint)ldc);
}

#endif
