/* writer.h: an open store from the inside. Private to this room. */
#ifndef TCS_STORE_WRITER_H
#define TCS_STORE_WRITER_H

#include "file.h"
#include "lock.h"
#include "tcsweep/bytes.h"

struct tcs_store {
    store_file file;
    store_lock lock;
    uint8_t sweep_sha256[TCS_DIGEST_BYTES], data_sha256[TCS_DIGEST_BYTES];
    tcs_outcome *outcomes; /* [C × S] */
    struct store_pending {
        size_t job, order;
        tcs_outcome outcome;
        uint32_t crc;
    } * pending; /* put, not committed */
    size_t n_pending, pending_capacity;
    unsigned char *parts; /* one job's parts, in the schema's order of parts */
    double *row;          /* [S]: a configuration's values, for the summary */
    double beat_s;        /* when the last sign of life was given, on the clock that never jumps */
    bool is_broken;       /* the disk lost something that was written: nothing more can be promised */
};

/* Writes a job's parts, with all that the record leaves out as nothing; not its status. The checksum of them, status included. */
tcs_status store_put_parts(tcs_store *store, const tcs_store_record *record, uint32_t *crc, tcs_error *error);
/* Writes a job's status, at once. */
tcs_status store_write_status(tcs_store *store, size_t job, tcs_outcome outcome, tcs_error *error);
/* Makes a job as if it had never run: queued, nothing in its parts. For what was damaged or is to run again. */
tcs_status store_reset_job(tcs_store *store, size_t job, tcs_error *error);

/* Mean, std, sem, n of a configuration's metrics over its splits that are done. */
tcs_status store_write_summary(tcs_store *store, size_t configuration, tcs_error *error);
/* The same for all configurations, where they are not so already. */
tcs_status store_refresh_summary(tcs_store *store, tcs_error *error);
/* /state: jobs done, complete, sign of life. */
tcs_status store_write_state(tcs_store *store, tcs_error *error);

#endif
