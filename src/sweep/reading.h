/* reading.h: what all parts of reading a sweep share: memory, limits, and the list of mistakes.
 *
 * Mistakes are collected, so that all of them are told at once, in the order in which they stand in the files, each one once: the
 * same node is read for many configurations.
 */
#ifndef TCS_SWEEP_READING_H
#define TCS_SWEEP_READING_H

#include <stdint.h>

#include "node.h"
#include "tcsweep/status.h"

/* Bounds on what a file may ask for, so that no file can take long or fill the memory. The public ones are in sweep.h. */
enum {
    MAX_FILE_BYTES = 4 << 20,
    MAX_ALL_FILES_BYTES = 16 << 20,
    MAX_NODES = 250000, /* of all files, aliases written out */
    MAX_DEPTH = 64,     /* of one file */
    MAX_ARCHITECTURES = 256,
    MAX_LAYERS = 1000, /* of a branch */
    MAX_RATE_STEPS = 1000,
    MAX_AXES = 32,
    MAX_SPLITS = 1000000,
    MAX_NAME_LENGTH = 64,
    MAX_MISTAKES = 50 /* that are told; the others are counted */
};

typedef struct mistake_entry {
    char *text;
    const source *source;
    size_t line, column, order;
    uint64_t hash;
} mistake_entry;

typedef struct reading {
    arena memory;        /* nodes and texts of the files */
    size_t n_nodes_left; /* of MAX_NODES */
    size_t n_bytes_left; /* of MAX_ALL_FILES_BYTES */
    size_t n_sources;
    tcs_status status; /* TCS_OK, or what made going on impossible (memory) */
    size_t n_mistakes, n_mistakes_left_out;
    mistake_entry mistakes[MAX_MISTAKES];
} reading;

/* Notes a mistake at a node: "file:line:column: path: message". */
void mistake(reading *r, const node *at, const char *format, ...) TCS_PRINTF(3, 4);
/* Notes the lines of another module's messages as they are, told where `at` stands. */
void mistake_lines(reading *r, const node *at, const char *lines);
/* Notes "found …; expected …", where expected is a noun phrase. */
void mistake_expected(reading *r, const node *found, const char *expected);
/* Notes that `name` is none of `names`: "…; did you mean …? Allowed: …". `what` is like "unknown key". */
void mistake_unknown(reading *r, const node *at, const char *what, const char *name, const char *const *names, size_t n_names);
/* Notes a mistake at a place of a file that is no node. */
void mistake_at(reading *r, const source *file, size_t line, size_t column, const char *format, ...) TCS_PRINTF(5, 6);

/* Memory ran out: nothing more is read. Returns false, so that a reader can write `return out_of_memory(r);`. */
bool out_of_memory(reading *r);
/* Whether everything was right so far. */
bool is_right(const reading *r);

/* Puts all mistakes into `error`, in the order of the files, and returns the status of the whole reading. */
tcs_status report_mistakes(reading *r, tcs_error *error);
/* Frees what the reading holds. */
void reading_end(reading *r);

#endif
