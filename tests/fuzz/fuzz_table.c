/* Any bytes as a data file, under each policy: no crash, rows that keep their promises, the same after encoding and decoding;
 * and any bytes as an encoded table. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool is_kept) {
    if (!is_kept)
        abort();
}

static void check_table(const tcs_table *table) {
    check(table->n_rows > 0 && table->part_start[0] == 0);
    for (size_t i = 0; i < table->n_rows; i++) {
        check(tcs_text_is_printable(table->formula[i], strlen(table->formula[i])));
        check(isfinite(table->tc_kelvin[i]) && table->tc_kelvin[i] >= 0);
        check(table->part_start[i + 1] > table->part_start[i]);
    }
    for (size_t i = 0; i < table->part_start[table->n_rows]; i++)
        check(table->element[i] >= 1 && table->element[i] <= TCS_N_ELEMENTS && table->amount[i] > 0);
    for (size_t i = 0; i < table->n_notes; i++)
        check(table->notes[i].line > 0 && table->notes[i].column > 0 && table->notes[i].text[0] &&
              !strchr(table->notes[i].text, '\n'));
}

static void check_bytes(const tcs_table *table) {
    tcs_buffer encoded = {0}, again = {0};
    tcs_table_encode(table, &encoded);
    tcs_reader reader = tcs_reader_start(encoded.bytes, encoded.length);
    tcs_table decoded;
    check(tcs_table_decode(&reader, &decoded, NULL) == TCS_OK && reader.position == reader.length);
    tcs_table_encode(&decoded, &again);
    check(encoded.length == again.length && memcmp(encoded.bytes, again.bytes, again.length) == 0);
    tcs_table_free(&decoded);
    tcs_buffer_clear(&encoded);
    tcs_buffer_clear(&again);
}

static size_t try_policy(const char *text, size_t n_bytes, tcs_on_bad_row on_bad_row, size_t *n_notes) {
    const tcs_table_options options = {"name", "Tc", on_bad_row};
    tcs_table table;
    tcs_error error = {0};
    tcs_status status = tcs_table_parse(text, n_bytes, "fuzz", &options, &table, &error);
    check((status == TCS_OK) == (error.n_messages == 0));
    size_t n_rows = table.n_rows;
    *n_notes = table.n_notes;
    if (status == TCS_OK) {
        check_table(&table);
        check_bytes(&table);
    }
    tcs_table_free(&table);
    tcs_error_clear(&error);
    return n_rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    const char *text = (const char *)bytes;
    size_t n_strict_notes, n_skip_notes, n_lenient_notes;
    size_t n_strict = try_policy(text, n_bytes, TCS_BAD_ROW_ERROR, &n_strict_notes);
    size_t n_skip = try_policy(text, n_bytes, TCS_BAD_ROW_SKIP, &n_skip_notes);
    size_t n_lenient = try_policy(text, n_bytes, TCS_BAD_ROW_LENIENT, &n_lenient_notes);
    check(n_strict == 0 || (n_strict == n_skip && n_strict_notes == 0 && n_skip_notes == 0));
    check(n_skip <= n_lenient && (n_skip == 0 || n_skip_notes == n_lenient_notes));

    tcs_reader reader = tcs_reader_start(bytes, n_bytes);
    tcs_table table;
    if (tcs_table_decode(&reader, &table, NULL) == TCS_OK)
        check(table.n_rows > 0);
    tcs_table_free(&table);
    return 0;
}
