#!/usr/bin/env bash
# Fetches 2,800 spoken words and sentences in five languages (the prompts of a telephone exchange,
# one speaker a language; CC BY-SA 3.0) from Debian's packages asterisk-core-sounds-*-wav into
# data/spoken/{en,es,fr,it,ru}/ beside this script: WAV, 8 kHz. Needs apt-get and dpkg-deb, but no
# root: the packages are unpacked, not installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/data/spoken
if [[ -d $target/ru ]]; then
  echo "$target is there already" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$target"
for language in en es fr it ru; do
  package=asterisk-core-sounds-$language-wav
  (cd "$work" && apt-get download -q "$package")
  dpkg-deb -x "$work"/"$package"_*.deb "$work/$language"
  mkdir "$work/$language.flat"
  # Flat, with the folder in the name; recorded silence is no language.
  (cd "$work/$language"/usr/share/asterisk/sounds/*_*/ &&
    find . -name '*.wav' -not -path './silence/*' -type f -size +1k |
    while read -r file; do
      name=${file#./}
      cp "$file" "$work/$language.flat/${name//\//-}"
    done)
  mv "$work/$language.flat" "$target/$language"
done
