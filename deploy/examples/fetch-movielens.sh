#!/usr/bin/env bash
# Fetches 100,004 ratings of films by 671 users (MovieLens, GroupLens Research; for research, not to
# be passed on) from Debian's package r-cran-dslabs into data/movielens/ratings.csv beside this
# script. Needs apt-get, dpkg-deb and python3, but no root: the package is unpacked, not installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/movielens
if [[ -s $target/ratings.csv ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get download -q r-cran-dslabs)
dpkg-deb -x "$work"/r-cran-dslabs_*.deb "$work"
mkdir -p "$target"
python3 -B "$here/rdata.py" csv "$work/usr/lib/R/site-library/dslabs/data/Rdata" movielens \
  "$target/ratings.csv"
