#include <string.h>

#include "command.h"

int exit_code_of(tcs_status status) {
    switch (status) {
    case TCS_OK:
        return EXIT_COMPLETE;
    case TCS_BAD_USAGE:
    case TCS_BAD_SWEEP:
        return EXIT_USAGE;
    case TCS_BAD_DATA:
    case TCS_BAD_RESULTS:
        return EXIT_DATA;
    case TCS_CANCELLED:
        return EXIT_UNFINISHED;
    default:
        return EXIT_SYSTEM;
    }
}

void print_error(tcs_error *error) {
    for (const char *line = tcs_error_text(error); *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(stderr, "tcsweep: %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    tcs_error_clear(error);
}
