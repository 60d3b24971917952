#!/bin/sh
# The longer tests: tests labelled `long`, then everything again, built by clang with
# AddressSanitizer and UBSan, and what more than one thread does under ThreadSanitizer. Every stage
# runs, whatever happened before it; the exit code says whether all of them passed. Name stages to
# run just those: `tools/test-full.sh clang tsan`, or `asan`, which is `clang` with g++.
set -eu

. "$(dirname -- "$0")/common.sh"

"$here/setup.sh" --full

stage() {
  case $1 in
    long) build release && check release --label-regex long ;;
    asan | tsan | clang) build "$1" && check "$1" --label-exclude 'long|once' ;;
    *)
      echo "no such stage: $1 (there are: long clang tsan asan)" >&2
      return 2
      ;;
  esac
}

[ $# -gt 0 ] || set -- long clang tsan
passed="" failed=""
for name in "$@"; do
  if stage "$name"; then passed="$passed $name"; else failed="$failed $name"; fi
done
say "passed:${passed:- none}; failed:${failed:- none}"
# What failed is far above by now.
for name in $failed; do
  [ "$name" = long ] && name=release
  list="build/$name/Testing/Temporary/LastTestsFailed.log"
  if [ -f "$list" ]; then echo "failed in build/$name:" && cat "$list"; fi
done
[ -z "$failed" ]
