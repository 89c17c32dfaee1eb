#include "tcsweep/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static const tcs_table_options strict = {"name", "Tc", TCS_BAD_ROW_ERROR};
static const tcs_table_options skip = {"name", "Tc", TCS_BAD_ROW_SKIP};
static const tcs_table_options lenient = {"name", "Tc", TCS_BAD_ROW_LENIENT};

static tcs_status parse(const char *text, const tcs_table_options *options, tcs_table *out, tcs_error *error) {
    return tcs_table_parse(text, strlen(text), "t.csv", options, out, error);
}

/* The rows as "Nb=9.2 Nb3Ge=23.2". */
static void rows_are(const char *text, const tcs_table_options *options, const char *expected) {
    tcs_table table;
    tcs_error error = {0};
    tcs_buffer rows = {0};
    CU_ASSERT_EQUAL(parse(text, options, &table, &error), TCS_OK);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
    for (size_t i = 0; i < table.n_rows; i++) {
        char number[32];
        tcs_number_text(table.tc_kelvin[i], number);
        tcs_buffer_print(&rows, "%s%s=%s", i > 0 ? " " : "", table.formula[i], number);
    }
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&rows), expected);
    tcs_buffer_clear(&rows);
    tcs_table_free(&table);
    tcs_error_clear(&error);
}

static void is_refused(const char *text, const tcs_table_options *options, const char *message) {
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(parse(text, options, &table, &error), TCS_BAD_DATA);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), message);
    CU_ASSERT_EQUAL(table.n_rows, 0);
    CU_ASSERT_PTR_NULL(table.formula);
    tcs_error_clear(&error);
}

static void what_people_write(void) {
    rows_are("name,Tc\nNb,9.2\nNb3Ge,23.2\n", &strict, "Nb=9.2 Nb3Ge=23.2");
    rows_are("name,Tc\r\nNb,9.2\r\nNb3Ge,23.2", &strict, "Nb=9.2 Nb3Ge=23.2");
    rows_are("name,Tc\rNb,9.2\rNb3Ge,23.2\r", &strict, "Nb=9.2 Nb3Ge=23.2");
    rows_are("\xef\xbb\xbf"
             "name,Tc\nNb,9.2\n",
             &strict, "Nb=9.2");
    rows_are("\n  \nname,Tc\n\nNb,9.2\n\n \t\n\nV,5.4\n\n", &strict, "Nb=9.2 V=5.4");
    rows_are(" name , Tc \n  Nb ,\t9.2 \n", &strict, "Nb=9.2");
    rows_are("\"name\",\"Tc\"\n\" Nb \",\"9.2\"\n", &strict, "Nb=9.2");
    rows_are("id,Tc,source,name\n1,9.2,\"a, \"\"b\"\"\nand c\",Nb\n2,5.4,,V\n", &strict, "Nb=9.2 V=5.4");
    rows_are("name,Tc,note\nNb,9.2\nV,5.4,\nTa,4.5,x\n", &strict, "Nb=9.2 V=5.4 Ta=4.5");
    rows_are("name,Tc\nNb,9.2,\nV,5.4,,,\n", &strict, "Nb=9.2 V=5.4");
    rows_are("name,Tc\nNb,9.2e0\nV,+5.4\nTa,0\nAu,-0\nLa,.5\nHg,4.\nCa,1E+1\n", &strict,
             "Nb=9.2 V=5.4 Ta=0 Au=0 La=0.5 Hg=4 Ca=10");
}

static void other_columns(void) {
    const tcs_table_options options = {"formula", "critical temperature (K)", TCS_BAD_ROW_ERROR};
    rows_are("critical temperature (K),formula\n9.2,Nb\n", &options, "Nb=9.2");
    is_refused("name,Tc\nNb,9.2\n", &options, "t.csv:1: there is no column \"formula\"; the columns are \"name\", \"Tc\"");
    is_refused("Formula,\"critical temperature (C)\"\nNb,9.2\n", &options, "did you mean \"Formula\"?");
    is_refused("Formula,\"critical temperature (C)\"\nNb,9.2\n", &options, "did you mean \"critical temperature (C)\"?");
    is_refused("name,Tc,Tc\nNb,1,2\n", &strict, "t.csv:1:3: the column \"Tc\" is there twice");
    is_refused("name;Tc\nNb;9.2\n", &strict, "fields must be separated by commas");
    is_refused("\n\nname\nNb\n", &strict, "t.csv:3: there is no column \"Tc\"; the columns are \"name\"");
    is_refused("a\x01,b\n", &strict, "the columns are \"a\\x01\", \"b\"");
}

