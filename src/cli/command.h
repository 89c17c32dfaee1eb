/* command.h: the program's commands: one file each. Only main.c ends the process. */
#ifndef TCS_CLI_COMMAND_H
#define TCS_CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "tcsweep/status.h"

/* Exit codes: a public interface (README, tcsweep.1). */
enum {
    EXIT_COMPLETE = 0,
    EXIT_JOBS_FAILED = 1,
    EXIT_USAGE = 2, /* a wrong command line or sweep file */
    EXIT_DATA = 3,
    EXIT_SYSTEM = 4,
    EXIT_UNFINISHED = 75 /* run the same line again */
};
int exit_code_of(tcs_status status);

/* Prints all messages of an error, each as "tcsweep: message", to standard error, and clears it. */
void print_error(tcs_error *error);

/* What a command is given: argv[0] is its name. Each returns an exit code. */
typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage; /* after "tcsweep " */
    const char *help;  /* one line */
} command;

int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_status(int argc, char **argv);
int command_report(int argc, char **argv);
int command_verify(int argc, char **argv);

extern const command commands[]; /* the last has no name */
/* Of one command, or of all where name is NULL or no command. Returns EXIT_COMPLETE. */
int command_print_help(const char *name);
/* Past all exit handlers. */
void program_exit_at_once(int code);

/* ---- options ------------------------------------------------------------------------------------------------------- */

typedef enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_COUNT } option_kind;
typedef struct option_spec {
    const char *name; /* "--trainers"; short forms such as "-o" too */
    option_kind kind;
    void *value; /* bool *, const char ** or unsigned * */
} option_spec;

/* Reads options (`--name value`, `--name=value`) and exactly n_arguments others; on a mistake adds messages that name it. The last option has
 * no name. --help prints the command's usage and sets *wants_help. */
tcs_status options_read(int argc, char **argv, const option_spec *options, size_t n_arguments, const char **arguments,
                        bool *wants_help, tcs_error *error);

#endif
