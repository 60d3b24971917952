#!/bin/sh
# rooms.sh CHECKOUT: do the library's sources keep the order of the rooms? Prints each place that
# does not, with file and line, and exits 1.
set -eu
rules=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/rooms.awk
cd "$1"
files=$(find include src -name '*.[ch]pp' -o -name '*.h' | sort)
[ -n "$files" ] || { echo "no sources in $1" >&2; exit 1; }
# shellcheck disable=SC2086  # no file of the project has a blank in its name
awk -f "$rules" $files