static void no_table(void) {
    is_refused("", &strict, "t.csv: the file is empty");
    is_refused(" \n\r\n", &strict, "t.csv: the file is empty");
    is_refused("name,Tc\n", &lenient, "t.csv: there are no rows below the header");
    is_refused("name,Tc\n\n", &skip, "there are no rows");
    is_refused("name,Tc\nNb,\n", &skip, "t.csv: 1 of 1 rows is bad");
    is_refused("name,\"Tc\nNb,9.2\n", &skip, "t.csv:1:2: the header line has a quote that is never closed");
    is_refused("name,\"T\"c\nNb,9.2\n", &skip, "closed before the end of its field");
    is_refused("name,Tc\nNb,9.2\n\"V,5.4\nTa,4.5\n", &lenient, "t.csv:3:1: a quote is opened here and never closed");
    is_refused("\xff\xfen", &strict, "UTF-16");
}

/* One bad row between two good ones: refused with the message, left out by skip, and by lenient too. */
static void bad_row(const char *row, const char *message) {
    char text[300];
    snprintf(text, sizeof text, "name,Tc,note\nNb,9.2\n%s\nV,5.4\n", row);
    is_refused(text, &strict, message);
    is_refused(text, &strict, "t.csv: 1 of 3 rows is bad");
    rows_are(text, &skip, "Nb=9.2 V=5.4");
    rows_are(text, &lenient, "Nb=9.2 V=5.4");
}

static void bad_rows(void) {
    bad_row("Ta", "t.csv:3:1: the row ends before its Tc");
    bad_row("Ta,", "t.csv:3:2: Tc is missing");
    bad_row("Ta,,x", "t.csv:3:2: Tc is missing");
    bad_row("Ta,\"\"", "t.csv:3:2: Tc is missing");
    bad_row("Ta,NaN", "t.csv:3:2: Tc is missing: NaN");
    bad_row("Ta,4.5K", "t.csv:3:2: Tc is not a number: \"4.5K\"");
    bad_row("Ta,inf", "Tc is not a number: \"inf\"");
    bad_row("Ta,0x10", "Tc is not a number");
    bad_row("Ta,4;5", "Tc is not a number");
    bad_row("Ta,1e999", "t.csv:3:2: Tc is too large: 1e999");
    bad_row("Ta,-4.5", "t.csv:3:2: Tc is negative: -4.5");
    bad_row("Ta,\"4\"5", "t.csv:3:2: there is text behind the closing quote of the Tc");
    bad_row("Ta,4,,5", "t.csv:3:4: the row has more fields than the header: \"5\"");
    bad_row(",4.5", "t.csv:3:1: the formula is missing");
    bad_row("NaN,4.5", "t.csv:3:1: the formula is missing: NaN");
    bad_row("\"T\"a,4.5", "text behind the closing quote of the formula");
    bad_row("Ta\xff,4.5", "t.csv:3:1: the formula is not readable text: \"Ta\\xff\"");
    bad_row("\"T\na\",4.5", "the formula is not readable text: \"T\\x0aa\"");
    bad_row("!!,4.5", "t.csv:3:1: formula \"!!\": \"!\" is neither an element nor an amount (character 1)");
    bad_row("\"Ta\n\",x", "Tc is not a number");
}

static void a_zero_in_a_field(void) {
    static const char text[] = "name,Tc\nNb\0Ge,1\nV,5.4\nTa,4\0\n";
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_table_parse(text, sizeof text - 1, "t.csv", &strict, &table, &error), TCS_BAD_DATA);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "t.csv:2:1: the formula is not readable text: \"Nb\\x00Ge\"");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "t.csv:4:2: Tc is not a number: \"4\\x00\"");
    tcs_error_clear(&error);
    CU_ASSERT_EQUAL(tcs_table_parse(text, sizeof text - 1, "t.csv", &lenient, &table, &error), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 1);
    tcs_table_free(&table);
}

static void all_mistakes_at_once(void) {
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(parse("name,Tc\nQq,-1\nNb,x\nCuOY,1\nV,5.4\n", &strict, &table, &error), TCS_BAD_DATA);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "t.csv:2:2: Tc is negative: -1\n"
                                                   "t.csv:2:1: formula \"Qq\": there is no element \"Qq\" (character 1)\n"
                                                   "t.csv:3:2: Tc is not a number: \"x\"\n"
                                                   "t.csv:4:1: formula \"CuOY\": oxygen of unknown amount: \"OY\" (character 3)\n"
                                                   "t.csv: 3 of 4 rows are bad");
    tcs_error_clear(&error);

    tcs_buffer many = {0};
    tcs_buffer_print(&many, "name,Tc\nNb,1\n");
    for (int i = 0; i < 50; i++)
        tcs_buffer_print(&many, "Nb,x%d\n", i);
    CU_ASSERT_EQUAL(parse(tcs_buffer_text(&many), &strict, &table, &error), TCS_BAD_DATA);
    CU_ASSERT_EQUAL(error.n_messages, 22);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "\"x19\"\nt.csv: … and 30 more like these\nt.csv: 50 of 51 rows are bad");
    tcs_error_clear(&error);
    tcs_buffer_clear(&many);
}

