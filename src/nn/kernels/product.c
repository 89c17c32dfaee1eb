/* product.c: complex matrix products as three real ones, a tile of registers at a time.
 *
 * With A = Ar ± i Ai, B = Br ± i Bi (− where conjugated) and P = (Ar ± Ai) Br the parts are P − Ai (±(Br ± Bi)) and P − Ar (Br ∓ Bi).
 *
 * Every element is summed over k in order, whatever the tile that it falls into.
 */
#include "kernels/vector.h"

#if defined(__AVX512F__)
#define TILE_ROWS 12
#else
#define TILE_ROWS 6
#endif
#define TILE_VECTORS 2

/* The three real products: P is a[0] b[0], the others are subtracted from it. */
typedef struct factors {
    const tcs_real *a[3], *b[3];
} factors;

/* sum += A B, or −= where `subtract`. */
static inline __attribute__((always_inline)) void accumulate(const size_t rows, const size_t vectors, const bool subtract,
                                                             const tcs_product *p, const tcs_real *a, const tcs_real *b,
                                                             vector sum[TILE_ROWS][TILE_VECTORS]) {
    const size_t a_row = p->a_row, a_column = p->a_column, n = p->n;
    for (size_t k = 0; k < p->k; k++, a += a_column, b += n) {
        vector right[TILE_VECTORS];
        UNROLLED
        for (size_t j = 0; j < vectors; j++)
            right[j] = load(b + j * LANES);
        UNROLLED
        for (size_t i = 0; i < rows; i++) {
            const vector left = broadcast(a[i * a_row]);
            UNROLLED
            for (size_t j = 0; j < vectors; j++)
                sum[i][j] = subtract ? subtract_product(sum[i][j], left, right[j]) : multiply_add(left, right[j], sum[i][j]);
        }
    }
}

static inline __attribute__((always_inline)) void tile(const size_t rows, const size_t vectors, const tcs_product *p,
                                                       const factors *f, size_t row, size_t column) {
    const size_t a_at = row * p->a_row, out_at = row * p->n + column;
    vector sum[TILE_ROWS][TILE_VECTORS], shared[TILE_ROWS][TILE_VECTORS];
    UNROLLED
    for (size_t i = 0; i < rows; i++)
        UNROLLED
    for (size_t j = 0; j < vectors; j++)
        sum[i][j] = (vector){0};
    accumulate(rows, vectors, false, p, f->a[0] + a_at, f->b[0] + column, sum);
    UNROLLED
    for (size_t i = 0; i < rows; i++)
        UNROLLED
    for (size_t j = 0; j < vectors; j++)
        shared[i][j] = sum[i][j];
    for (int part = 0; part < 2; part++) {
        tcs_real *out = p->out[part] + out_at;
        accumulate(rows, vectors, true, p, f->a[1 + part] + a_at, f->b[1 + part] + column, sum);
        UNROLLED
        for (size_t i = 0; i < rows; i++)
            UNROLLED
        for (size_t j = 0; j < vectors; j++) {
            store(out + i * p->n + j * LANES, sum[i][j]);
            sum[i][j] = shared[i][j];
        }
    }
}

/* All rows of `vectors` vectors of columns. */
static inline __attribute__((always_inline)) void strip(const size_t vectors, const tcs_product *p, const factors *f,
                                                        size_t column) {
    size_t row = 0;
    for (; row + TILE_ROWS <= p->m; row += TILE_ROWS)
        tile(TILE_ROWS, vectors, p, f, row, column);
    for (; row + 4 <= p->m; row += 4)
        tile(4, vectors, p, f, row, column);
    for (; row < p->m; row++)
        tile(1, vectors, p, f, row, column);
}

/* out = x + y, or x − y where `minus`; its sign turned where `negative`. */
static void combine(size_t n, const tcs_real *x, const tcs_real *y, bool minus, bool negative, tcs_real *out) {
    const tcs_real of_x = negative ? -1 : 1, of_y = minus != negative ? -1 : 1;
    for (size_t i = 0; i < n; i++)
        out[i] = of_x * x[i] + of_y * y[i];
}

void TCS_KERNEL(complex_product)(const tcs_product *p) {
    const size_t n_a = p->m * p->k, n_b = p->k * p->n;
    tcs_real *a_sum = p->scratch, *b_sum = a_sum + n_a, *b_difference = b_sum + n_b;
    combine(n_a, p->a[0], p->a[1], p->conjugate_a, false, a_sum);
    combine(n_b, p->b[0], p->b[1], p->conjugate_b, p->conjugate_a, b_sum);
    combine(n_b, p->b[0], p->b[1], !p->conjugate_b, false, b_difference);
    const factors f = {.a = {a_sum, p->a[1], p->a[0]}, .b = {p->b[0], b_sum, b_difference}};
    size_t column = 0;
    for (; column + TILE_VECTORS * LANES <= p->n; column += TILE_VECTORS * LANES)
        strip(TILE_VECTORS, p, &f, column);
    if (column < p->n)
        strip(1, p, &f, column);
}
