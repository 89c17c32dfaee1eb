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
# One start, with one process of the given kind killed a moment later. Sets hit.
start_and_kill() {
  local kind=$1 job found
  if [ $((RANDOM % 2)) = 0 ] || [ "$kind" = mpirun ]; then
    setsid timeout -k 5 120 mpirun -n 3 --bind-to none "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5" >log 2>&1 &
  else
    setsid "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5" >log 2>&1 &
  fi
  job=$!
  sleep "$((RANDOM % 2)).$((RANDOM % 900 + 100))"
  mapfile -t found < <(victims "$kind" | grep -v '^$')
  hit=0
  [ ${#found[@]} -gt 0 ] && kill -9 "${found[RANDOM % ${#found[@]}]}" 2>/dev/null && hit=1
  wait "$job" 2>/dev/null
}

# The sweep is through, or is brought to its end: the same bits as undisturbed. Then another one begins.
finish_sweep() {
  expect_code 0 "the same line again, after $n_starts starts, $n_hits kills" "$TCSWEEP" "$sweep" -o "$SCRATCH/killed.h5"
  expect_same undisturbed.h5 "$SCRATCH/killed.h5" "killed and resumed"
  rm -f "$SCRATCH/killed.h5"
}

kinds=(mpirun rank server trainer)
n_starts=0 n_hits=0
while [ "$n_hits" -lt "$n_kills" ] && [ "$n_starts" -lt $((4 * n_kills)) ]; do
  kind=${kinds[RANDOM % 4]}
  start_and_kill "$kind"
  n_starts=$((n_starts + 1)) n_hits=$((n_hits + hit))
  [ -e "$SCRATCH/killed.h5" ] || continue
  "$TCSWEEP" verify "$SCRATCH/killed.h5" >out 2>err || { fail "verify after a kill ($kind)"; cat out err; }
  "$TCSWEEP" status "$SCRATCH/killed.h5" >/dev/null && finish_sweep
done
[ -e "$SCRATCH/killed.h5" ] && finish_sweep
[ "$n_hits" -ge "$n_kills" ] && pass "$n_hits kills" || fail "only $n_hits of $n_kills kills hit a process"
sleep 3
left=$(pgrep -f "$SCRATCH/killed.h5")
[ -z "$left" ] && pass "no process is left" || fail "processes are left: $left"
finish
