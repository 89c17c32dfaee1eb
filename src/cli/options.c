#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const option_spec *find_option(const option_spec *options, const char *argument, const char **value) {
    size_t length = strcspn(argument, "=");
    *value = argument[length] == '=' ? argument + length + 1 : NULL;
    for (; options->name; options++)
        if (strlen(options->name) == length && memcmp(options->name, argument, length) == 0)
            return options;
    return NULL;
}

static tcs_status set_count(const option_spec *option, const char *value, tcs_error *error) {
    char *end;
    errno = 0;
    unsigned long n = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || errno || n < 1 || n > INT_MAX)
        return tcs_error_add(error, TCS_BAD_USAGE, "%s: \"%s\" is no whole number from 1 on", option->name, value);
    *(unsigned *)option->value = (unsigned)n;
    return TCS_OK;
}

static tcs_status set(const option_spec *option, const char *value, tcs_error *error) {
    if (option->kind == OPTION_FLAG) {
        if (value)
            return tcs_error_add(error, TCS_BAD_USAGE, "%s takes no value", option->name);
        *(bool *)option->value = true;
        return TCS_OK;
    }
    if (!value)
        return tcs_error_add(error, TCS_BAD_USAGE, "%s needs a value", option->name);
    if (option->kind == OPTION_COUNT)
        return set_count(option, value, error);
    *(const char **)option->value = value;
    return TCS_OK;
}

tcs_status options_read(int argc, char **argv, const option_spec *options, size_t n_arguments, const char **arguments,
                        bool *wants_help, tcs_error *error) {
    tcs_status status = TCS_OK;
    size_t n_found = 0;
    bool only_arguments = false;
    *wants_help = false;
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i], *value;
        if (only_arguments || argument[0] != '-' || !argument[1]) {
            if (n_found < n_arguments)
                arguments[n_found] = argument;
            n_found++;
            continue;
        }
        if (strcmp(argument, "--") == 0) {
            only_arguments = true;
            continue;
        }
        if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            *wants_help = true;
            continue;
        }
        const option_spec *option = find_option(options, argument, &value);
        if (!option) {
            status = tcs_error_add(error, TCS_BAD_USAGE, "unknown option %s; tcsweep --help lists what there is", argument);
            continue;
        }
        if (option->kind != OPTION_FLAG && !value && i + 1 < argc)
            value = argv[++i];
        tcs_status one = set(option, value, error);
        status = one != TCS_OK ? one : status;
    }
    if (!*wants_help && n_found != n_arguments)
        status = tcs_error_add(error, TCS_BAD_USAGE, "%zu file%s expected, %zu given; tcsweep --help tells how", n_arguments,
                               n_arguments == 1 ? "" : "s", n_found);
    return *wants_help ? TCS_OK : status;
}
