#!/usr/bin/env bash
# Fetches the S&P 500 index of every trading day from January 2000 to April 2020 from the npm package
# vega-datasets 3.2.1 (BSD 3-clause) into data/sp500/days.csv beside this script: date; change, the
# logarithm of the close over that of the day before, in percent; swing, the logarithm of the day's
# high less its low, in percent of the close. Needs python3, tar, and npm or curl.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/sp500
if [[ -s $target/days.csv ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bash "$here/fetch-npm.sh" vega-datasets 3.2.1 "$work"
tar -xzf "$work"/vega-datasets-3.2.1.tgz -C "$work" package/data/sp500-2000.csv
mkdir -p "$target"
python3 -B - "$work/package/data/sp500-2000.csv" "$target/days.csv" <<'PYTHON'
import csv, math, sys

with open(sys.argv[1], newline="") as file:
    days = list(csv.DictReader(file))
with open(sys.argv[2], "w") as out:
    out.write("date,change,swing\n")
    for before, day in zip(days, days[1:]):
        close, high, low = (float(day[key]) for key in ("close", "high", "low"))
        change = 100 * math.log(close / float(before["close"]))
        swing = math.log(100 * (high - low) / close)
        out.write(f"{day['date']},{change:.6f},{swing:.6f}\n")
PYTHON
