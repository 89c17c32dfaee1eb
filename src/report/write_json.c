/* JSON: the sweep, its state, every configuration with every figure and the splits' values behind it, failures, the paper's figures. */
#include <string.h>

#include "json.h"
#include "paper.h"
#include "writers.h"

static void add_sweep(report_json *json, const report_summary *summary) {
    const tcs_results *results = summary->results;
    report_json_text(json, "results_file", results->path);
    report_json_text(json, "uuid", results->uuid);
    report_json_text(json, "sweep", results->sweep_name);
    report_json_text(json, "sweep_sha256", results->sweep_sha256);
    report_json_text(json, "data_file", results->data_file);
    report_json_text(json, "data_sha256", results->data_sha256);
    report_json_text(json, "tcsweep_version", results->tcsweep_version);
    report_json_text(json, "created", results->created);
    report_json_number(json, "updated", results->updated);
    report_json_count(json, "n_rows", results->n_rows);
    report_json_open(json, "splits", '[');
    for (size_t s = 0; s < results->n_splits; s++) {
        report_json_open(json, NULL, '{');
        report_json_count(json, "n_train", results->n_train[s]);
        report_json_count(json, "n_test", results->n_test[s]);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

static void add_state(report_json *json, const report_summary *summary) {
    report_json_bool(json, "is_complete", summary->results->is_complete);
    report_json_open(json, "jobs", '{');
    report_json_count(json, "planned", summary->n_jobs);
    for (unsigned outcome = TCS_JOB_QUEUED; outcome < TCS_N_OUTCOMES; outcome++)
        report_json_count(json, tcs_outcome_name((tcs_outcome)outcome), summary->n_of[outcome]);
    report_json_number(json, "wall_s", summary->wall_s);
    report_json_close(json, '}');
}

static void add_explanations(report_json *json, const report_summary *summary) {
    report_json_text(json, "averages",
                     "over the splits that are done; std: sample standard deviation (ddof = 1); sem: std / sqrt(n)");
    report_json_open(json, "ranking", '{');
    report_json_text(json, "metric", tcs_metric_name(summary->rank_by));
    report_json_text(json, "set", tcs_set_names[TCS_SET_TEST]);
    report_json_text(json, "better", tcs_metric_direction(summary->rank_by) > 0 ? "larger" : "smaller");
    report_json_text(json, "caution", "a ranking by test scores is optimistic as a choice of model");
    report_json_close(json, '}');
    report_json_open(json, "metrics", '{');
    for (unsigned i = 0; i < TCS_N_METRICS; i++) {
        tcs_metric metric = (tcs_metric)i;
        report_json_open(json, tcs_metric_name(metric), '{');
        report_json_text(json, "units", tcs_metric_units(metric));
        report_json_text(json, "description", tcs_metric_description(metric));
        report_json_close(json, '}');
    }
    report_json_close(json, '}');
}

static void add_hyperparameters(report_json *json, const tcs_results *results, size_t c) {
    report_json_open(json, "hyperparameters", '{');
    for (size_t h = 0; h < results->n_hyperparameters; h++) {
        const char *path = results->hyperparameter_paths[h];
        if (results->hyperparameter_numbers[h])
            report_json_number(json, path, results->hyperparameter_numbers[h][c]);
        else
            report_json_text(json, path, results->hyperparameter_texts[h][c]);
    }
    report_json_close(json, '}');
}

static void add_figure(report_json *json, const report_summary *summary, size_t c, tcs_set set, tcs_metric metric) {
    const tcs_results *results = summary->results;
    tcs_aggregate aggregate = report_aggregate(summary, c, set, metric);
    report_json_open(json, tcs_metric_name(metric), '{');
    report_json_number(json, "mean", aggregate.mean);
    report_json_number(json, "std", aggregate.std);
    report_json_number(json, "sem", aggregate.sem);
    report_json_count(json, "n", aggregate.n);
    report_json_open(json, "values", '[');
    for (size_t s = 0; s < results->n_splits; s++)
        report_json_number(json, NULL, summary->scratch[s]); /* what was just averaged: NaN where the split is not done */
    report_json_close(json, ']');
    report_json_close(json, '}');
}

static void add_configuration(report_json *json, const report_summary *summary, size_t c) {
    const tcs_results *results = summary->results;
    report_json_open(json, NULL, '{');
    report_json_text(json, "label", results->labels[c]);
    report_json_text(json, "architecture", results->architectures[c]);
    report_json_text(json, "network", results->networks[c]);
    add_hyperparameters(json, results, c);
    if (summary->rank[c] > 0)
        report_json_count(json, "rank", summary->rank[c]);
    report_json_count(json, "n_splits", summary->n_planned[c]);
    report_json_count(json, "n_done", summary->n_done[c]);
    report_json_open(json, "states", '[');
    for (size_t s = 0; s < results->n_splits; s++)
        report_json_text(json, NULL, tcs_outcome_name(report_outcome(results, c * results->n_splits + s)));
    report_json_close(json, ']');
    for (unsigned set = 0; set < TCS_N_SETS; set++) {
        report_json_open(json, tcs_set_names[set], '{');
        for (unsigned metric = 0; metric < TCS_N_METRICS; metric++)
            add_figure(json, summary, c, (tcs_set)set, (tcs_metric)metric);
        report_json_close(json, '}');
    }
    report_json_close(json, '}');
}

static void add_failures(report_json *json, const tcs_results *results, const report_failures *failures) {
    report_json_open(json, "failures", '[');
    for (size_t i = 0; i < failures->n_groups; i++) {
        const report_failure_group *group = &failures->groups[i];
        report_json_open(json, NULL, '{');
        report_json_text(json, "outcome", tcs_outcome_name(group->outcome));
        report_json_text(json, "reason", group->reason);
        report_json_open(json, "jobs", '[');
        for (size_t k = 0; k < group->n_jobs; k++) {
            report_json_open(json, NULL, '{');
            report_json_text(json, "configuration", results->labels[group->jobs[k] / results->n_splits]);
            report_json_count(json, "split", group->jobs[k] % results->n_splits);
            report_json_close(json, '}');
        }
        report_json_close(json, ']');
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

static void add_paper(report_json *json) {
    report_json_open(json, "paper", '{');
    report_json_text(json, "training", REPORT_PAPER_TRAINING);
    report_json_count(json, "n_rows", REPORT_PAPER_N_ROWS);
    report_json_open(json, "figures", '[');
    for (size_t i = 0; i < report_n_paper_figures; i++) {
        const report_paper_figure *figure = &report_paper_figures[i];
        report_json_open(json, NULL, '{');
        report_json_text(json, "model", report_paper_model_name(figure->model));
        report_json_text(json, "set", tcs_set_names[figure->set]);
        report_json_text(json, "metric", tcs_metric_name(figure->metric));
        report_json_number(json, "mean", figure->mean);
        report_json_number(json, "std", figure->std);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    report_json_close(json, '}');
}

void report_write_json(const report_summary *summary, const report_failures *failures, tcs_buffer *out) {
    const tcs_results *results = summary->results;
    report_json json = {.out = out};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", "tcsweep-report");
    report_json_text(&json, "format_version", "1.0");
    add_sweep(&json, summary);
    add_state(&json, summary);
    add_explanations(&json, summary);
    report_json_open(&json, "configurations", '[');
    for (size_t c = 0; c < results->n_configurations; c++)
        if (summary->n_planned[c] > 0)
            add_configuration(&json, summary, c);
    report_json_close(&json, ']');
    add_failures(&json, results, failures);
    add_paper(&json);
    report_json_close(&json, '}');
    tcs_buffer_print(out, "\n");
}
