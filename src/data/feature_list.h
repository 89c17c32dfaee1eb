/* feature_list.h: the representations, each in a file of its own. Private to this room. */
#ifndef TCS_DATA_FEATURE_LIST_H
#define TCS_DATA_FEATURE_LIST_H

#include "tcsweep/features.h"

extern const tcs_feature feature_composition;
extern const tcs_feature feature_composition_image;

#endif
