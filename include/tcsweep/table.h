/* table.h: the data table: compounds with their critical temperatures, read from a CSV file.
 *
 * CSV as people write it: quoted fields, CRLF, a byte-order mark, spaces around values, further columns, blank lines. Columns are
 * found by name. Knows nothing of networks, splits or HDF5.
 */
#ifndef TCSWEEP_TABLE_H
#define TCSWEEP_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "tcsweep/bytes.h"
#include "tcsweep/formula.h"
#include "tcsweep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tcs_on_bad_row {
    TCS_BAD_ROW_ERROR,  /* any bad row is an error; all of them are reported (the first 20 in full, then a count) */
    TCS_BAD_ROW_SKIP,   /* bad rows are left out and listed */
    TCS_BAD_ROW_LENIENT /* formulas are read as far as they can be; rows so repaired, or left out, are listed */
} tcs_on_bad_row;

typedef struct tcs_table_options {
    const char *formula_column; /* name in the header line, e.g. "name" */
    const char *tc_column;      /* e.g. "Tc", in kelvin */
    tcs_on_bad_row on_bad_row;
} tcs_table_options;

/* What was wrong with one row of the file, whatever was done about it. */
typedef struct tcs_row_note {
    size_t line;   /* of the file, from 1 */
    size_t column; /* field of that line, from 1 */
    bool was_kept; /* lenient: the row is in the table */
    char *text;    /* the reason, with the offending value */
} tcs_row_note;

/* Owned by the caller; freed by tcs_table_free. Compositions are stored one after the other: those of row i are the entries
 * part_start[i] … part_start[i + 1] − 1 of element and amount. */
typedef struct tcs_table {
    size_t n_rows;
    char **formula;         /* [n_rows], as in the file, without spaces around it */
    double *tc_kelvin;      /* [n_rows], finite, ≥ 0 */
    size_t *part_start;     /* [n_rows + 1] */
    unsigned char *element; /* atomic numbers */
    double *amount;
    size_t n_notes;
    tcs_row_note *notes;
    uint8_t digest[TCS_DIGEST_BYTES]; /* SHA-256 over the kept rows' formulas and Tc: the identity of the data */
} tcs_table;

/* Reads a table. A Tc that is absent, not a number, NaN, infinite or negative makes a bad row under every policy: it is
 * never taken as 0, and lenient leaves such a row out. Errors name file, line and field. At most 2 GiB.
 * A missing file is TCS_BAD_DATA with the reason. An empty table is an error. */
tcs_status tcs_table_read(const char *path, const tcs_table_options *options, tcs_table *out, tcs_error *error);
/* The same from memory; `name` stands for the file in messages. */
tcs_status tcs_table_parse(const char *text, size_t n_bytes, const char *name, const tcs_table_options *options, tcs_table *out,
                           tcs_error *error);
void tcs_table_free(tcs_table *table);

/* The table (without notes) as bytes for the trainers and back; decode checks every length, index and number. */
void tcs_table_encode(const tcs_table *table, tcs_buffer *out);
tcs_status tcs_table_decode(tcs_reader *reader, tcs_table *out, tcs_error *error);

#ifdef __cplusplus
}
#endif
#endif
