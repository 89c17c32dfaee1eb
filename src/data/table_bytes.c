/* Tables as bytes: the number of rows, row after row, and the digest, which decode compares with that of what it got. */
#include <math.h>
#include <string.h>

#include "table_build.h"

void tcs_table_encode(const tcs_table *table, tcs_buffer *out) {
    tcs_buffer_add_u64(out, table->n_rows);
    for (size_t i = 0; i < table->n_rows; i++) {
        size_t start = table->part_start[i], n_parts = table->part_start[i + 1] - start;
        tcs_buffer_add_string(out, table->formula[i]);
        tcs_buffer_add_f64(out, table->tc_kelvin[i]);
        tcs_buffer_add_u32(out, (uint32_t)n_parts);
        tcs_buffer_add(out, table->element + start, n_parts);
        tcs_buffer_add(out, table->amount + start, n_parts * sizeof *table->amount);
    }
    tcs_buffer_add(out, table->digest, sizeof table->digest);
}

/* The next row, if it is a possible one. */
static bool decode_row(tcs_reader *reader, table_builder *builder) {
    size_t n_formula = tcs_reader_take_u32(reader);
    const char *formula = tcs_reader_take_view(reader, n_formula);
    double tc_kelvin = tcs_reader_take_f64(reader);
    size_t n_parts = tcs_reader_take_u32(reader);
    if (reader->failed || memchr(formula, 0, n_formula) || n_parts < 1 || n_parts > TCS_N_ELEMENTS)
        return false;
    unsigned char element[TCS_N_ELEMENTS];
    double amount[TCS_N_ELEMENTS];
    tcs_reader_take(reader, element, n_parts);
    tcs_reader_take(reader, amount, n_parts * sizeof *amount);
    if (reader->failed || !isfinite(tc_kelvin) || tc_kelvin < 0)
        return false;
    for (size_t i = 0; i < n_parts; i++)
        if (element[i] < 1 || element[i] > TCS_N_ELEMENTS || !(amount[i] > 0 && amount[i] <= TCS_FORMULA_MAX_AMOUNT))
            return false;
    table_build_row(builder, formula, n_formula, tc_kelvin, n_parts, element, amount);
    return true;
}

tcs_status tcs_table_decode(tcs_reader *reader, tcs_table *out, tcs_error *error) {
    *out = (tcs_table){0};
    table_builder builder = {0};
    uint64_t n_rows = tcs_reader_take_u64(reader);
    bool is_good = !reader->failed && n_rows > 0;
    for (uint64_t i = 0; i < n_rows && is_good; i++)
        is_good = decode_row(reader, &builder);
    uint8_t digest[TCS_DIGEST_BYTES];
    tcs_reader_take(reader, digest, sizeof digest);
    tcs_status status = TCS_OK;
    if (is_good && !reader->failed)
        status = table_build_finish(&builder, out, error);
    table_build_clear(&builder);
    if (status != TCS_OK)
        return status;
    if (out->n_rows > 0 && memcmp(digest, out->digest, sizeof digest) == 0)
        return TCS_OK;
    tcs_table_free(out);
    reader->failed = true;
    return tcs_error_add(error, TCS_INTERNAL, "a data table arrived damaged");
}
