#!/usr/bin/env bash
# The command line as users meet it: what it says, and its exit codes.
. "$(dirname "$0")/../common.sh"
cp -r "$SOURCE/tests/sweeps" "$SOURCE/data" . && mkdir -p sweeps && cp -r "$SOURCE/sweeps/architectures" sweeps/
sed 's#\.\./\.\./data/#data/#; s#\.\./\.\./sweeps/#sweeps/#; s/n: 3,/n: 2,/; s/epochs: [34]/epochs: 1/g' sweeps/small.yaml >small.yaml

expect_code 0 "--help" "$TCSWEEP" --help
expect_text out "Exit codes: 0 complete"
expect_code 0 "--version" "$TCSWEEP" --version
expect_text out "HDF5"
expect_text out "OpenBLAS"
expect_code 2 "no arguments" "$TCSWEEP"
expect_code 2 "an unknown option" "$TCSWEEP" small.yaml --trainer 2
expect_text err "unknown option --trainer"
expect_code 2 "two files" "$TCSWEEP" small.yaml small.yaml
expect_code 2 "no number" "$TCSWEEP" small.yaml --trainers many
expect_text err '"many" is no whole number'
expect_code 2 "more trainers than cores" "$TCSWEEP" small.yaml --trainers 10000
expect_text err "mpirun --bind-to none"
expect_code 2 "no such instruction set" "$TCSWEEP" small.yaml --isa mmx
expect_code 2 "no such sweep" "$TCSWEEP" absent.yaml
expect_text err "absent.yaml"
expect_code 4 "no such results" "$TCSWEEP" report absent.h5

# All mistakes at once.
sed 's/learning_rate: 1e-3/learning_rte: 1e-3/; s/test_fraction: 0.2/test_fraction: 2/' small.yaml >mistakes.yaml
expect_code 2 "two mistakes" "$TCSWEEP" check mistakes.yaml
expect_text err "learning_rte"
expect_text err "did you mean"
expect_text err "test_fraction"
expect_text err "mistakes.yaml:"

# A data file that is not there: how to get it.
sed 's#data/superconductors.csv#data/supercon.csv#' small.yaml >absent-data.yaml
expect_code 3 "no data" "$TCSWEEP" absent-data.yaml
expect_text err "scripts/fetch-supercon"
printf 'name,Tc,class,reference\nNb,9.25,,\nXx2,3,,\nPb,,,\n' >data/bad.csv
sed 's#data/superconductors.csv#data/bad.csv#' small.yaml >bad-data.yaml
expect_code 3 "bad data" "$TCSWEEP" bad-data.yaml
expect_text err "Xx"

expect_code 0 "check" "$TCSWEEP" check small.yaml
expect_text out "no mistakes found"
expect_text out "612 rows"
expect_text out "5 configurations × 2 splits = 10"
expect_code 0 "check --resolved" "$TCSWEEP" check small.yaml --resolved
expect_text out "learning_rate: 1e-3"

# A run, and the same line again.
expect_code 0 "run" "$TCSWEEP" small.yaml
expect_text out "Ranking"
expect_text err "10 jobs"
expect_code 0 "status" "$TCSWEEP" status results/small.h5
expect_code 0 "verify" "$TCSWEEP" verify results/small.h5
expect_text out "10 finished jobs checked, all sound"
expect_code 0 "again" "$TCSWEEP" run small.yaml --quiet
[ -s out ] || [ -s err ] && fail "--quiet says something" || pass "--quiet is quiet"
for format in text markdown csv json latex; do
  expect_code 0 "report --format $format" "$TCSWEEP" report results/small.h5 --format "$format"
  [ -s out ] || fail "an empty report"
done
"$TCSWEEP" report results/small.h5 --format json | "$PYTHON" -m json.tool >/dev/null && pass "JSON" || fail "JSON"
expect_code 0 "report --rank-by" "$TCSWEEP" report results/small.h5 --rank-by roc_auc
expect_code 2 "no such format" "$TCSWEEP" report results/small.h5 --format pdf
expect_code 2 "no such metric" "$TCSWEEP" report results/small.h5 --rank-by luck

