/* exponential.h: e^x that is the same on every machine: a fixed sequence of additions and multiplications, not libm's. */
#ifndef TCS_NN_EXPONENTIAL_H
#define TCS_NN_EXPONENTIAL_H

/* For x ≤ 0, within 2 units in the last place; 0 below −708; NaN for NaN. */
double tcs_exponential(double x);

#endif
