#!/usr/bin/env bash
# Fetches Jane Austen's six novels (public domain) from Debian's package r-cran-janeaustenr into
# data/jane-austen/{train,validation}/ beside this script: five to learn from, Persuasion to measure
# with. Needs apt-get, dpkg-deb and python3, but no root: the package is unpacked, not installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/jane-austen
if [[ -s $target/validation/persuasion.txt ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get download -q r-cran-janeaustenr)
dpkg-deb -x "$work"/r-cran-janeaustenr_*.deb "$work"
base=$work/usr/lib/R/site-library/janeaustenr/data/Rdata
mkdir -p "$target/train" "$target/validation"
for novel in sensesensibility prideprejudice mansfieldpark emma northangerabbey; do
  python3 -B "$here/rdata.py" lines "$base" "$novel" "$target/train/$novel.txt"
done
python3 -B "$here/rdata.py" lines "$base" persuasion "$target/validation/persuasion.txt"
