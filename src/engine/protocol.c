#include "protocol.h"

#include <stdlib.h>

/* Also tells a rank of another byte order, or of a build with other messages. */
#define MESSAGE_MAGIC 0x74635301u

void message_encode(const message *m, tcs_buffer *out) {
    out->length = 0;
    tcs_buffer_add_u32(out, MESSAGE_MAGIC);
    tcs_buffer_add_u64(out, (uint64_t)m->kind);
    tcs_buffer_add_u64(out, m->job);
    tcs_buffer_add_u64(out, m->number);
    tcs_buffer_add_u64(out, m->flag);
    tcs_buffer_add_u64(out, (uint64_t)m->outcome);
    const double numbers[] = {m->fraction, m->elapsed_s, m->wall_s, m->cpu_s, m->started, m->finished};
    tcs_buffer_add(out, numbers, sizeof numbers);
    tcs_buffer_add_string(out, m->text);
    tcs_buffer_add_string(out, m->text_2);
    tcs_buffer_add_u64(out, m->n_blob);
    if (m->n_blob > 0)
        tcs_buffer_add(out, m->blob, m->n_blob);
}

bool message_decode(const void *bytes, size_t n_bytes, message *out) {
    *out = (message){0};
    tcs_reader reader = tcs_reader_start(bytes, n_bytes);
    if (tcs_reader_take_u32(&reader) != MESSAGE_MAGIC)
        return false;
    out->kind = (message_kind)tcs_reader_take_bounded(&reader, N_MESSAGE_KINDS - 1);
    out->job = tcs_reader_take_u64(&reader);
    out->number = tcs_reader_take_u64(&reader);
    out->flag = tcs_reader_take_bounded(&reader, 1) == 1;
    out->outcome = (tcs_outcome)tcs_reader_take_bounded(&reader, TCS_N_OUTCOMES - 1);
    double *numbers[] = {&out->fraction, &out->elapsed_s, &out->wall_s, &out->cpu_s, &out->started, &out->finished};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = tcs_reader_take_f64(&reader);
    out->text = out->owned[0] = tcs_reader_take_string(&reader);
    out->text_2 = out->owned[1] = tcs_reader_take_string(&reader);
    out->n_blob = (size_t)tcs_reader_take_bounded(&reader, n_bytes);
    out->blob = tcs_reader_take_view(&reader, out->n_blob);
    if (reader.failed || !out->text || !out->text_2 || reader.position != n_bytes) {
        message_free(out);
        return false;
    }
    return true;
}

void message_free(message *m) {
    free(m->owned[0]);
    free(m->owned[1]);
    *m = (message){0};
}
