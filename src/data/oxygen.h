/* oxygen.h: the trailing oxygen of unknown amount, as papers on oxides write it. Private to this room. */
#ifndef TCS_DATA_OXYGEN_H
#define TCS_DATA_OXYGEN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct unknown_oxygen {
    size_t start;         /* of the O; everything from here to the end of the text belongs to it */
    size_t number_start;  /* of the number that it bears */
    size_t number_length; /* 0 where it bears none */
} unknown_oxygen;

/* Whether the text ends in an oxygen whose amount is no number: `OY`, `Oz`, `O7-y`, `O10=z`, `O4+x`, `O(7-δ)`, `O2N+3`. */
bool find_unknown_oxygen(const char *text, size_t length, unknown_oxygen *out);

#endif
