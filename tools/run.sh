#!/bin/sh
# The main job on a fresh machine: installs what is missing, builds, records realistic streams
# through the engine, replays them, verifies byte for byte that what came out is what went in,
# prints rates and bytes per event, and leaves the store behind: in demo-store of the checkout
# (written anew each time), or in the folder given as argument (which must not exist yet).
set -eu

case ${1:-} in
  "") store="" ;;
  /*) store=$1 ;;
  *) store=$PWD/$1 ;;
esac
. "$(dirname -- "$0")/common.sh"

"$here/setup.sh"
build release --target reel-demo reel_tool
say "record, replay, compare, verify"
if [ -n "$store" ]; then
  build/release/tools/reel-demo "$store"
else
  store=$root/demo-store
  build/release/tools/reel-demo --replace "$store"
fi
reel=$root/build/release/tools/reel
say "measure recording alone"
"$reel" bench write --events 2000000
say "done"
stream=$("$reel" ls "$store" --json | sed -n '1s/.*"stream_id":"\([^"]*\)".*/\1/p')
cat <<END
The store is in $store. Next, try:
  $reel info "$store"
  $reel ls "$store" | head
  $reel replay "$store" $stream --speed 1 --tokens
  $reel --help
END
