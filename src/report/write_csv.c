/* Long CSV: one line for each configuration × set × metric. */
#include <math.h>
#include <string.h>

#include "utf8.h"
#include "writers.h"

/* Quoted where it must be (RFC 4180). */
static void add_field(tcs_buffer *out, const char *text) {
    tcs_buffer clean = {0};
    report_add_clean(&clean, text);
    const char *field = tcs_buffer_text(&clean);
    if (clean.failed) {
        out->failed = true;
    } else if (!strpbrk(field, ",\"") && *field != ' ') {
        tcs_buffer_print(out, "%s", field);
    } else {
        tcs_buffer_print(out, "\"");
        for (; *field; field++)
            tcs_buffer_print(out, *field == '"' ? "\"\"" : "%c", *field);
        tcs_buffer_print(out, "\"");
    }
    tcs_buffer_clear(&clean);
}

/* NaN is an empty field. */
static void add_number(tcs_buffer *out, double value) {
    char text[32];
    tcs_number_text(value, text);
    tcs_buffer_print(out, "%s", isnan(value) ? "" : text);
}

/* The architecture has a column of its own. */
static bool is_column(const char *path) {
    return strcmp(path, "architecture") != 0;
}

static void add_header(const tcs_results *results, tcs_buffer *out) {
    static const char *const own[] = {"configuration", "set", "metric", "units", "mean", "std", "sem", "n", "n_done", "n_splits"};
    tcs_buffer_print(out, "configuration,architecture,");
    for (size_t h = 0; h < results->n_hyperparameters; h++) {
        const char *path = results->hyperparameter_paths[h];
        if (!is_column(path))
            continue;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            if (strcmp(path, own[i]) == 0)
                tcs_buffer_print(out, "hyperparameter.");
        add_field(out, path);
        tcs_buffer_print(out, ",");
    }
    tcs_buffer_print(out, "set,metric,units,mean,std,sem,n,n_done,n_splits\n");
}

/* What every line of a configuration starts with. */
static void add_configuration(const tcs_results *results, size_t c, tcs_buffer *out) {
    add_field(out, results->labels[c]);
    tcs_buffer_print(out, ",");
    add_field(out, results->architectures[c]);
    tcs_buffer_print(out, ",");
    for (size_t h = 0; h < results->n_hyperparameters; h++) {
        if (!is_column(results->hyperparameter_paths[h]))
            continue;
        if (results->hyperparameter_numbers[h])
            add_number(out, results->hyperparameter_numbers[h][c]);
        else
            add_field(out, results->hyperparameter_texts[h][c]);
        tcs_buffer_print(out, ",");
    }
}

static void add_line(const report_summary *summary, size_t c, tcs_set set, tcs_metric metric, tcs_buffer *out) {
    tcs_aggregate aggregate = report_aggregate(summary, c, set, metric);
    tcs_buffer_print(out, "%s,%s,%s,", tcs_set_names[set], tcs_metric_name(metric), tcs_metric_units(metric));
    add_number(out, aggregate.mean);
    tcs_buffer_print(out, ",");
    add_number(out, aggregate.std);
    tcs_buffer_print(out, ",");
    add_number(out, aggregate.sem);
    tcs_buffer_print(out, ",%zu,%zu,%zu\n", aggregate.n, summary->n_done[c], summary->n_planned[c]);
}

void report_write_csv(const report_summary *summary, tcs_buffer *out) {
    const tcs_results *results = summary->results;
    add_header(results, out);
    for (size_t c = 0; c < results->n_configurations; c++) {
        if (summary->n_planned[c] == 0)
            continue;
        tcs_buffer start = {0};
        add_configuration(results, c, &start);
        for (unsigned set = 0; set < TCS_N_SETS; set++)
            for (unsigned metric = 0; metric < TCS_N_METRICS; metric++) {
                tcs_buffer_add(out, start.bytes, start.length);
                add_line(summary, c, (tcs_set)set, (tcs_metric)metric, out);
            }
        out->failed = out->failed || start.failed;
        tcs_buffer_clear(&start);
    }
}
