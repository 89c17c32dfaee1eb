/* curves.c: what is recorded along a stage, and after which epochs. */
#include "tcsweep/learn.h"

const char *tcs_curve_name(tcs_target target, size_t curve) {
    if (curve == 0)
        return "loss";
    return target == TCS_TARGET_TC ? "mae" : "accuracy";
}

const char *tcs_curve_units(tcs_target target, size_t curve) {
    if (target == TCS_TARGET_CLASS)
        return "1";
    return curve == 0 ? "K^2" : "K";
}

size_t tcs_curve_n_recorded(uint32_t n_epochs, uint32_t every) {
    if (every == 0)
        return 0;
    return n_epochs / every + (n_epochs % every != 0);
}

uint32_t tcs_curve_epoch(uint32_t n_epochs, uint32_t every, size_t i) {
    uint64_t epoch = ((uint64_t)i + 1) * every;
    return epoch < n_epochs ? (uint32_t)epoch : n_epochs;
}
