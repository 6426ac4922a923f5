#!/usr/bin/env bash
# Fetches Google's emoji, 64 x 64 pixels (Apache licence 2.0), from the npm package
# emoji-datasource-google 16.0.0 into a folder for each of nine categories below data/emoji/ beside
# this script. Variants of skin colour are left out: they would be on both sides of a split. Needs
# python3, tar, and npm or curl.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/emoji
if [[ -d $target/symbols ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bash "$here/fetch-npm.sh" emoji-datasource-google 16.0.0 "$work"
tar -xzf "$work"/emoji-datasource-google-16.0.0.tgz -C "$work" package/emoji.json package/img/google/64
mkdir -p "$target"
python3 -B - "$work/package" "$target" <<'PYTHON'
import json, os, shutil, sys

package, target = sys.argv[1:]
with open(os.path.join(package, "emoji.json"), encoding="utf-8") as file:
    for emoji in json.load(file):
        image = os.path.join(package, "img/google/64", emoji["image"])
        if emoji["category"] != "Component" and os.path.exists(image):
            folder = os.path.join(target, emoji["category"].lower().replace(" & ", "-").replace(" ", "-"))
            os.makedirs(folder, exist_ok=True)
            shutil.copy(image, folder)
PYTHON
