/* trainer_fault.h: accidents on demand, to test what becomes of them. Nothing happens unless compiled with TCSWEEP_FAULTS.
 *
 * The environment variable TCSWEEP_FAULT lists them, separated by commas: KIND:JOB[:EPOCH][@FILE]. The accident happens in the trainer of
 * that job once so many epochs are done (0, the default: before it trains). With a file it happens only where the file cannot be made anew: the
 * accident makes it and so happens once, and the next attempt goes well.
 *
 *   crash   writes through a null pointer      abort   calls abort
 *   hang    sleeps for ever                    exit    ends without a word, exit code 3
 *   memory  fills memory without end           kill    is killed with SIGKILL, as from outside
 *   nan     a learning rate of 1e30: the loss becomes infinite (before training only)
 */
#ifndef TCS_ENGINE_TRAINER_FAULT_H
#define TCS_ENGINE_TRAINER_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "tcsweep/study.h"

/* `study` is the trainer's own copy. */
void tcs_fault_before_job(size_t job, tcs_study *study);
void tcs_fault_at_epoch(size_t job, uint32_t n_epochs_done);

#endif
