#!/usr/bin/env bash
# Fetches three million flights within the United States in the first half of 2001 (US Department of
# Transportation, public) from the npm package vega-datasets 3.2.1 into data/flights/ beside this
# script: Parquet with date, delay in minutes, distance in miles, origin, destination. Needs curl and
# tar, or npm.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/flights
if [[ -s $target/flights-3m.parquet ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bash "$here/fetch-npm.sh" vega-datasets 3.2.1 "$work"
mkdir -p "$target"
tar -xzf "$work"/vega-datasets-3.2.1.tgz -C "$work" package/data/flights-3m.parquet
mv "$work"/package/data/flights-3m.parquet "$target"/
