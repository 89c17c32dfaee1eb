/* Reading a sweep file, from its text to the finished struct. */
#include "tcsweep/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "expand.h"
#include "key.h"
#include "load.h"
#include "write.h"

static bool write_resolved(reading *r, const document *d, tcs_sweep *sweep) {
    tcs_buffer text = {0};
    tcs_buffer_print(&text,
                     "# Every value in force in the sweep \"%s\": what its file says, and the defaults of what it does not say.\n",
                     sweep->name);
    write_yaml(d->root, &text);
    sweep->resolved = tcs_buffer_take_text(&text);
    return sweep->resolved || out_of_memory(r);
}

/* What can be read in spite of mistakes is read, so that all of them are told. */
static void read_root(reading *r, document *d, tcs_sweep *sweep) {
    bool result = read_document(r, d, sweep);
    if (!d->architectures || r->status != TCS_OK)
        return;
    bool has_architectures = inline_architectures(r, d);
    space *axes = arena_take(&r->memory, 1, sizeof *axes);
    if (!axes) {
        out_of_memory(r);
        return;
    }
    bool has_space = read_space(r, d->space, d->architectures, sweep->splits.n_splits, axes);
    if (r->status != TCS_OK || !expand_space(r, d, axes, sweep) || !result || !has_architectures || !has_space)
        return;
    if (!make_sweep_digest(sweep, d->curve_every, sweep->digest)) {
        out_of_memory(r);
        return;
    }
    write_resolved(r, d, sweep);
}

static void read_text_of_sweep(reading *r, const char *path, size_t n_bytes, tcs_sweep *sweep) {
    r->n_bytes_left -= n_bytes;
    document d = {.path = path, .root = load_text(r, path, sweep->yaml, n_bytes)};
    sweep->file = tcs_text_copy(path, NULL);
    if (!sweep->file)
        out_of_memory(r);
    else if (d.root)
        read_root(r, &d, sweep);
}

tcs_status tcs_sweep_read(const char *path, tcs_sweep *out, tcs_error *error) {
    reading r = {.n_nodes_left = MAX_NODES, .n_bytes_left = MAX_ALL_FILES_BYTES};
    size_t n_bytes;
    *out = (tcs_sweep){0};
    tcs_status status = tcs_file_read(path, MAX_FILE_BYTES, &out->yaml, &n_bytes, error);
    if (status != TCS_OK)
        return status == TCS_OUT_OF_MEMORY ? status : TCS_BAD_SWEEP;
    read_text_of_sweep(&r, path, n_bytes, out);
    status = report_mistakes(&r, error);
    reading_end(&r);
    if (status != TCS_OK)
        tcs_sweep_free(out);
    return status;
}

void tcs_sweep_free(tcs_sweep *sweep) {
    for (size_t c = 0; c < sweep->n_configurations; c++)
        free_configuration(&sweep->configurations[c], sweep->n_hyperparameters);
    free(sweep->configurations);
    for (size_t i = 0; i < sweep->n_hyperparameters; i++)
        free(sweep->hyperparameters[i].path);
    for (size_t i = 0; i < sweep->n_networks; i++)
        free(sweep->networks[i].name);
    free(sweep->hyperparameters);
    free(sweep->networks);
    free(sweep->name);
    free(sweep->file);
    free(sweep->yaml);
    free(sweep->resolved);
    free(sweep->data_file);
    free(sweep->formula_column);
    free(sweep->tc_column);
    *sweep = (tcs_sweep){0};
}

tcs_random_key tcs_sweep_job_key(const uint8_t configuration_key[TCS_DIGEST_BYTES], uint32_t split) {
    uint8_t bytes[TCS_DIGEST_BYTES + 4], digest[TCS_DIGEST_BYTES];
    memcpy(bytes, configuration_key, TCS_DIGEST_BYTES);
    for (int i = 0; i < 4; i++)
        bytes[TCS_DIGEST_BYTES + i] = (uint8_t)(split >> (8 * i));
    tcs_sha256(bytes, sizeof bytes, digest);
    return tcs_random_key_from_digest(digest);
}
