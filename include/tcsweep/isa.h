/* isa.h: the instruction set that the numbers are computed with.
 *
 * Different instruction sets round differently, so all ranks of a sweep use one, chosen by rank 0 (`--isa`) and recorded.
 * OpenBLAS obeys OPENBLAS_CORETYPE, read when it is loaded: trainers are therefore started with it in their environment.
 */
#ifndef TCSWEEP_ISA_H
#define TCSWEEP_ISA_H

#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_isa {
    TCS_ISA_BASELINE, /* any x86-64; on other processors the only one */
    TCS_ISA_AVX2,     /* AVX2 + FMA */
    TCS_ISA_AVX512,   /* AVX-512 F, DQ, BW, VL */
    TCS_N_ISAS
} tcs_isa;

const char *tcs_isa_name(tcs_isa isa);  /* "baseline", "avx2", "avx512" */
tcs_isa tcs_isa_find(const char *name); /* TCS_N_ISAS where there is none */
/* The best that this machine has. */
tcs_isa tcs_isa_detect(void);
/* The value of OPENBLAS_CORETYPE for it; NULL: leave it unset. */
const char *tcs_isa_openblas_coretype(tcs_isa isa);
/* What this process really computes with: the name of OpenBLAS's core, its version and number of threads. Static storage. */
const char *tcs_isa_openblas_core(void);
const char *tcs_isa_openblas_version(void);
int tcs_isa_openblas_n_threads(void);
/* Makes this process's own kernels use `isa`; OpenBLAS is not changed. Called once, before any training, with an `isa`
 * that is not beyond tcs_isa_detect(); until then it is the baseline. */
void tcs_isa_use(tcs_isa isa);
tcs_isa tcs_isa_in_use(void);

#ifdef __cplusplus
}
#endif
#endif
