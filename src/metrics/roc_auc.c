/* roc_auc.c: heapsort of the rows by probability (no memory beyond the caller's), then one pass over groups of equal values. */
#include "roc_auc.h"

#include <math.h>
#include <stdint.h>

/* Restores the heap (largest on top) below `root`, among the first n. */
static void sift_down(size_t *order, size_t root, size_t n, const float *key) {
    size_t moved = order[root];
    for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && key[order[child + 1]] > key[order[child]])
            child++;
        if (!(key[order[child]] > key[moved]))
            break;
        order[root] = order[child];
        root = child;
    }
    order[root] = moved;
}

static void sort_rows(size_t *order, size_t n, const float *key) {
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t root = n / 2; root-- > 0;)
        sift_down(order, root, n, key);
    for (size_t last = n; last-- > 1;) {
        size_t largest = order[0];
        order[0] = order[last];
        order[last] = largest;
        sift_down(order, 0, last, key);
    }
}

double metrics_roc_auc(size_t n, const double *tc_kelvin, const float *probability, size_t *order) {
    sort_rows(order, n, probability);
    uint64_t n_positive = 0, n_negative = 0, twice_won = 0;
    for (size_t begin = 0, end; begin < n; begin = end) {
        uint64_t group_positive = 0;
        for (end = begin; end < n && probability[order[end]] == probability[order[begin]]; end++)
            group_positive += tc_kelvin[order[end]] > 0;
        uint64_t group_negative = end - begin - group_positive;
        twice_won += group_positive * (2 * n_negative + group_negative);
        n_positive += group_positive;
        n_negative += group_negative;
    }
    if (n_positive == 0 || n_negative == 0)
        return NAN;
    return (double)twice_won / (2.0 * (double)n_positive * (double)n_negative);
}
