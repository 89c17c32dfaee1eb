/* Growing byte buffers. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"

/* Room for n_more bytes behind those that are there. */
static bool reserve(tcs_buffer *buffer, size_t n_more) {
    if (buffer->failed)
        return false;
    if (n_more <= buffer->capacity - buffer->length)
        return true;
    if (n_more > SIZE_MAX - buffer->length) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->length + n_more, capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
    while (capacity < needed)
        capacity = capacity > SIZE_MAX / 2 ? needed : 2 * capacity;
    unsigned char *bytes = realloc(buffer->bytes, capacity);
    if (!bytes) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void tcs_buffer_add(tcs_buffer *buffer, const void *bytes, size_t n_bytes) {
    if (n_bytes == 0 || !reserve(buffer, n_bytes))
        return;
    memcpy(buffer->bytes + buffer->length, bytes, n_bytes);
    buffer->length += n_bytes;
}

void tcs_buffer_add_u32(tcs_buffer *buffer, uint32_t value) {
    tcs_buffer_add(buffer, &value, sizeof value);
}

void tcs_buffer_add_u64(tcs_buffer *buffer, uint64_t value) {
    tcs_buffer_add(buffer, &value, sizeof value);
}

void tcs_buffer_add_f64(tcs_buffer *buffer, double value) {
    tcs_buffer_add(buffer, &value, sizeof value);
}

void tcs_buffer_add_string(tcs_buffer *buffer, const char *text) {
    size_t length = text ? strlen(text) : 0;
    if (length > UINT32_MAX) {
        buffer->failed = true;
        return;
    }
    tcs_buffer_add_u32(buffer, (uint32_t)length);
    tcs_buffer_add(buffer, text, length);
}

void tcs_buffer_print(tcs_buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    if (n < 0)
        buffer->failed = true;
    else if (reserve(buffer, (size_t)n + 1)) {
        vsnprintf((char *)buffer->bytes + buffer->length, (size_t)n + 1, format, again);
        buffer->length += (size_t)n;
    }
    va_end(again);
    va_end(arguments);
}

const char *tcs_buffer_text(tcs_buffer *buffer) {
    if (!reserve(buffer, 1))
        return "";
    buffer->bytes[buffer->length] = 0;
    return (const char *)buffer->bytes;
}

char *tcs_buffer_take_text(tcs_buffer *buffer) {
    char *text = NULL;
    if (reserve(buffer, 1)) {
        buffer->bytes[buffer->length] = 0;
        text = (char *)buffer->bytes;
        buffer->bytes = NULL;
    }
    tcs_buffer_clear(buffer);
    return text;
}

void tcs_buffer_clear(tcs_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (tcs_buffer){0};
}
