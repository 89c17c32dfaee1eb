/* shape.c: the shape of one row. */
#include <stdio.h>

#include "tcsweep/network.h"

size_t tcs_shape_size(const tcs_shape *shape) {
    size_t size = 1;
    for (int i = 0; i < shape->rank; i++)
        size *= shape->extent[i];
    return size;
}

void tcs_shape_text(const tcs_shape *shape, char text[80]) {
    size_t length = 0;
    text[length++] = '[';
    for (int i = 0; i < shape->rank; i++)
        length += (size_t)snprintf(text + length, 80 - length, "%s%zu", i ? ", " : "", shape->extent[i]);
    snprintf(text + length, 80 - length, "]");
}
