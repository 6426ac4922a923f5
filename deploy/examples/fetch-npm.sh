#!/usr/bin/env bash
# Downloads one npm package: fetch-npm.sh NAME VERSION FOLDER leaves FOLDER/NAME-VERSION.tgz. By npm
# if it is there, else by curl.
set -euo pipefail

name=$1 version=$2 folder=$3
if command -v npm >/dev/null; then
  (cd "$folder" && npm pack --silent "$name@$version" >/dev/null)
else
  curl -fsSL -o "$folder/$name-$version.tgz" \
    "https://registry.npmjs.org/$name/-/$name-$version.tgz"
fi
