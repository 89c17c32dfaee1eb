#include "tcsweep/status.h"

#include <string.h>

#include "check.h"

static void messages_are_lines(void) {
    tcs_error error = {0};
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
    CU_ASSERT_EQUAL(tcs_error_add(&error, TCS_BAD_DATA, "first %d", 1), TCS_BAD_DATA);
    CU_ASSERT_EQUAL(tcs_error_add(&error, TCS_SYSTEM_ERROR, "%s", "second"), TCS_SYSTEM_ERROR);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "first 1\nsecond");
    CU_ASSERT_EQUAL(error.n_messages, 2);
    tcs_error_clear(&error);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "");
    CU_ASSERT_EQUAL(error.n_messages, 0);
    tcs_error_add(&error, TCS_BAD_DATA, "%s", "again");
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "again");
    tcs_error_clear(&error);
}

static void places_come_first(void) {
    tcs_error error = {0};
    CU_ASSERT_EQUAL(tcs_error_add_at(&error, TCS_BAD_SWEEP, "a.yaml", 3, 7, "x is %d", 5), TCS_BAD_SWEEP);
    tcs_error_add_at(&error, TCS_BAD_SWEEP, "a.yaml", 3, 0, "no column");
    tcs_error_add_at(&error, TCS_BAD_SWEEP, "a.yaml", 0, 0, "no line");
    tcs_error_add_at(&error, TCS_BAD_SWEEP, NULL, 0, 0, "no file");
    CU_ASSERT_STRING_EQUAL(tcs_error_text(&error), "a.yaml:3:7: x is 5\na.yaml:3: no column\na.yaml: no line\nno file");
    tcs_error_clear(&error);
}

static void no_error_is_allowed(void) {
    CU_ASSERT_EQUAL(tcs_error_add(NULL, TCS_CANCELLED, "lost"), TCS_CANCELLED);
    CU_ASSERT_EQUAL(tcs_error_add_at(NULL, TCS_DIVERGED, "f", 1, 1, "lost"), TCS_DIVERGED);
    CU_ASSERT_STRING_EQUAL(tcs_error_text(NULL), "");
}

static void many_messages(void) {
    tcs_error error = {0};
    for (int i = 0; i < 1000; i++)
        tcs_error_add(&error, TCS_BAD_DATA, "message %d", i);
    CU_ASSERT_EQUAL(error.n_messages, 1000);
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "message 0\nmessage 1\n");
    TCS_ASSERT_CONTAINS(tcs_error_text(&error), "\nmessage 999");
    tcs_error_clear(&error);
}

static void statuses_have_names(void) {
    CU_ASSERT_STRING_EQUAL(tcs_status_name(TCS_OK), "ok");
    CU_ASSERT_STRING_EQUAL(tcs_status_name(TCS_OUT_OF_MEMORY), "out of memory");
    for (int i = 0; i <= TCS_INTERNAL; i++)
        for (int j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(tcs_status_name((tcs_status)i), tcs_status_name((tcs_status)j));
    CU_ASSERT_STRING_EQUAL(tcs_status_name((tcs_status)999), "unknown status");
}

TCS_TESTS("status", {"messages are lines", messages_are_lines}, {"places come first", places_come_first},
          {"no error is allowed", no_error_is_allowed}, {"many messages", many_messages},
          {"statuses have names", statuses_have_names})