static void notes(void) {
    const char *text = "name,Tc\nCu2OY,1\nBi!,2\nTa,\nQqO2,-1\nV,5.4\n";
    tcs_table table;
    CU_ASSERT_EQUAL(parse(text, &lenient, &table, NULL), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 3);
    static const struct {
        size_t line, column;
        bool was_kept;
        const char *text;
    } expected[] = {
        {2, 1, true, "formula \"Cu2OY\": oxygen of unknown amount: \"OY\" (character 4); taken as Cu2O1"},
        {3, 1, true, "formula \"Bi!\": \"!\" is neither an element nor an amount (character 3); taken as Bi1"},
        {4, 2, false, "Tc is missing"},
        {5, 2, false, "Tc is negative: -1"},
        {5, 1, false, "formula \"QqO2\": there is no element \"Qq\" (character 1)"},
    };
    CU_ASSERT_EQUAL_FATAL(table.n_notes, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < table.n_notes; i++) {
        CU_ASSERT_EQUAL(table.notes[i].line, expected[i].line);
        CU_ASSERT_EQUAL(table.notes[i].column, expected[i].column);
        CU_ASSERT_EQUAL(table.notes[i].was_kept, expected[i].was_kept);
        CU_ASSERT_STRING_EQUAL(table.notes[i].text, expected[i].text);
    }
    CU_ASSERT_STRING_EQUAL(table.formula[0], "Cu2OY"); /* as in the file */
    CU_ASSERT_EQUAL(table.part_start[3], 4);
    CU_ASSERT(table.element[0] == 29 && table.amount[0] == 2 && table.element[1] == 8 && table.amount[1] == 1);
    tcs_table_free(&table);
    CU_ASSERT_EQUAL(parse(text, &skip, &table, NULL), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 1);
    CU_ASSERT_EQUAL(table.n_notes, 5);
    for (size_t i = 0; i < table.n_notes; i++)
        CU_ASSERT_FALSE(table.notes[i].was_kept);
    tcs_table_free(&table);
    tcs_table_free(&table); /* a freed table is an empty one */
}

static void digest_of(const char *text, const tcs_table_options *options, char digest[2 * TCS_DIGEST_BYTES + 1]) {
    tcs_table table;
    CU_ASSERT_EQUAL(parse(text, options, &table, NULL), TCS_OK);
    tcs_digest_text(table.digest, digest);
    tcs_table_free(&table);
}

static void digests(void) {
    char a[65], b[65];
    digest_of("name,Tc\nNb,9.2\nV,5.4\n", &strict, a);
    CU_ASSERT_STRING_EQUAL(a, "70a5f7c3b387e9ae8c080235b6fbaebeb7fdc3c80dd19e5c1a0177e6cd249001");
    digest_of("x,Tc,name\r\n,9.20,\"Nb\"\r\n\r\n1,54e-1, V\r\nq,,", &skip, b); /* the same data, written otherwise */
    CU_ASSERT_STRING_EQUAL(a, b);
    static const char *const others[] = {"name,Tc\nV,5.4\nNb,9.2\n", "name,Tc\nNb,9.2\nV,5.4000001\n", "name,Tc\nNb,9.2\n",
                                         "name,Tc\nNb1,9.2\nV,5.4\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        digest_of(others[i], &strict, b);
        CU_ASSERT_STRING_NOT_EQUAL(a, b);
    }
}

