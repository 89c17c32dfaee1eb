/* mpi_carrier.h: carries the engine's messages between MPI ranks. No policy: it neither reads messages nor decides anything.
 *
 * Nothing here spins or blocks: receives are probed, sends are queued, and a rank that died leaves its messages pending without
 * holding up those of others.
 */
#ifndef TCSWEEP_MPI_CARRIER_H
#define TCSWEEP_MPI_CARRIER_H

#include <stdbool.h>

#include "tcsweep/engine.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls MPI_Init. Collective over all ranks. Whatever is forked must have been forked before. */
tcs_status tcs_mpi_start(int *argc, char ***argv, tcs_carrier *out, tcs_error *error);

/* Ends MPI; the carrier is gone. Collective where no rank was lost. Where one was, MPI_Finalize might wait for it for ever: then ranks of one
 * node are left without it, and *must_exit_at_once says that the caller must end by _exit, past MPI's exit handlers; over several nodes MPI_Abort
 * ends all that is left, with exit_code, and this does not return. */
void tcs_mpi_end(tcs_carrier *carrier, bool any_lost, int exit_code, bool *must_exit_at_once);

/* "Open MPI v4.1.4, …", one line. Static storage. */
const char *tcs_mpi_library_version(void);

#ifdef __cplusplus
}
#endif
#endif
