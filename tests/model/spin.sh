#!/bin/sh
# spin.sh FOLDER: checks every state of the models beside this script, and that each mutation of
# theirs is found wrong. Works in FOLDER. Exits 77 where there is no spin.
set -eu
models=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v spin >/dev/null 2>&1 || { echo "spin is not installed: tools/setup.sh --full"; exit 77; }
mkdir -p "$1"
cd "$1"

# check MODEL ERRORS [MUTATION]: ERRORS is `none` or `some`.
check() {
  spin -a ${3:+-D"$3"} "$models/$1.pml" >spin.log 2>&1 || { cat spin.log; exit 1; }
  cc -O2 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=2048 -o pan pan.c
  timeout 300 ./pan -m100000 >pan.log 2>&1 || true
  grep -q 'errors:' pan.log || { echo "$1 ${3:-as it stands}: no end"; exit 1; }
  grep -q "max search depth too small" pan.log && { cat pan.log; exit 1; }
  if grep -q "errors: 0" pan.log; then found=none; else found=some; fi
  states=$(sed -n 's/ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)
  echo "$1 ${3:-as it stands}: errors: $found, states: $states"
  [ "$found" = "$2" ] || { cat pan.log; exit 1; }
}

check handover none
for mutation in COMMIT_AFTER_HANDOVER COMMIT_BEFORE_WRITE HOP_BEFORE_COMMIT RELEASE_WAITING \
  RELEASE_NOT_ALL_TAKEN RELEASE_UNDELIVERED RELEASE_BEFORE_WRITE SEGMENTS_FIRST \
  NO_GENERATION_CHECK; do
  check handover some $mutation
done
check gap none
for mutation in COUNT_BEFORE_FIRST FORGET_BEFORE_COMMIT FREE_UNWRITTEN; do
  check gap some $mutation
done
