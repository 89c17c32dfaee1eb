/* little_endian.h: numbers from bytes, little end first, on any machine. Private to this room. */
#ifndef TCS_BASE_LITTLE_ENDIAN_H
#define TCS_BASE_LITTLE_ENDIAN_H

#include <stdint.h>

static inline uint32_t load_little_endian(const unsigned char *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

#endif
