/* table_build.h: a table while it is filled, row by row. Private to this room. */
#ifndef TCS_DATA_TABLE_BUILD_H
#define TCS_DATA_TABLE_BUILD_H

#include "tcsweep/table.h"

/* All zero is an empty builder. Memory that ran out is told by table_build_finish. */
typedef struct table_builder {
    size_t n_rows;
    size_t n_parts;
    tcs_buffer formula_text;  /* zero-ended texts, one after the other */
    tcs_buffer formula_start; /* size_t: where each begins */
    tcs_buffer tc_kelvin;     /* double */
    tcs_buffer part_start;    /* size_t, without the last */
    tcs_buffer element;       /* unsigned char */
    tcs_buffer amount;        /* double */
    size_t n_notes;
    tcs_buffer notes; /* tcs_row_note */
} table_builder;

void table_build_row(table_builder *builder, const char *formula, size_t n_formula, double tc_kelvin, size_t n_parts,
                     const unsigned char *element, const double *amount);
/* Takes the text over; NULL counts as memory that ran out. */
void table_build_note(table_builder *builder, size_t line, size_t column, bool was_kept, char *text);
/* Moves everything into a table with its digest, and empties the builder, whatever the outcome. */
tcs_status table_build_finish(table_builder *builder, tcs_table *out, tcs_error *error);
void table_build_clear(table_builder *builder);

#endif
