#!/usr/bin/env bash
# What the README shows is true: its Python snippets run on a results file, its sweep file parses.
. "$(dirname "$0")/../common.sh"
mkdir results sweeps && cp -r "$SOURCE/sweeps/architectures" sweeps/
sed 's/epochs: 40/epochs: 2/; s#\.\./data#'"$SOURCE"'/data#' "$SOURCE/sweeps/quickstart.yaml" >sweeps/quickstart.yaml
expect_code 0 "quickstart, shortened" "$TCSWEEP" sweeps/quickstart.yaml
"$PYTHON" - "$SOURCE/README.md" <<'END'
import re, sys
text = open(sys.argv[1]).read()
for kind, ending in (("python", "py"), ("yaml", "yaml")):
    for i, block in enumerate(re.findall(rf"```{kind}\n(.*?)```", text, re.S)):
        open(f"snippet{i}.{ending}" if kind == "python" else f"sweeps/snippet{i}.yaml", "w").write(block)
END
"$PYTHON" -c 'import h5py, xarray, h5netcdf' 2>/dev/null || { echo "SKIPPED: no h5py, xarray or h5netcdf for $PYTHON"; exit 77; }
[ "$(ls snippet*.py | wc -l)" -eq 2 ] && pass "two Python snippets" || fail "the README has not two Python snippets"
for snippet in snippet*.py; do
  expect_code 0 "$snippet" "$PYTHON" "$snippet"
  expect_text out "cnn"
done
expect_code 0 "the sweep file" "$TCSWEEP" check --resolved sweeps/snippet0.yaml
finish