static void bytes_and_back(void) {
    tcs_table table, back;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(parse("name,Tc\nBa0.4K0.6Fe2As2,31.2\nCuO!,0\nNb,9.2\n", &lenient, &table, &error), TCS_OK);
    tcs_buffer bytes = {0};
    tcs_buffer_add_u32(&bytes, 7);
    tcs_table_encode(&table, &bytes);
    tcs_buffer_add_u32(&bytes, 9);
    tcs_reader reader = tcs_reader_start(bytes.bytes, bytes.length);
    CU_ASSERT_EQUAL(tcs_reader_take_u32(&reader), 7);
    CU_ASSERT_EQUAL_FATAL(tcs_table_decode(&reader, &back, &error), TCS_OK);
    CU_ASSERT_EQUAL(tcs_reader_take_u32(&reader), 9);
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL_FATAL(back.n_rows, 3);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_STRING_EQUAL(back.formula[i], table.formula[i]);
        CU_ASSERT_EQUAL(back.tc_kelvin[i], table.tc_kelvin[i]);
        CU_ASSERT_EQUAL(back.part_start[i + 1], table.part_start[i + 1]);
    }
    CU_ASSERT_EQUAL(memcmp(back.element, table.element, table.part_start[3]), 0);
    CU_ASSERT_EQUAL(memcmp(back.amount, table.amount, table.part_start[3] * sizeof(double)), 0);
    CU_ASSERT_EQUAL(memcmp(back.digest, table.digest, TCS_DIGEST_BYTES), 0);
    CU_ASSERT_EQUAL(back.n_notes, 0);
    tcs_table_free(&back);

    /* Cut anywhere it is refused; with any byte changed it is refused or the same rows with other amounts. */
    size_t n_bytes = bytes.length - 8;
    for (size_t n = 0; n < n_bytes; n++) {
        unsigned char *cut = malloc(n > 0 ? n : 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(cut);
        memcpy(cut, bytes.bytes + 4, n);
        reader = tcs_reader_start(cut, n);
        CU_ASSERT_EQUAL_FATAL(tcs_table_decode(&reader, &back, NULL), TCS_INTERNAL);
        CU_ASSERT_TRUE(reader.failed);
        CU_ASSERT_PTR_NULL(back.formula);
        free(cut);
    }
    for (size_t i = 0; i < n_bytes; i++)
        for (int change = 1; change < 256; change += 127) {
            bytes.bytes[4 + i] ^= (unsigned char)change;
            reader = tcs_reader_start(bytes.bytes + 4, n_bytes);
            if (tcs_table_decode(&reader, &back, NULL) == TCS_OK) {
                CU_ASSERT_EQUAL(memcmp(back.digest, table.digest, TCS_DIGEST_BYTES), 0);
                for (size_t part = 0; part < back.part_start[back.n_rows]; part++)
                    CU_ASSERT_FATAL(back.element[part] >= 1 && back.element[part] <= TCS_N_ELEMENTS && back.amount[part] > 0);
            }
            tcs_table_free(&back);
            bytes.bytes[4 + i] ^= (unsigned char)change;
        }
    tcs_buffer_clear(&bytes);
    tcs_table_free(&table);
}

static void files(void) {
    tcs_table table;
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_table_read("/nonexistent/x.csv", &strict, &table, &error), TCS_BAD_DATA);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "cannot read /nonexistent/x.csv: No such file or directory");
    tcs_error_clear(&error);
    char path[] = "/tmp/tcsweep-test-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, "name,Tc\nNb,9.2\n", 15), 15);
    close(file);
    CU_ASSERT_EQUAL(tcs_table_read(path, &strict, &table, &error), TCS_OK);
    CU_ASSERT_EQUAL(table.n_rows, 1);
    tcs_table_free(&table);
    unlink(path);
}

static void a_large_table_is_read_fast(void) {
    enum { N = 100000 };
    tcs_buffer text = {0};
    tcs_buffer_print(&text, "name,Tc\r\n");
    for (int i = 0; i < N; i++)
        tcs_buffer_print(&text, "Hg0.3Pb0.7Sr1.75La0.25Cu%d.%03dO4.%d,%d.%d\r\n", i % 7 + 1, i % 1000, i % 10, i % 140, i % 10);
    tcs_table table;
    double start_s = tcs_clock_s();
    CU_ASSERT_EQUAL(tcs_table_parse((const char *)text.bytes, text.length, "t.csv", &strict, &table, NULL), TCS_OK);
    double passed_s = tcs_clock_s() - start_s;
    printf("%.3f s ", passed_s);
    CU_ASSERT_EQUAL(table.n_rows, N);
    CU_ASSERT(passed_s < 5); /* sanitizers and a busy machine allowed for */
    tcs_table_free(&table);
    tcs_buffer_clear(&text);
}

TCS_TESTS("table", {"what people write", what_people_write}, {"other columns", other_columns}, {"no table", no_table},
          {"bad rows", bad_rows}, {"a zero in a field", a_zero_in_a_field}, {"all mistakes at once", all_mistakes_at_once},
          {"notes", notes}, {"digests", digests}, {"bytes and back", bytes_and_back}, {"files", files},
          {"a large table is read fast", a_large_table_is_read_fast})
