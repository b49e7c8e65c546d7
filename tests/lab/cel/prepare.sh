#!/usr/bin/env bash
# Puts cel-js, an evaluator of CEL, in the user's cache and prints the folder of its modules. Answers at once when it is there.
# Safe to interrupt, and to run from several places at a time.
set -euo pipefail
LAB_NAME=cel
. "$(dirname "$0")/../lib.sh"

VERSION=8.0.0
SHA256=906a27e01afbdc175a95197d45ebc0ab00f733517ffd5b934e3f066230cc6d5f

root=$LAB_CACHE/cel-js-$VERSION
if [ ! -e "$root" ]; then
  only_one "$LAB_CACHE/cel.lock"
  rm -rf "$LAB_CACHE"/cel-work.* # of a run that was interrupted
  if [ ! -e "$root" ]; then
    work=$(mktemp -d "$LAB_CACHE/cel-work.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    npm_unpack @marcbachmann/cel-js "$VERSION" "$SHA256" "$work"
    mv "$work/package" "$root"
  fi
fi
echo "$root/lib"
