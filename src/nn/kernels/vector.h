/* vector.h: one vector type for all instruction sets, and the names of what is compiled for each.
 *
 * Included by the kernels only, which are compiled with TCS_ISA_SUFFIX and that instruction set's flags.
 */
#ifndef TCS_NN_KERNELS_VECTOR_H
#define TCS_NN_KERNELS_VECTOR_H

#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernels.h"

#define TCS_PASTE_(a, b) a##_##b
#define TCS_PASTE(a, b) TCS_PASTE_(a, b)
/* A kernel's name: tcs_kernel_adam_avx2. */
#define TCS_KERNEL(name) TCS_PASTE(tcs_kernel_##name, TCS_ISA_SUFFIX)

#define TCS_KERNEL_PROTOTYPE(result, name, arguments) result TCS_KERNEL(name) arguments;
TCS_KERNEL_LIST(TCS_KERNEL_PROTOTYPE)
#undef TCS_KERNEL_PROTOTYPE

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#define LANES (VECTOR_BYTES / sizeof(tcs_real))

/* Before a loop whose number of rounds the compiler knows: no loop remains. */
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 32")
#endif

typedef tcs_real vector __attribute__((vector_size(VECTOR_BYTES)));
/* The same at any address of a number. */
typedef tcs_real vector_anywhere __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(tcs_real)), may_alias));

static inline vector load(const tcs_real *x) {
    return *(const vector_anywhere *)x;
}

static inline void store(tcs_real *x, vector value) {
    *(vector_anywhere *)x = value;
}

static inline vector broadcast(tcs_real value) {
    return value - (vector){0};
}

/* a × b + c, rounded once where the instruction set has fused multiply-adds. */
static inline vector multiply_add(vector a, vector b, vector c) {
#if defined(__AVX512F__) && defined(TCS_REAL_IS_DOUBLE)
    return _mm512_fmadd_pd(a, b, c);
#elif defined(__AVX512F__)
    return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__) && defined(TCS_REAL_IS_DOUBLE)
    return _mm256_fmadd_pd(a, b, c);
#elif defined(__AVX2__)
    return _mm256_fmadd_ps(a, b, c);
#else
    return a * b + c;
#endif
}

/* c − a × b, likewise. */
static inline vector subtract_product(vector c, vector a, vector b) {
    return multiply_add(-a, b, c);
}

#endif
