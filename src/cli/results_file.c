#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

tcs_status results_file_name(const run_options *options, const tcs_sweep *sweep, char **out, tcs_error *error) {
    *out = NULL;
    char *name = NULL;
    if (options->output)
        name = strdup(options->output);
    else if (mkdir("results", 0777) != 0 && errno != EEXIST)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "results: the directory cannot be made: %s; -o FILE names another place",
                             strerror(errno));
    else if (asprintf(&name, "results/%s.h5", sweep->name) < 0)
        name = NULL;
    if (!name)
        return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for the name of the results file");
    *out = name;
    return TCS_OK;
}

/* ---- instruction set ---------------------------------------------------------------------------------------------------- */

static tcs_status choose_isa(const char *path, const run_options *options, const char *in_file, tcs_isa *out, tcs_error *error) {
    tcs_isa best = tcs_isa_detect();
    const char *name = options->isa ? options->isa : in_file ? in_file : tcs_isa_name(best);
    *out = tcs_isa_find(name);
    if (*out == TCS_N_ISAS)
        return tcs_error_add(error, options->isa ? TCS_BAD_USAGE : TCS_BAD_RESULTS,
                             "\"%s\" is no instruction set; there are baseline, avx2 and avx512", name);
    if (*out > best)
        return tcs_error_add(error, TCS_BAD_USAGE, "this machine has no %s (%s at most)%s%s%s", name, tcs_isa_name(best),
                             in_file ? ", which " : "", in_file ? path : "",
                             in_file ? " was begun with: continue it on a machine that has, or --force a new file" : "");
    if (in_file && strcmp(in_file, name) != 0)
        return tcs_error_add(error, TCS_BAD_USAGE,
                             "%s was begun with --isa %s; with %s its numbers would not be comparable to the bit", path, in_file,
                             name);
    return TCS_OK;
}

/* ---- another sweep's file ------------------------------------------------------------------------------------------------- */

static tcs_status keep_under_number(const char *path, tcs_error *error) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);
    for (unsigned i = 1; i < 100000; i++) {
        char *kept;
        if (asprintf(&kept, "%.*s.%u%s", (int)stem, path, i, path + stem) < 0)
            return tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory for a file name");
        bool is_free = link(path, kept) == 0;
        int code = errno;
        if (is_free && unlink(path) == 0) {
            fprintf(stderr, "tcsweep: %s is kept as %s\n", path, kept);
            free(kept);
            return TCS_OK;
        }
        if (is_free)
            code = errno;
        free(kept);
        if (code != EEXIST)
            return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s cannot be renamed: %s", path, strerror(code));
    }
    return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s: no free numbered name to keep it under", path);
}

static tcs_status refuse(const char *path, const char *what, tcs_error *error) {
    return tcs_error_add(
        error, TCS_BAD_USAGE,
        "%s holds %s: name another file with -o, or use --force to keep that one under a numbered name and begin anew", path, what);
}

/* ---- preparing ------------------------------------------------------------------------------------------------------------ */

static bool is_same(const char hexadecimal[65], const uint8_t digest[TCS_DIGEST_BYTES]) {
    char text[2 * TCS_DIGEST_BYTES + 1];
    tcs_digest_text(digest, text);
    return strcmp(text, hexadecimal) == 0;
}

static tcs_status start_over(const char *path, const run_options *options, run_plan *plan, bool *is_there, tcs_error *error) {
    *is_there = false;
    /* Not under the hands of another run: who can lock it may move it. A file that is no results file has no lock. */
    tcs_store *store = NULL;
    tcs_error why = {0}, warnings = {0};
    tcs_status status = tcs_store_open(path, 0, &store, &warnings, &why);
    if (status == TCS_OK)
        tcs_store_close(store, NULL);
    else if (status != TCS_BAD_RESULTS)
        tcs_error_add(error, status, "%s", tcs_error_text(&why));
    tcs_error_clear(&why);
    tcs_error_clear(&warnings);
    if (status != TCS_OK && status != TCS_BAD_RESULTS)
        return status;
    status = keep_under_number(path, error);
    return status == TCS_OK ? choose_isa(path, options, NULL, &plan->study.isa, error) : status;
}

static tcs_status check_existing(const char *path, const run_options *options, const tcs_results *results, run_plan *plan,
                                 bool *is_there, tcs_error *error) {
    bool is_sweep = is_same(results->sweep_sha256, plan->sweep.digest);
    bool is_data = is_same(results->data_sha256, plan->study.table.digest);
    if (is_sweep && is_data) {
        if (options->force)
            fprintf(stderr, "tcsweep: %s is this sweep's own file: it is continued, and --force does nothing\n", path);
        const char *isa = results->instruction_set && *results->instruction_set ? results->instruction_set : NULL;
        return choose_isa(path, options, isa, &plan->study.isa, error);
    }
    if (options->force)
        return start_over(path, options, plan, is_there, error);
    return refuse(path, is_sweep ? "results of this sweep on other data" : "the results of another sweep", error);
}

tcs_status results_file_prepare(const char *path, const run_options *options, run_plan *plan, bool *is_there, tcs_error *error) {
    struct stat info;
    *is_there = stat(path, &info) == 0;
    if (!*is_there && errno != ENOENT)
        return tcs_error_add(error, TCS_SYSTEM_ERROR, "%s: %s", path, strerror(errno));
    if (!*is_there)
        return choose_isa(path, options, NULL, &plan->study.isa, error);
    tcs_results results;
    tcs_error why = {0};
    tcs_status read = tcs_results_read(path, &results, &why);
    if (read != TCS_OK) {
        tcs_status status = read != TCS_BAD_RESULTS ? read
                            : options->force        ? start_over(path, options, plan, is_there, error)
                                                    : refuse(path, "something that is no readable results file", error);
        if (status != TCS_OK)
            tcs_error_add(error, status, "%s", tcs_error_text(&why));
        tcs_error_clear(&why);
        return status;
    }
    tcs_status status = check_existing(path, options, &results, plan, is_there, error);
    tcs_results_free(&results);
    return status;
}
