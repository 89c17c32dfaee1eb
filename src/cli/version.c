#include "version.h"

#include <stdio.h>

#include "tcsweep/isa.h"
#include "tcsweep/store.h"
#include "tcsweep_commit.h"
#ifdef TCSWEEP_HAS_MPI
#include "tcsweep/mpi_carrier.h"
#endif

const char *version_text(void) {
    return TCSWEEP_VERSION;
}

const char *version_commit(void) {
    return TCSWEEP_COMMIT;
}

const char *version_mpi(void) {
#ifdef TCSWEEP_HAS_MPI
    return tcs_mpi_library_version();
#else
    return "none";
#endif
}

void version_print(void) {
    printf("tcsweep %s (%s)\n", version_text(), version_commit());
    printf("MPI       %s\n", version_mpi());
    printf("HDF5      %s\n", tcs_store_library_version());
    printf("OpenBLAS  %s\n", tcs_isa_openblas_version());
    printf("this machine's instruction set: %s\n", tcs_isa_name(tcs_isa_detect()));
}
