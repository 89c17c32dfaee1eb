/* Reading of bytes that may be damaged or hostile: never beyond their end. */
#include <stdlib.h>
#include <string.h>

#include "tcsweep/bytes.h"

tcs_reader tcs_reader_start(const void *bytes, size_t n_bytes) {
    return (tcs_reader){.bytes = bytes, .length = n_bytes};
}

const void *tcs_reader_take_view(tcs_reader *reader, size_t n_bytes) {
    if (reader->failed || n_bytes > reader->length - reader->position) {
        reader->failed = true;
        return NULL;
    }
    /* An empty view of an empty reader is a pointer all the same: NULL means that something is missing. */
    const unsigned char *view = reader->bytes ? reader->bytes + reader->position : (const unsigned char *)"";
    reader->position += n_bytes;
    return view;
}

void tcs_reader_take(tcs_reader *reader, void *out, size_t n_bytes) {
    if (n_bytes == 0)
        return;
    const void *view = tcs_reader_take_view(reader, n_bytes);
    if (view)
        memcpy(out, view, n_bytes);
    else
        memset(out, 0, n_bytes);
}

uint32_t tcs_reader_take_u32(tcs_reader *reader) {
    uint32_t value;
    tcs_reader_take(reader, &value, sizeof value);
    return value;
}

uint64_t tcs_reader_take_u64(tcs_reader *reader) {
    uint64_t value;
    tcs_reader_take(reader, &value, sizeof value);
    return value;
}

double tcs_reader_take_f64(tcs_reader *reader) {
    double value;
    tcs_reader_take(reader, &value, sizeof value);
    return value;
}

uint64_t tcs_reader_take_bounded(tcs_reader *reader, uint64_t most) {
    uint64_t value = tcs_reader_take_u64(reader);
    if (value > most) {
        reader->failed = true;
        return 0;
    }
    return value;
}

char *tcs_reader_take_string(tcs_reader *reader) {
    size_t length = tcs_reader_take_u32(reader);
    const char *view = tcs_reader_take_view(reader, length);
    /* A zero inside would cut the text short in silence. */
    if (!view || memchr(view, 0, length)) {
        reader->failed = true;
        return NULL;
    }
    char *text = malloc(length + 1);
    if (!text) {
        reader->failed = true;
        return NULL;
    }
    memcpy(text, view, length);
    text[length] = 0;
    return text;
}
