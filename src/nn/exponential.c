/* exponential.c: e^x = 2^k e^r with |r| ≤ ln 2 / 2, and the Taylor series of e^r, whose 14th term is below half a unit in the last place. */
#include "exponential.h"

#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the upper one has its last 20 bits clear, so that k times it is exact. */
static const double ln2_high = 0x1.62e42fefap-1, ln2_low = 0x1.cf79abc9e3b3ap-40;

double tcs_exponential(double x) {
    if (x < -708)
        return 0;
    if (!(x >= -708))
        return x;
    const int k = (int)(x * 0x1.71547652b82fep+0 - 0.5);
    const double r = (x - k * ln2_high) - k * ln2_low;
    static const double inverse_factorial[] = {
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
        1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       1.0 / 2,      1,           1};
    double sum = inverse_factorial[0];
    for (int i = 1; i < 14; i++)
        sum = sum * r + inverse_factorial[i];
    const uint64_t bits = (uint64_t)(k + 1023) << 52; /* 2^k: k ≥ −1022 */
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}
