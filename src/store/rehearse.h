/* rehearse.h: does HDF5 survive a file? Tried in a process of its own. Private to this room.
 *
 * HDF5 is known to crash, or to run for ever, on some damaged files. A file whose structure is intact needs no rehearsal, so that the programs
 * of a sweep, which may hold state of MPI, do not fork here.
 */
#ifndef TCS_STORE_REHEARSE_H
#define TCS_STORE_REHEARSE_H

#include "tcsweep/status.h"

/* Calls act(context) in a child: TCS_OK where it returned, whatever it returned; TCS_BAD_RESULTS where the child crashed, or took more than
 * its time or memory. `path` is for messages. */
tcs_status store_rehearse(const char *path, void (*act)(void *context), void *context, tcs_error *error);

#endif
