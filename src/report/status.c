/* How far a sweep is. */
#include <math.h>

#include "content.h"
#include "format.h"
#include "progress.h"
#include "tcsweep/report.h"
#include "writers.h"

#define N_REASONS_SHOWN 20
#define N_ARCHITECTURES_SHOWN 20
#define FRESH_S 60 /* results are committed within 1 s of a job's end; a file this old says nothing alone */

static void add_counts(const report_summary *summary, report_document *document) {
    char n_ended[REPORT_NUMBER_BYTES], n_jobs[REPORT_NUMBER_BYTES], percent[REPORT_NUMBER_BYTES] = "";
    report_count_text(summary->n_ended, n_ended);
    report_count_text(summary->n_jobs, n_jobs);
    if (summary->n_jobs > 0)
        report_fixed_text(floor(1000.0 * (double)summary->n_ended / (double)summary->n_jobs) / 10, 1, percent);
    report_add_field(document, "jobs ended", "%s of %s%s%s%s", n_ended, n_jobs, *percent ? " (" : "", percent,
                     *percent ? " %)" : "");
    tcs_buffer outcomes = {0};
    report_add_outcomes(summary, &outcomes);
    report_add_field(document, "jobs", "%s", report_text_of(document, &outcomes));
    tcs_buffer_clear(&outcomes);
}

/* What the age of the last update says about a writer: it is a guess and sounds like one. */
static void add_activity(const report_summary *summary, const report_progress *progress, double now, report_document *document) {
    double age_s = now - summary->results->updated;
    char age[REPORT_NUMBER_BYTES], mean[REPORT_NUMBER_BYTES];
    report_duration_text(age_s, age);
    if (!isfinite(age_s))
        report_add_field(document, "last update", "unknown");
    else if (age_s < 0)
        report_add_field(document, "last update", "in the future, by this machine's clock: clocks differ");
    else
        report_add_field(document, "last update", "%s ago", age);
    if (summary->n_ended == summary->n_jobs || !isfinite(age_s))
        return;

    /* A job may take long, and only its end is written: silence means something after twice the time of the longest (which, where it is
     * running, counts half in longest_s). */
    double usual_silence_s = 4 * progress->longest_s;
    report_duration_text(progress->all.mean_s, mean);
    if (fabs(age_s) <= FRESH_S)
        report_add_field(document, "writing", "a run seems to be writing");
    else if (summary->n_of[TCS_JOB_RUNNING] > 0 && progress->all.n == 0)
        report_add_field(document, "writing", "unknown: no job is done yet, so that there is nothing to compare the silence with");
    else if (summary->n_of[TCS_JOB_RUNNING] > 0 && age_s <= usual_silence_s)
        report_add_field(document, "writing", "a run may be writing: jobs are marked running, and one takes %s on average", mean);
    else
        report_add_field(document, "writing", "no run seems to be writing%s; the command that started the sweep continues it",
                         summary->n_of[TCS_JOB_RUNNING] > 0 ? " (the jobs marked running were probably cut off)" : "");
}

static void add_time_left(const report_progress *progress, report_document *document) {
    char left[REPORT_NUMBER_BYTES], work[REPORT_NUMBER_BYTES];
    report_duration_text(report_time_left_s(progress), left);
    report_duration_text(progress->left_s, work);
    if (progress->n_left == 0)
        return;
    if (progress->all.n == 0) {
        report_add_field(document, "time left", "unknown: no job is done yet");
        return;
    }
    if (progress->n_at_once == 0)
        report_add_field(document, "time left", "unknown: %s of training, but it cannot be told how many trainers there are", work);
    else
        report_add_field(document, "time left", "about %s, if %zu job%s at once (%s); %s of training in all", left,
                         progress->n_at_once, progress->n_at_once == 1 ? " runs" : "s run",
                         progress->is_at_once_now ? "as now" : "the most so far", work);
    report_add(document, REPORT_PARAGRAPH,
               "Time left: each job that has not ended counts with the mean time of its configuration's done jobs, or else of its "
               "architecture's; a running one counts half.");
    if (progress->n_guessed > 0)
        report_add(document, REPORT_PARAGRAPH,
                   "No job is done yet of the architectures of %zu of the jobs left: the mean of all jobs stands for them.",
                   progress->n_guessed);
}

static void add_times(const report_summary *summary, const report_progress *progress, report_document *document) {
    size_t n_shown = 0, n_architectures = 0;
    for (size_t c = 0; c < summary->results->n_configurations; c++)
        n_architectures += summary->architecture_first[c] == c && progress->of_architecture[c].n > 0;
    if (n_architectures == 0)
        return;
    report_add(document, REPORT_HEADING, "Time of a job");
    report_add_table(document, "crr");
    report_add_cell(document, "architecture");
    report_add_cell(document, "mean wall time");
    report_add_cell(document, "jobs done");
    for (size_t c = 0; c < summary->results->n_configurations && n_shown < N_ARCHITECTURES_SHOWN; c++) {
        report_job_times times = progress->of_architecture[c];
        if (summary->architecture_first[c] != c || times.n == 0)
            continue;
        char mean[REPORT_NUMBER_BYTES], count[REPORT_NUMBER_BYTES];
        report_duration_text(times.mean_s, mean);
        report_count_text(times.n, count);
        report_add_cell(document, "%s", summary->results->architectures[c]);
        report_add_cell(document, "%s", mean);
        report_add_cell(document, "%s", count);
        n_shown++;
    }
    if (n_architectures > n_shown)
        report_add(document, REPORT_PARAGRAPH, "… and %zu more architectures.", n_architectures - n_shown);
}

static void write_status(const report_summary *summary, const report_progress *progress, const report_failures *failures,
                         double now, tcs_buffer *out) {
    report_document document = {0};
    const tcs_results *results = summary->results;
    char spent[REPORT_NUMBER_BYTES];
    report_duration_text(summary->wall_s, spent);
    bool is_over = summary->n_ended == summary->n_jobs && results->is_complete;
    report_add(&document, REPORT_TITLE, "%s: %s", results->sweep_name && *results->sweep_name ? results->sweep_name : "sweep",
               !is_over                ? "unfinished"
               : summary->n_failed > 0 ? "complete, with failures"
                                       : "complete");
    report_add_field(&document, "results file", "%s", results->path ? results->path : "");
    add_counts(summary, &document);
    report_add_field(&document, "time spent", "%s of training (the ended jobs' wall times added up)", spent);
    add_activity(summary, progress, now, &document);
    add_time_left(progress, &document);
    add_times(summary, progress, &document);
    if (failures->n_groups > 0) {
        report_add(&document, REPORT_HEADING, "Jobs that failed, by reason");
        report_add_failures(results, failures, N_REASONS_SHOWN, &document);
    }
    if (report_document_has_failed(&document))
        out->failed = true;
    else
        report_write_text(&document, out);
    report_document_free(&document);
}

tcs_status tcs_report_status(const tcs_results *results, double now, tcs_buffer *out, tcs_error *error) {
    report_summary summary;
    report_progress progress = {0};
    report_failures failures = {0};
    tcs_status status = report_summary_create(results, TCS_METRIC_ACCURACY, &summary, error);
    if (status != TCS_OK)
        return status;
    status = report_progress_create(&summary, &progress, error);
    if (status == TCS_OK)
        status = report_failures_create(results, &failures, error);
    if (status == TCS_OK)
        write_status(&summary, &progress, &failures, now, out);
    report_failures_free(&failures);
    report_progress_free(&progress);
    report_summary_free(&summary);
    if (status == TCS_OK && out->failed)
        status = tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory while writing the status");
    return status;
}
