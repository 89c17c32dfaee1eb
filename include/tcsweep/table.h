/* table.h: the data table: compounds with their critical temperatures, read from a CSV file.
 *
 * CSV as people write it: fields between commas, quoted or not, with "" for a quote and line ends inside quotes; LF, CRLF or CR; a
 * byte-order mark; spaces around values; further columns; blank lines. Columns are found by name in the first line that is not
 * blank. Knows nothing of networks, splits or HDF5.
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

/* One thing that was wrong with a row of the file, whatever was done about it. A row has a note for each of its mistakes. */
typedef struct tcs_row_note {
    size_t line;   /* of the file, from 1: where the field begins */
    size_t column; /* field of that row, from 1 */
    bool was_kept; /* lenient: the row is in the table */
    char *text;    /* the reason, with the offending value */
} tcs_row_note;

/* Owned by the caller; freed by tcs_table_free. Compositions are stored one after the other: those of row i are the entries
 * part_start[i] … part_start[i + 1] − 1 of element and amount. */
typedef struct tcs_table {
    size_t n_rows;
    char **formula;         /* [n_rows], as in the file, without spaces around it; printable UTF-8 */
    double *tc_kelvin;      /* [n_rows], finite, ≥ 0 */
    size_t *part_start;     /* [n_rows + 1] */
    unsigned char *element; /* atomic numbers */
    double *amount;
    size_t n_notes;
    tcs_row_note *notes;
    uint8_t digest[TCS_DIGEST_BYTES]; /* the identity of the data: SHA-256 over, for each kept row, the formula's length (u32),
                                         its bytes, and Tc (f64) */
} tcs_table;

/* Reads a table. A row is bad where its formula is none, and under every policy where
 * - Tc is absent, not a number, NaN, infinite or negative: it is never taken as 0;
 * - the formula is absent, "NaN", or not printable UTF-8;
 * - it has fields beyond the header's that are not empty: a comma inside a number ("31,2") may have cut it in two.
 * Lenient leaves such rows out and keeps those whose formula can be read in part. Errors name file, line and field.
 *
 * Always an error: a missing file (TCS_BAD_DATA with the reason), one over 2 GiB, a column that is missing or there twice, a quote
 * that is never closed, and a table without a good row. */
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
