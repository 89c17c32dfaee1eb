#!/usr/bin/env bash
# A rank is killed under mpirun --enable-recovery: the others finish its jobs, with the same bits, and the program ends.
. "$(dirname "$0")/../common.sh"
sweep=$SOURCE/tests/sweeps/kill.yaml

expect_code 0 "undisturbed" "$TCSWEEP" "$sweep" -o undisturbed.h5
timeout -k 5 200 mpirun --enable-recovery -n 3 --bind-to none "$TCSWEEP" "$sweep" -o "$SCRATCH/lost.h5" --silence-limit 3 >out 2>err &
job=$!
sleep 3
# A rank that is not rank 0: it has not opened the results file.
killed=
for pid in $(pgrep -f "^$TCSWEEP .*$SCRATCH/lost.h5"); do
  if [ "$(tr '\0' '\n' </proc/"$pid"/environ | sed -n 's/^OMPI_COMM_WORLD_RANK=//p')" = 2 ]; then
    kill -9 "$pid" && killed=$pid
    break
  fi
done
[ -n "$killed" ] && pass "killed rank 2" || fail "no rank 2 to kill"
wait "$job"
cat err | tail -n 5
expect_text err "has been silent"
expect_code 0 "status" "$TCSWEEP" status lost.h5
expect_code 0 "verify" "$TCSWEEP" verify lost.h5
expect_same undisturbed.h5 lost.h5 "with a rank lost"
finish
