#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* All fields of a text as "a|b/c|d/": | between fields, / behind records, ! before faulty ones. */
static char *split(const char *text, size_t n_bytes) {
    csv_reader reader = csv_start(text, n_bytes);
    csv_field field;
    tcs_buffer out = {0};
    while (csv_next(&reader, &field)) {
        if (field.fault != CSV_NO_FAULT)
            tcs_buffer_add(&out, field.fault == CSV_QUOTE_NOT_CLOSED ? "!!" : "!", field.fault == CSV_QUOTE_NOT_CLOSED ? 2 : 1);
        csv_append_text(&field, &out);
        tcs_buffer_add(&out, field.is_last ? "/" : "|", 1);
    }
    return tcs_buffer_take_text(&out);
}

static void splits_into(const char *text, const char *expected) {
    size_t n_bytes = strlen(text);
    char *bytes = malloc(n_bytes > 0 ? n_bytes : 1); /* without a closing zero: a sanitizer sees a read beyond the end */
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memcpy(bytes, text, n_bytes);
    char *found = split(bytes, n_bytes);
    CU_ASSERT_STRING_EQUAL(found, expected);
    free(found);
    free(bytes);
}

static void plain_fields(void) {
    splits_into("", "");
    splits_into("a", "a/");
    splits_into("a,b\nc,d\n", "a|b/c|d/");
    splits_into("a,b\nc,d", "a|b/c|d/");
    splits_into("a,b\r\nc,d\r\n", "a|b/c|d/");
    splits_into("a,b\rc,d\r", "a|b/c|d/");
    splits_into("a\n\nb\n", "a//b/");
    splits_into("a\r\r\nb", "a//b/");
    splits_into("a,", "a|/");
    splits_into(",", "|/");
    splits_into(",\n,", "|/|/");
    splits_into("\n", "/");
    splits_into("  a b\t, c \n", "a b|c/");
    splits_into("a\"b,c", "a\"b|c/");
    splits_into("   ", "/");
}

static void quoted_fields(void) {
    splits_into("\"a\",\"b\"", "a|b/");
    splits_into("\"a,b\",c", "a,b|c/");
    splits_into("\"a\"\"b\"", "a\"b/");
    splits_into("\"\"\"\"", "\"/");
    splits_into("\"\"", "/");
    splits_into("\"\"\"a\"\"\",b", "\"a\"|b/");
    splits_into("\"a\nb\",c\nd", "a\nb|c/d/");
    splits_into("\"a\r\nb\"\r\nd", "a\r\nb/d/");
    splits_into(" \"a\" , \" b \" \nc", "a|b/c/");
    splits_into("\"a\"x,b", "!a|b/");
    splits_into("\"a\" \"b\"\nc", "!a/c/");
    splits_into("a,\"b\nc,d\n", "a|!!b\nc,d\n/");
    splits_into("\"", "!!/");
    splits_into("\"\"\"", "!!\"/");
}

static void byte_order_marks(void) {
    splits_into("\xef\xbb\xbf"
                "a,b",
                "a|b/");
    splits_into("\xef\xbb\xbf", "");
    splits_into("\xef\xbb", "\xef\xbb/");
    splits_into("\xef\xbb\xbf\"a\",b", "a|b/");
}

static void places(void) {
    static const char text[] = "a,b\r\n\"c\nc\",d\re,f\n\n,g";
    static const size_t expected[][2] = {{1, 1}, {1, 2}, {2, 1}, {3, 2}, {4, 1}, {4, 2}, {5, 1}, {6, 1}, {6, 2}};
    csv_reader reader = csv_start(text, sizeof text - 1);
    csv_field field;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        CU_ASSERT_TRUE_FATAL(csv_next(&reader, &field));
        CU_ASSERT_EQUAL(field.line, expected[i][0]);
        CU_ASSERT_EQUAL(field.column, expected[i][1]);
    }
    CU_ASSERT_FALSE(csv_next(&reader, &field));
    CU_ASSERT_FALSE(csv_next(&reader, &field));
}

static void zeros_are_bytes_like_others(void) {
    csv_reader reader = csv_start("a\0b,c", 5);
    csv_field field;
    CU_ASSERT_TRUE(csv_next(&reader, &field));
    CU_ASSERT_EQUAL(field.length, 3);
    CU_ASSERT_TRUE(csv_next(&reader, &field));
    CU_ASSERT_TRUE(field.is_last);
}

TCS_TESTS("csv", {"plain fields", plain_fields}, {"quoted fields", quoted_fields}, {"byte-order marks", byte_order_marks},
          {"places", places}, {"zeros are bytes like others", zeros_are_bytes_like_others})
