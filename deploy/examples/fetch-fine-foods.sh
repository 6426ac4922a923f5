#!/usr/bin/env bash
# Fetches 5,000 reviews of fine foods on Amazon, "great" or "other", from Debian's package
# r-cran-modeldata (small_fine_foods, MIT licence) into data/fine-foods/{train,test}.csv beside this
# script. Needs apt-get, dpkg-deb and python3, but no root: the package is unpacked, not installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/fine-foods
if [[ -s $target/train.csv && -s $target/test.csv ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get download -q r-cran-modeldata)
dpkg-deb -x "$work"/r-cran-modeldata_*.deb "$work"
base=$work/usr/lib/R/site-library/modeldata/data/Rdata
mkdir -p "$target"
python3 -B "$here/rdata.py" csv "$base" training_data "$target/train.csv"
python3 -B "$here/rdata.py" csv "$base" testing_data "$target/test.csv"
