# Sourced by the test scripts: TCSWEEP (the program), SOURCE (the project), a scratch directory that is removed, and small helpers.
set -uo pipefail
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TCSWEEP=${TCSWEEP:-$SOURCE/build/release/tcsweep}
[ -x "$TCSWEEP" ] || { echo "no program $TCSWEEP: build it, or name it in TCSWEEP"; exit 1; }
FAULTS=${TCSWEEP_FAULTS_PROGRAM:-$(dirname "$TCSWEEP")/tcsweep-faults}
PYTHON=${TCSWEEP_PYTHON:-/usr/bin/python3}
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/tcsweep-test.XXXXXX")
trap 'rm -rf "$SCRATCH"' EXIT
cd "$SCRATCH" || exit 1
unset OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
n_failed=0

fail() { echo "FAILED: $*"; n_failed=$((n_failed + 1)); }
pass() { echo "ok: $*"; }
# expect_code CODE DESCRIPTION COMMAND…: standard output and error go to ./out and ./err
expect_code() {
  local code=$1 what=$2 got=0
  shift 2
  "$@" >out 2>err || got=$?
  if [ "$got" -eq "$code" ]; then pass "$what: exit code $code"; else fail "$what: exit code $got, not $code"; sed 's/^/    /' out err | tail -n 30; fi
}
expect_text() { # expect_text FILE TEXT
  if grep -qF -- "$2" "$1"; then pass "says: $2"; else fail "does not say: $2"; sed 's/^/    /' "$1" | tail -n 30; fi
}
expect_same() { # expect_same A.h5 B.h5 DESCRIPTION
  if "$PYTHON" "$SOURCE/tests/compare_results.py" "$1" "$2" >differences; then pass "$3: the same bits"; else fail "$3: other bits"; sed 's/^/    /' differences; fi
}
mpi() { # mpi N COMMAND…, ended after two minutes whatever happens
  local n=$1
  shift
  timeout -k 5 120 mpirun -n "$n" --bind-to none "$@"
}
finish() {
  [ "$n_failed" -eq 0 ] || echo "$n_failed checks failed"
  exit $((n_failed > 0))
}
