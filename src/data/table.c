/* Tables: how they are filled, identified and freed. */
#include "tcsweep/table.h"

#include <stdlib.h>
#include <string.h>

#include "table_build.h"

static void add_size(tcs_buffer *buffer, size_t value) {
    tcs_buffer_add(buffer, &value, sizeof value);
}

void table_build_row(table_builder *b, const char *formula, size_t n_formula, double tc_kelvin, size_t n_parts,
                     const unsigned char *element, const double *amount) {
    add_size(&b->formula_start, b->formula_text.length);
    tcs_buffer_add(&b->formula_text, formula, n_formula);
    tcs_buffer_add(&b->formula_text, "", 1);
    tcs_buffer_add_f64(&b->tc_kelvin, tc_kelvin);
    add_size(&b->part_start, b->n_parts);
    tcs_buffer_add(&b->element, element, n_parts);
    tcs_buffer_add(&b->amount, amount, n_parts * sizeof *amount);
    b->n_rows++;
    b->n_parts += n_parts;
}

void table_build_note(table_builder *b, size_t line, size_t column, bool was_kept, char *text) {
    tcs_row_note note = {.line = line, .column = column, .was_kept = was_kept, .text = text};
    size_t n_before = b->notes.length;
    if (text)
        tcs_buffer_add(&b->notes, &note, sizeof note);
    if (b->notes.length > n_before) {
        b->n_notes++;
        return;
    }
    b->notes.failed = true;
    free(text);
}

/* Takes the bytes out of a buffer; NULL where there are none. */
static void *take(tcs_buffer *buffer) {
    void *bytes = buffer->bytes;
    *buffer = (tcs_buffer){0};
    return bytes;
}

/* Texts stand in one block of memory, which formula[0] begins. */
static bool point_at_formulas(table_builder *b, tcs_table *out) {
    out->formula = calloc(b->n_rows + 1, sizeof *out->formula);
    if (!out->formula)
        return false;
    const size_t *start = (const size_t *)(const void *)b->formula_start.bytes;
    char *text = take(&b->formula_text);
    for (size_t i = 0; i < b->n_rows; i++)
        out->formula[i] = text + start[i];
    return true;
}

/* SHA-256 over, for each row, the formula's length (u32), its characters, and Tc (f64), as tcs_buffer writes them. */
static bool compute_digest(tcs_table *table) {
    tcs_buffer bytes = {0};
    for (size_t i = 0; i < table->n_rows; i++) {
        tcs_buffer_add_string(&bytes, table->formula[i]);
        tcs_buffer_add_f64(&bytes, table->tc_kelvin[i]);
    }
    tcs_sha256(bytes.bytes, bytes.length, table->digest);
    bool is_done = !bytes.failed;
    tcs_buffer_clear(&bytes);
    return is_done;
}

static bool finish(table_builder *b, tcs_table *out) {
    add_size(&b->part_start, b->n_parts);
    if (b->formula_text.failed || b->formula_start.failed || b->tc_kelvin.failed || b->part_start.failed || b->element.failed ||
        b->amount.failed || b->notes.failed || !point_at_formulas(b, out))
        return false;
    out->n_rows = b->n_rows;
    out->tc_kelvin = take(&b->tc_kelvin);
    out->part_start = take(&b->part_start);
    out->element = take(&b->element);
    out->amount = take(&b->amount);
    out->notes = take(&b->notes);
    out->n_notes = b->n_notes;
    b->n_notes = 0;
    return compute_digest(out);
}

tcs_status table_build_finish(table_builder *builder, tcs_table *out, tcs_error *error) {
    *out = (tcs_table){0};
    bool is_done = finish(builder, out);
    table_build_clear(builder);
    if (is_done)
        return TCS_OK;
    tcs_table_free(out);
    return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the data table");
}

static void free_notes(tcs_row_note *notes, size_t n_notes) {
    for (size_t i = 0; i < n_notes; i++)
        free(notes[i].text);
}

void table_build_clear(table_builder *b) {
    free_notes((tcs_row_note *)(void *)b->notes.bytes, b->n_notes);
    tcs_buffer *const buffers[] = {&b->formula_text, &b->formula_start, &b->tc_kelvin, &b->part_start,
                                   &b->element,      &b->amount,        &b->notes};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        tcs_buffer_clear(buffers[i]);
    *b = (table_builder){0};
}

void tcs_table_free(tcs_table *table) {
    if (table->n_rows > 0 && table->formula)
        free(table->formula[0]);
    free(table->formula);
    free(table->tc_kelvin);
    free(table->part_start);
    free(table->element);
    free(table->amount);
    free_notes(table->notes, table->n_notes);
    free(table->notes);
    *table = (tcs_table){0};
}
