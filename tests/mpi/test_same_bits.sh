#!/usr/bin/env bash
# The same bits with 1, 2, 3 and 8 ranks, with --trainers, without mpirun, and after a stop and a resume.
. "$(dirname "$0")/../common.sh"
sweep=$SOURCE/tests/sweeps/small.yaml

expect_code 0 "without mpirun" "$TCSWEEP" "$sweep" -o alone.h5
expect_code 0 "verify" "$TCSWEEP" verify alone.h5
expect_code 0 "one trainer" "$TCSWEEP" "$sweep" -o one.h5 --trainers 1
expect_same alone.h5 one.h5 "one trainer"
for n in 1 2 3 8; do
  expect_code 0 "$n ranks" mpi "$n" "$TCSWEEP" "$sweep" -o "ranks-$n.h5"
  expect_same alone.h5 "ranks-$n.h5" "$n ranks"
done
expect_code 0 "2 ranks with 2 trainers each" mpi 2 "$TCSWEEP" "$sweep" -o trainers.h5 --trainers 2
expect_same alone.h5 trainers.h5 "2 ranks with 2 trainers each"

# Every job is written once: what ended before is not trained again.
expect_code 0 "the same line again" "$TCSWEEP" "$sweep" -o alone.h5
expect_text err "15 of them ended before"
finish
