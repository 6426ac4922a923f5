#!/usr/bin/env bash
# Fetches Fashion-MNIST (Zalando SE, Expat licence) from Debian's package dataset-fashion-mnist and
# converts it to data/fashion-mnist/{train,test}.csv.gz beside this script. Needs no root: the
# package is downloaded and unpacked, not installed. A folder that holds the four gzipped IDX files
# already may be given instead:
#
#   fetch-fashion-mnist.sh [FOLDER]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/fashion-mnist
if [[ -s $target/train.csv.gz && -s $target/test.csv.gz ]]; then
  echo "$target is there already" >&2
  exit 0
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ $# -gt 0 ]]; then
  idx=$1
elif [[ -d /usr/share/datasets/fashion-mnist ]]; then
  idx=/usr/share/datasets/fashion-mnist
else
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "this is no Debian system: give the folder that holds the four IDX files" >&2
    echo "(train-images-idx3-ubyte.gz, ...; see https://github.com/zalandoresearch/fashion-mnist)" >&2
    exit 66
  fi
  (cd "$work" && apt-get download -q dataset-fashion-mnist)
  dpkg-deb -x "$work"/dataset-fashion-mnist_*.deb "$work/package"
  idx=$work/package/usr/share/datasets/fashion-mnist
fi

"$java" "$here/IdxToCsv.java" \
  "$idx/train-images-idx3-ubyte.gz" "$idx/train-labels-idx1-ubyte.gz" "$target/train.csv.gz"
"$java" "$here/IdxToCsv.java" \
  "$idx/t10k-images-idx3-ubyte.gz" "$idx/t10k-labels-idx1-ubyte.gz" "$target/test.csv.gz"
