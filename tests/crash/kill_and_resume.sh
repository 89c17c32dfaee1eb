#!/usr/bin/env bash
# kill_and_resume.sh [KILLS]: kill -9 at random moments of mpirun, a rank, a fork server or a trainer, then the same line again: no file is
# ever damaged, and the end has the same bits as an undisturbed run.
. "$(dirname "$0")/../common.sh"
sweep=$SOURCE/tests/sweeps/kill.yaml
n_kills=${1:-20}
RANDOM=${2:-$$}
echo "random seed $RANDOM (a second argument repeats a run)"

# Only this test's own processes: those whose command line names its scratch directory, with their children.
victims() { # victims KIND: process ids
  local ranks
  ranks=$(pgrep -f "^$TCSWEEP .*$SCRATCH/killed.h5")
  case $1 in
    mpirun) pgrep -f "^mpirun .*$SCRATCH/killed.h5" ;;
    rank) echo "$ranks" ;;
    server) for p in $ranks; do pgrep -P "$p"; done ;;
    trainer) for p in $ranks; do for s in $(pgrep -P "$p"); do pgrep -P "$s"; done; done ;;
  esac
}

expect_code 0 "undisturbed" "$TCSWEEP" "$sweep" -o undisturbed.h5
kinds=(mpirun rank server trainer)
n_done=0 n_hit=0
while [ "$n_done" -lt "$n_kills" ]; do
  rm -f "$SCRATCH/killed.h5"
  # Kill until the sweep is through, then begin another.
  for _ in 1 2 3 4 5 6 7 8; do
    if [ $((RANDOM % 2)) = 0 ]; then
      setsid timeout -k 5 120 mpirun -n 3 --bind-to none "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5" >log 2>&1 &
    else
      setsid "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5" >log 2>&1 &
    fi
    job=$!
    sleep "$((RANDOM % 3)).$((RANDOM % 900 + 100))"
    kind=${kinds[RANDOM % 4]}
    mapfile -t found < <(victims "$kind" | grep -v '^$')
    if [ ${#found[@]} -gt 0 ]; then
      kill -9 "${found[RANDOM % ${#found[@]}]}" 2>/dev/null && n_hit=$((n_hit + 1))
    fi
    wait "$job"
    n_done=$((n_done + 1))
    if [ -e "$SCRATCH/killed.h5" ]; then
      "$TCSWEEP" verify "$SCRATCH/killed.h5" >out 2>err || { fail "after kill $n_done ($kind): verify"; cat out err; }
    fi
  done
  expect_code 0 "the same line again, after $n_done starts, $n_hit kills" "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5"
  expect_same undisturbed.h5 "$SCRATCH/killed.h5" "killed and resumed"
done
[ "$n_hit" -ge $((n_kills / 3)) ] || fail "only $n_hit of $n_kills kills hit a process"
sleep 3
left=$(pgrep -f "$SCRATCH/killed.h5")
[ -z "$left" ] && pass "no process is left" || fail "processes are left: $left"
finish
