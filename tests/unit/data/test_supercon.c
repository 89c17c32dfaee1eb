/* The real table, where it is at hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "tcsweep/features.h"

static const char path[] = TCS_SOURCE_DIR "/../shared/data/supercon.csv";

static bool is_absent(void) {
    if (access(path, R_OK) == 0)
        return false;
    printf("skipped: %s is not there ", path);
    return true;
}

static tcs_status read_table(tcs_on_bad_row on_bad_row, tcs_table *table, tcs_error *error) {
    const tcs_table_options options = {"name", "Tc", on_bad_row};
    return tcs_table_read(path, &options, table, error);
}

static size_t count_notes(const tcs_table *table, const char *part) {
    size_t n = 0;
    for (size_t i = 0; i < table->n_notes; i++)
        n += strstr(table->notes[i].text, part) != NULL;
    return n;
}

static void lenient_keeps_every_row(void) {
    if (is_absent())
        return;
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL_FATAL(read_table(TCS_BAD_ROW_LENIENT, &table, &error), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 16414);
    CU_ASSERT_EQUAL(table.n_notes, 105);
    CU_ASSERT_EQUAL(count_notes(&table, "oxygen of unknown amount: \"OY\""), 89);
    CU_ASSERT_EQUAL(count_notes(&table, "oxygen of unknown amount"), 95);
    CU_ASSERT_EQUAL(count_notes(&table, "is zero"), 8);
    CU_ASSERT_EQUAL(count_notes(&table, "is negative"), 1);
    CU_ASSERT_EQUAL(count_notes(&table, "\"!\" is neither"), 1);
    size_t n_superconductors = 0;
    double sum = 0, most = 0;
    for (size_t i = 0; i < table.n_rows; i++) {
        n_superconductors += table.tc_kelvin[i] > 0;
        sum += table.tc_kelvin[i];
        most = fmax(most, table.tc_kelvin[i]);
    }
    CU_ASSERT_EQUAL(n_superconductors, 12448);
    CU_ASSERT(fabs(sum / 16414 - 17.967) < 0.0005);
    CU_ASSERT_EQUAL(most, 143);
    tcs_table_free(&table);
}

static void strict_names_what_is_wrong(void) {
    if (is_absent())
        return;
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(read_table(TCS_BAD_ROW_ERROR, &table, &error), TCS_BAD_DATA);
    CU_ASSERT_EQUAL(error.n_messages, 22);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "supercon.csv:50:1: formula \"Bi4Sr3Ca2.7Y0.3Cu4OY\": oxygen of unknown amount: "
                                                "\"OY\" (character 19)\n");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "… and 85 more like these\n");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "105 of 16414 rows are bad");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(read_table(TCS_BAD_ROW_SKIP, &table, &error), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 16414 - 105);
    tcs_table_free(&table);
}

/* Every row is 100 % of something, and Σ (row + 1) × Σ (index × value) over the good rows is what a second implementation found, in
 * another language and with exact fractions. */
static void features_are_right(void) {
    if (is_absent())
        return;
    tcs_table table;
    CU_ASSERT_EQUAL_FATAL(read_table(TCS_BAD_ROW_SKIP, &table, NULL), TCS_OK);
    float *out = malloc(table.n_rows * 120 * sizeof *out);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    tcs_feature_compute(tcs_feature_find("composition"), &table, out);
    double checksum = 0, worst = 0;
    for (size_t row = 0; row < table.n_rows; row++) {
        double sum = 0, weighted = 0;
        for (size_t i = 0; i < 120; i++) {
            sum += out[120 * row + i];
            weighted += (double)i * out[120 * row + i];
        }
        worst = fmax(worst, fabs(sum - 100));
        checksum += (double)(row + 1) * weighted;
    }
    CU_ASSERT(worst < 1e-4);
    CU_ASSERT(fabs(checksum / 435626403246.17505 - 1) < 1e-10);
    free(out);
    tcs_table_free(&table);
}

TCS_TESTS("supercon", {"lenient keeps every row", lenient_keeps_every_row},
          {"strict names what is wrong", strict_names_what_is_wrong}, {"features are right", features_are_right})
