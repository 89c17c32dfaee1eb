/* structure.h: is everything in a results file that does not change still as it was made?
 *
 * /structure/checksum lists the runs of bytes that change, and has a checksum of all others. It is found by its mark and not with HDF5, which may
 * crash on damaged files: so damage is known before HDF5 sees it. Private to this room.
 */
#ifndef TCS_STORE_STRUCTURE_H
#define TCS_STORE_STRUCTURE_H

#include "file.h"

/* Numbers in the list, for so many datasets that change. */
size_t store_structure_length(size_t n_changing);
/* Fills the list of a new file. */
tcs_status store_structure_seal(const store_file *file, tcs_error *error);
/* Not intact: damaged, edited, repacked, or no results file at all. Only a file that cannot be read is an error. */
tcs_status store_structure_check(int descriptor, const char *path, uint64_t n_bytes, bool *is_intact, tcs_error *error);

#endif
