#!/bin/sh
# spin.sh FOLDER: checks every state of the models beside this script, and that each mutation of
# theirs is found wrong. Works in FOLDER. Exits 77 where there is no spin.
set -eu
models=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v spin >/dev/null 2>&1 || { echo "spin is not installed: tools/setup.sh --full"; exit 77; }
mkdir -p "$1"
cd "$1"

# check ERRORS MODEL [DEFINES]: ERRORS is `none` or `some`.
check() {
  errors=$1 model=$2
  shift 2
  # shellcheck disable=SC2068  # -D and a name each
  spin -a $@ "$models/$model.pml" >spin.log 2>&1 || { cat spin.log; exit 1; }
  cc -O2 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=2048 -o pan pan.c
  ./pan -m100000 >pan.log 2>&1 || true
  grep -q "max search depth too small" pan.log && { cat pan.log; exit 1; }
  case $(grep "errors:" pan.log) in
    *"errors: 0"*) found=none ;;
    *"errors:"*) found=some ;;
    *) found=unknown ;;
  esac
  echo "$model $*: errors: $found," $(grep -o "[0-9.e+]* states, stored" pan.log)
  [ "$found" = "$errors" ] || { cat pan.log; exit 1; }
}

check none handover
for mutation in COMMIT_AFTER_HANDOVER COMMIT_BEFORE_WRITE HOP_BEFORE_COMMIT RELEASE_WAITING \
  RELEASE_NOT_ALL_TAKEN RELEASE_UNDELIVERED; do
  check some handover -D$mutation
done
check none handover -DREADER
for mutation in COMMIT_BEFORE_WRITE RELEASE_BEFORE_WRITE SEGMENTS_FIRST NO_GENERATION_CHECK \
  GENERATION_FIRST; do
  check some handover -DREADER -D$mutation
done
check none gap
for mutation in ANSWER_BEFORE_COUNT FORGET_BEFORE_COMMIT FREE_UNWRITTEN; do
  check some gap -D$mutation
done
check none lanes
for mutation in LOOK_FIRST LIST_FIRST CLEAR_FIRST FREE_UNWRITTEN UNANNOUNCED; do
  check some lanes -D$mutation
done
