#!/usr/bin/env bash
# A trainer that crashes, hangs, fills the memory, or ends without a word: retried, then recorded with its reason; all others finish.
. "$(dirname "$0")/../common.sh"
sed 's/^curves:.*/curves: {every: 2}\ntime_limit: 8s\nmemory_limit: 400M\nmax_attempts: 2/; s#: \.\./\.\./#: '"$SOURCE"'/#' \
  "$SOURCE/tests/sweeps/small.yaml" >faulty.yaml
sed -i "s#file: ../../data#file: $SOURCE/data#" faulty.yaml

expect_code 0 "no faults" "$FAULTS" faulty.yaml -o sound.h5
expect_code 1 "faults" env TCSWEEP_FAULT=crash:1,hang:4,memory:7,exit:9 "$FAULTS" faulty.yaml -o faulty.h5
expect_text err "crashed: SIGSEGV"
expect_text err "timed_out"
expect_text err "out_of_memory"
expect_text err "attempt 1 of 2"
expect_code 1 "status" "$FAULTS" status faulty.h5
expect_text out "timed_out"
expect_code 0 "verify" "$FAULTS" verify faulty.h5
expect_code 0 "report" "$FAULTS" report faulty.h5
expect_text out "SIGSEGV"
expect_code 1 "failed jobs stay failed" "$FAULTS" faulty.yaml -o faulty.h5
expect_code 0 "--retry-failed" "$FAULTS" faulty.yaml -o faulty.h5 --retry-failed
expect_same sound.h5 faulty.h5 "after --retry-failed"
expect_code 1 "faults under mpirun" env TCSWEEP_FAULT=crash:1,hang:4 timeout -k 5 120 mpirun -n 2 --bind-to none "$FAULTS" faulty.yaml -o mpi.h5
expect_text err "crashed: SIGSEGV"
finish
