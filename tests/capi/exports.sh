#!/bin/sh
# exports.sh HEADER LIBRARY: the functions of the C header and those that the library exports with C
# names are the same. Prints each that only one of them has, and exits 1.
set -eu
# Declarations may go over several lines; the name comes before the first parenthesis.
declared=$(sed 's|//.*||' "$1" | tr '\n' ' ' | tr ';{}' '\n\n\n' |
  sed -n 's/^.*REEL_API [^(]*[ *]\(reel_[a-z_0-9]*\)(.*$/\1/p' | sort)
case $2 in *.so*) dynamic=-D ;; *) dynamic= ;; esac
# shellcheck disable=SC2086  # no argument where it is empty
exported=$(nm $dynamic -g --defined-only "$2" 2>/dev/null |
  sed -n 's/^[0-9a-f]* [TW] \(reel_[a-z_0-9]*\)$/\1/p' | sort)
[ "$(printf '%s\n' "$declared" | uniq | wc -l)" -gt 50 ] || {
  echo "no declarations were understood in $1" >&2
  exit 1
}
[ "$declared" = "$exported" ] && exit 0
for name in $declared; do
  printf '%s\n' "$exported" | grep -qx "$name" || echo "declared and not exported: $name"
done
for name in $exported; do
  printf '%s\n' "$declared" | grep -qx "$name" || echo "exported and not declared: $name"
done
exit 1
