/* isa.c: which instruction set the kernels use. */
#include "tcsweep/isa.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "kernels.h"

extern const tcs_kernels tcs_kernels_baseline;
#ifdef TCS_HAS_X86_KERNELS
extern const tcs_kernels tcs_kernels_avx2, tcs_kernels_avx512;
#endif

static const struct {
    const char *name;
    const char *openblas_coretype;
    const tcs_kernels *kernels;
} isas[TCS_N_ISAS] = {
#ifdef TCS_HAS_X86_KERNELS
    [TCS_ISA_BASELINE] = {"baseline", "Prescott", &tcs_kernels_baseline},
    [TCS_ISA_AVX2] = {"avx2", "Haswell", &tcs_kernels_avx2},
    [TCS_ISA_AVX512] = {"avx512", "SkylakeX", &tcs_kernels_avx512},
#else
    [TCS_ISA_BASELINE] = {"baseline", NULL, &tcs_kernels_baseline},
    [TCS_ISA_AVX2] = {"avx2", NULL, &tcs_kernels_baseline},
    [TCS_ISA_AVX512] = {"avx512", NULL, &tcs_kernels_baseline},
#endif
};

/* The one choice of the process, made before anything is computed. */
static tcs_isa in_use = TCS_ISA_BASELINE;

const char *tcs_isa_name(tcs_isa isa) {
    return isa < TCS_N_ISAS ? isas[isa].name : "unknown";
}

tcs_isa tcs_isa_find(const char *name) {
    tcs_isa isa = TCS_ISA_BASELINE;
    while (isa < TCS_N_ISAS && strcmp(isas[isa].name, name))
        isa++;
    return isa;
}

tcs_isa tcs_isa_detect(void) {
#ifdef TCS_HAS_X86_KERNELS
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return TCS_ISA_BASELINE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return TCS_ISA_AVX512;
    return TCS_ISA_AVX2;
#else
    return TCS_ISA_BASELINE;
#endif
}

const char *tcs_isa_openblas_coretype(tcs_isa isa) {
    return isa < TCS_N_ISAS ? isas[isa].openblas_coretype : NULL;
}

const char *tcs_isa_openblas_core(void) {
    return openblas_get_corename();
}

const char *tcs_isa_openblas_version(void) {
    static char version[32];
    if (sscanf(openblas_get_config(), "OpenBLAS %31s", version) != 1)
        snprintf(version, sizeof version, "unknown");
    return version;
}

int tcs_isa_openblas_n_threads(void) {
    return openblas_get_num_threads();
}

void tcs_isa_use(tcs_isa isa) {
    if (isa < TCS_N_ISAS)
        in_use = isa;
}

tcs_isa tcs_isa_in_use(void) {
    return in_use;
}

const tcs_kernels *tcs_kernels_in_use(void) {
    return isas[in_use].kernels;
}
