/* table_header.h: the header line of a table, and the columns wanted in it. Private to this room. */
#ifndef TCS_DATA_TABLE_HEADER_H
#define TCS_DATA_TABLE_HEADER_H

#include "csv.h"
#include "tcsweep/table.h"

typedef struct table_columns {
    size_t formula, tc; /* numbers of the columns, from 1 */
    size_t n;           /* columns that the header names */
} table_columns;

/* Reads the first line that is not blank. */
tcs_status table_read_header(csv_reader *reader, const char *name, const tcs_table_options *options, table_columns *out,
                             tcs_error *error);

#endif
