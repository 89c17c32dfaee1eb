/* h5.h: what this room wants of HDF5, made safe: errors as messages, links that cannot lead into other files, bounded texts.
 *
 * HDF5 is used to make a file and to find out where its datasets lie; numbers are read and written without it (see file.h).
 * Ids that a function returns are the caller's to close; those inside a file are closed with the file, whatever happens.
 * Private to this room.
 */
#ifndef TCS_STORE_H5_H
#define TCS_STORE_H5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "tcsweep/status.h"

/* Before any other call: HDF5 prints no errors of its own, and takes no file locks (it would refuse readers while a sweep runs). */
void store_h5_prepare(void);
/* Adds a message that ends in HDF5's own reason, which is the system's where there is one. To be called right after the failed call: the
 * next one forgets the reason. */
tcs_status store_h5_failed(tcs_error *error, tcs_status status, const char *format, ...) TCS_PRINTF(3, 4);

/* How files are opened: closing one closes all in it; no locks. */
hid_t store_h5_access(void);
/* Variable-length UTF-8. */
hid_t store_h5_text_type(void);

/* New attributes. False where HDF5 refuses. */
bool store_h5_add_text(hid_t object, const char *name, const char *text);
bool store_h5_add_number(hid_t object, const char *name, int64_t number);

/* Opens the object at an absolute path if it is of the kind wanted and every step to it is a hard link; negative where not. */
hid_t store_h5_open(hid_t file, const char *path, H5I_type_t kind);
/* Names of the hard links of a group in the order of their bytes, in the arena; false where it cannot be read or holds too many. */
bool store_h5_list(hid_t group, store_arena *arena, size_t *n_names, const char ***names);
/* One text; NULL where there is none, or it is something else. In the arena. */
const char *store_h5_text_attribute(hid_t object, const char *name, store_arena *arena);
/* False where there is no such whole number. */
bool store_h5_number_attribute(hid_t object, const char *name, int64_t *number);
/* All texts of a dataset of n variable-length strings, in the arena, none NULL; false where they cannot be read. */
bool store_h5_read_texts(hid_t dataset, size_t n, store_arena *arena, const char **texts);

#endif
