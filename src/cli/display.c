#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "run.h"

#define FIRST_LINE_INTERVAL_S 10.0
#define LONGEST_LINE_INTERVAL_S 600.0
#define BAR_WIDTH 12

display display_start(bool is_quiet) {
    const char *term = getenv("TERM");
    bool is_terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
    return (display){.is_quiet = is_quiet, .is_terminal = is_terminal, .interval_s = FIRST_LINE_INTERVAL_S};
}

static void clear_bar(display *d) {
    if (d->has_bar)
        fputs("\r\033[K", stderr);
    d->has_bar = false;
}

/* "2:03", "1:02:03". */
static void time_text(double seconds, char text[32]) {
    unsigned long s = seconds > 0 && seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 0;
    if (s >= 3600)
        snprintf(text, 32, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, 32, "%lu:%02lu", s / 60, s % 60);
}

static double share_done(const tcs_scheduler_counts *counts) {
    if (counts->n_recorded == counts->n_needed)
        return 1;
    double share = counts->cost_needed > 0 ? (counts->cost_recorded + counts->cost_in_progress) / counts->cost_needed
                                           : (double)counts->n_recorded / (double)counts->n_needed;
    return fmin(share, 1);
}

static void line_text(const tcs_engine_progress *p, char *text, size_t n_bytes) {
    char elapsed[32], left[32], failed[48] = "", left_text[64] = "";
    time_text(p->elapsed_s, elapsed);
    if (isfinite(p->left_s) && p->counts.n_recorded < p->counts.n_needed) {
        time_text(p->left_s, left);
        snprintf(left_text, sizeof left_text, ", about %s left", left);
    }
    if (p->counts.n_failed > 0)
        snprintf(failed, sizeof failed, " (%zu failed)", p->counts.n_failed);
    snprintf(text, n_bytes, "%3.0f %%  %zu of %zu jobs%s, %zu running, %s elapsed%s", floor(100 * share_done(&p->counts)),
             p->counts.n_recorded, p->counts.n_needed, failed, p->counts.n_running, elapsed, left_text);
}

static void draw_bar(display *d, const tcs_engine_progress *progress, const char *text) {
    char bar[BAR_WIDTH + 1];
    int n_full = (int)(share_done(&progress->counts) * BAR_WIDTH);
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)n_full);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %s\033[K", bar, text);
    d->has_bar = true;
    fflush(stderr);
}

void display_progress(display *d, const tcs_engine_progress *progress, bool is_last) {
    if (d->is_quiet)
        return;
    char text[256];
    line_text(progress, text, sizeof text);
    if (d->is_terminal) {
        draw_bar(d, progress, text);
        if (is_last) {
            fputc('\n', stderr);
            d->has_bar = false;
        }
        return;
    }
    /* Lines become rarer the longer it takes: a log of a month stays readable. */
    if (!is_last && progress->elapsed_s - d->last_line_s < d->interval_s)
        return;
    fprintf(stderr, "tcsweep: %s\n", text);
    d->last_line_s = progress->elapsed_s;
    d->interval_s = fmin(fmax(FIRST_LINE_INTERVAL_S, progress->elapsed_s / 10), LONGEST_LINE_INTERVAL_S);
}

void display_say(display *d, const char *line) {
    if (d->is_quiet)
        return;
    clear_bar(d);
    fprintf(stderr, "tcsweep: %s\n", line);
}
