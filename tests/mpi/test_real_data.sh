#!/usr/bin/env bash
# The paper's networks on SuperCon, a few epochs, by two ranks.
. "$(dirname "$0")/../common.sh"
data=$SOURCE/../shared/data/supercon.csv
[ -e "$data" ] || data=$SOURCE/data/supercon.csv
if [ ! -e "$data" ]; then
  echo "SKIPPED: no data/supercon.csv (scripts/fetch-supercon brings it)"
  exit 77
fi
sed -e "s#^  file:.*#  file: $data#" -e "s#architectures/#$SOURCE/sweeps/architectures/#" -e 's/epochs: [0-9]*/epochs: 1/' \
  -e 's/1e-4, 1e-3\]/1e-3]/' -e 's/  n: 6/  n: 2/' "$SOURCE/sweeps/paper-short.yaml" >real.yaml
expect_code 0 "check" "$TCSWEEP" check real.yaml
expect_text out "16414 rows; 12448 (75.84 %) superconductors; mean Tc 17.97 K, highest 143 K"
expect_text out "446 compositions stand in more than one row"
expect_code 0 "2 ranks" mpi 2 "$TCSWEEP" real.yaml -o real.h5
expect_code 0 "report" "$TCSWEEP" report real.h5
expect_text out "4.497 ± 0.328"
expect_code 0 "verify" "$TCSWEEP" verify real.h5
finish