# A comment or a limit does not make another sweep; another value does, and other data do.
{ cat small.yaml; printf '# a word\ntime_limit: 1h\n'; } >commented.yaml
expect_code 0 "a comment and a limit" "$TCSWEEP" commented.yaml -o results/small.h5
sed 's/seed: 7/seed: 8/' small.yaml >other.yaml
expect_code 2 "another sweep" "$TCSWEEP" other.yaml -o results/small.h5
expect_text err "another sweep"
expect_text err "--force"
cp data/superconductors.csv kept.csv
sed -i '2d' data/superconductors.csv
expect_code 2 "other data" "$TCSWEEP" small.yaml
expect_text err "other data"
cp kept.csv data/superconductors.csv
cp results/small.h5 before.h5
expect_code 0 "--force on its own file" "$TCSWEEP" small.yaml --force
expect_text err "does nothing"
expect_code 0 "--force" "$TCSWEEP" other.yaml -o results/small.h5 --force
expect_text err "kept as results/small.1.h5"
expect_same before.h5 results/small.1.h5 "what was kept"

# A file begun with one instruction set is continued with it, so that its bits do not depend on where it was continued.
expect_code 0 "--isa baseline" "$TCSWEEP" small.yaml -o baseline.h5 --isa baseline
expect_code 0 "continued with it" "$TCSWEEP" small.yaml -o baseline.h5
expect_text err ", baseline; results in"
expect_code 2 "not with another" "$TCSWEEP" small.yaml -o baseline.h5 --isa avx2

# Damage is found, and mended by the same line.
offset=$("$PYTHON" - <<'END'
import h5py
with h5py.File("before.h5") as f:
    print(f["weights/fcnn/backbone.0.weight"].id.get_offset() + 100)
END
)
cp before.h5 damaged.h5
printf 'damage' | dd of=damaged.h5 bs=1 seek="$offset" conv=notrunc 2>/dev/null
expect_code 3 "verify a damaged file" "$TCSWEEP" verify damaged.h5
expect_text out "1 damaged"
expect_code 0 "the same line mends it" "$TCSWEEP" small.yaml -o damaged.h5
expect_same before.h5 damaged.h5 "mended"
head -c 3000 before.h5 >cut.h5
expect_code 3 "a file cut short" "$TCSWEEP" report cut.h5
expect_code 2 "no results file" "$TCSWEEP" small.yaml -o data/superconductors.csv
cmp -s kept.csv data/superconductors.csv && pass "it is untouched" || fail "a file that is no results file was changed"

# Two runs on one file: the second waits, then is refused with host and process.
sed 's/epochs: 1/epochs: 400/g' small.yaml >long.yaml
"$TCSWEEP" long.yaml -o locked.h5 >/dev/null 2>&1 &
first=$!
sleep 2
expect_code 75 "status of a run that is going on" "$TCSWEEP" status locked.h5
expect_code 4 "a second run" "$TCSWEEP" long.yaml -o locked.h5
expect_text err "$(hostname)"
expect_text err "$first"
# Ctrl-C and TERM: exit code 75, at once, and the file is sound.
kill -INT "$first"
started=$(date +%s%N)
wait "$first"
code=$?
[ "$code" -eq 75 ] && pass "SIGINT: exit code 75" || fail "SIGINT: exit code $code"
took_ms=$((($(date +%s%N) - started) / 1000000))
[ "$took_ms" -lt 1500 ] && pass "it ended within 1.5 s" || fail "it took $took_ms ms to end"
expect_code 0 "verify after SIGINT" "$TCSWEEP" verify locked.h5
expect_code 75 "status after SIGINT" "$TCSWEEP" status locked.h5
finish
