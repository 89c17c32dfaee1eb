/* bytes_read.h: reading counts and small numbers that are not trusted. */
#ifndef TCSWEEP_LEARN_BYTES_READ_H
#define TCSWEEP_LEARN_BYTES_READ_H

#include "tcsweep/bytes.h"

/* A count (u64) of things that take at least so many bytes each and must still lie in the reader; 0 and failed otherwise. */
static inline size_t take_count(tcs_reader *reader, size_t least_bytes_each) {
    uint64_t count = tcs_reader_take_u64(reader);
    size_t left = reader->failed ? 0 : reader->length - reader->position;
    if (count > left / least_bytes_each)
        reader->failed = true;
    return reader->failed ? 0 : (size_t)count;
}

/* A number (u32) below `end`; 0 and failed otherwise. */
static inline uint32_t take_below(tcs_reader *reader, uint32_t end) {
    uint32_t value = tcs_reader_take_u32(reader);
    if (value >= end)
        reader->failed = true;
    return reader->failed ? 0 : value;
}

static inline bool take_flag(tcs_reader *reader) {
    return take_below(reader, 2) == 1;
}

#endif
