/* Counting, averaging, ranking. */
#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

tcs_outcome report_outcome(const tcs_results *results, size_t job) {
    return (unsigned)results->outcomes[job] < TCS_N_OUTCOMES ? results->outcomes[job] : TCS_JOB_UNPLANNED;
}

tcs_aggregate report_aggregate(const report_summary *summary, size_t configuration, tcs_set set, tcs_metric metric) {
    const tcs_results *results = summary->results;
    size_t first = configuration * results->n_splits;
    for (size_t s = 0; s < results->n_splits; s++) {
        bool is_done = report_outcome(results, first + s) == TCS_JOB_DONE;
        summary->scratch[s] = is_done ? results->metrics[set][metric][first + s] : NAN;
    }
    return tcs_aggregate_compute(summary->scratch, results->n_splits);
}

static void count_jobs(report_summary *summary) {
    const tcs_results *results = summary->results;
    for (size_t c = 0; c < results->n_configurations; c++) {
        for (size_t s = 0; s < results->n_splits; s++) {
            size_t job = c * results->n_splits + s;
            tcs_outcome outcome = report_outcome(results, job);
            bool is_ended = tcs_outcome_is_final(outcome);
            summary->n_of[outcome]++;
            summary->n_planned[c] += outcome != TCS_JOB_UNPLANNED;
            summary->n_done[c] += outcome == TCS_JOB_DONE;
            summary->n_ended += is_ended;
            summary->n_failed += tcs_outcome_is_failure(outcome);
            if (is_ended && results->wall_s[job] > 0) /* neither for NaN */
                summary->wall_s += results->wall_s[job];
        }
        summary->n_jobs += summary->n_planned[c];
    }
}

static int compare_sizes(size_t a, size_t b) {
    return (a > b) - (a < b);
}

static int compare_scores(const void *a_in, const void *b_in, void *context) {
    const report_summary *summary = context;
    size_t a = *(const size_t *)a_in, b = *(const size_t *)b_in;
    double score_a = summary->score[a], score_b = summary->score[b];
    if (isnan(score_a) || isnan(score_b))
        return isnan(score_a) && isnan(score_b) ? compare_sizes(a, b) : isnan(score_a) - isnan(score_b);
    if (score_a != score_b)
        return (score_a < score_b ? 1 : -1) * (tcs_metric_direction(summary->rank_by) < 0 ? -1 : 1);
    return compare_sizes(a, b);
}

static void rank_configurations(report_summary *summary) {
    for (size_t c = 0; c < summary->results->n_configurations; c++) {
        summary->score[c] = report_aggregate(summary, c, TCS_SET_TEST, summary->rank_by).mean;
        if (summary->n_planned[c] > 0)
            summary->order[summary->n_ranked++] = c;
    }
    qsort_r(summary->order, summary->n_ranked, sizeof *summary->order, compare_scores, summary);
    for (size_t i = 0; i < summary->n_ranked; i++) {
        size_t c = summary->order[i], before = i > 0 ? summary->order[i - 1] : c;
        if (isnan(summary->score[c]))
            break;
        summary->rank[c] = i > 0 && summary->score[c] == summary->score[before] ? summary->rank[before] : i + 1;
    }
}

static int compare_architectures(const void *a_in, const void *b_in, void *context) {
    const tcs_results *results = context;
    size_t a = *(const size_t *)a_in, b = *(const size_t *)b_in;
    int order = strcmp(results->architectures[a], results->architectures[b]);
    return order != 0 ? order : compare_sizes(a, b);
}

static tcs_status find_architectures(report_summary *summary, tcs_error *error) {
    const tcs_results *results = summary->results;
    size_t n = results->n_configurations, *sorted = tcs_allocate(n, sizeof *sorted, error);
    if (!sorted)
        return TCS_OUT_OF_MEMORY;
    for (size_t c = 0; c < n; c++)
        sorted[c] = c;
    qsort_r(sorted, n, sizeof *sorted, compare_architectures, (void *)(uintptr_t)results);
    for (size_t i = 0; i < n; i++) {
        bool is_same = i > 0 && strcmp(results->architectures[sorted[i]], results->architectures[sorted[i - 1]]) == 0;
        summary->architecture_first[sorted[i]] = is_same ? summary->architecture_first[sorted[i - 1]] : sorted[i];
    }
    free(sorted);
    return TCS_OK;
}

tcs_status report_summary_create(const tcs_results *results, tcs_metric rank_by, report_summary *out, tcs_error *error) {
    size_t n = results->n_configurations;
    *out = (report_summary){.results = results, .rank_by = rank_by};
    out->n_planned = tcs_allocate(n, sizeof *out->n_planned, error);
    out->n_done = tcs_allocate(n, sizeof *out->n_done, error);
    out->order = tcs_allocate(n, sizeof *out->order, error);
    out->rank = tcs_allocate(n, sizeof *out->rank, error);
    out->score = tcs_allocate(n, sizeof *out->score, error);
    out->architecture_first = tcs_allocate(n, sizeof *out->architecture_first, error);
    out->scratch = tcs_allocate(results->n_splits, sizeof *out->scratch, error);
    bool is_allocated =
        out->n_planned && out->n_done && out->order && out->rank && out->score && out->architecture_first && out->scratch;
    tcs_status status = is_allocated ? find_architectures(out, error) : TCS_OUT_OF_MEMORY;
    if (status != TCS_OK) {
        report_summary_free(out);
        return status;
    }
    count_jobs(out);
    rank_configurations(out);
    return TCS_OK;
}

void report_summary_free(report_summary *summary) {
    free(summary->n_planned);
    free(summary->n_done);
    free(summary->order);
    free(summary->rank);
    free(summary->score);
    free(summary->architecture_first);
    free(summary->scratch);
    *summary = (report_summary){0};
}

/* Adds "2, 4–6": the splits of one outcome. */
static void add_splits_of(const tcs_results *results, size_t configuration, tcs_outcome outcome, tcs_buffer *out) {
    size_t first = configuration * results->n_splits, n_added = 0;
    for (size_t s = 0; s < results->n_splits; s++) {
        if (report_outcome(results, first + s) != outcome)
            continue;
        size_t last = s;
        while (last + 1 < results->n_splits && report_outcome(results, first + last + 1) == outcome)
            last++;
        tcs_buffer_print(out, "%s%zu", n_added++ > 0 ? ", " : "", s);
        if (last > s)
            tcs_buffer_print(out, "%s%zu", last == s + 1 ? ", " : "–", last);
        s = last;
    }
}

void report_add_missing_splits(const report_summary *summary, size_t configuration, tcs_buffer *out) {
    const tcs_results *results = summary->results;
    size_t n_of[TCS_N_OUTCOMES] = {0}, n_added = 0;
    for (size_t s = 0; s < results->n_splits; s++)
        n_of[report_outcome(results, configuration * results->n_splits + s)]++;
    for (unsigned outcome = 0; outcome < TCS_N_OUTCOMES; outcome++) {
        if (n_of[outcome] == 0 || outcome == TCS_JOB_DONE || outcome == TCS_JOB_UNPLANNED)
            continue;
        tcs_buffer_print(out, "%s%s ", n_added++ > 0 ? "; " : "", tcs_outcome_name((tcs_outcome)outcome));
        add_splits_of(results, configuration, (tcs_outcome)outcome, out);
    }
}
