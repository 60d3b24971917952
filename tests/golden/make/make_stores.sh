#!/bin/sh
# How the golden stores were made, with nothing but the reel command: make_stores.sh REEL OUT
# OUT/NAME is a store, OUT/NAME.NAMESPACE.jsonl.zst what `reel export --ns NAMESPACE` says of it. For stores of a
# format to come: those that are there never change.
set -eu
REEL=$(realpath "$1"); HERE=$(dirname "$(realpath "$0")")
rm -rf "$2"; mkdir -p "$2"; cd "$2"
IN=$(mktemp -d); trap 'rm -rf "$IN"' EXIT
python3 "$HERE/make_inputs.py" "$IN"
quiet() { "$@" >/dev/null 2>>"$IN/log" || [ $? = 1 ]; }       # 1: a bad line was named, which is meant

# One import each: all types and values, snapshots, index pages, fragments, elision.
for name in events long many big elided; do quiet "$REEL" import "$name" "$IN/$name.jsonl"; done
quiet "$REEL" record empty < /dev/null

# Several segments, saved snapshots, tombstones, a stream that was removed and came again.
for part in 0 1 2 3; do
    quiet "$REEL" import days "$IN/day$part.jsonl"
    quiet "$REEL" snapshot days day-1
done
quiet "$REEL" snapshot days day-5
quiet "$REEL" rm days day-2 day-3 day-5
head -5 "$IN/day0.jsonl" | sed 's/day-0/day-3/' > "$IN/again.jsonl"
quiet "$REEL" import days "$IN/again.jsonl"
for name in events; do quiet "$REEL" snapshot "$name" odd; done

# Two processes at once: two lanes, and a stream that goes from one to the other.
mkfifo "$IN/one" "$IN/two"
"$REEL" record lanes --ack < "$IN/one" > "$IN/acks1" & one=$!
exec 3> "$IN/one"
grep -e day-0 -e day-1 "$IN/day0.jsonl" >&3
until grep -q 'ACK 19' "$IN/acks1"; do sleep 0.05; done
"$REEL" record lanes --ack < "$IN/two" > "$IN/acks2" 3>&- & two=$!
exec 4> "$IN/two"
grep day-4 "$IN/day0.jsonl" >&4
until grep -q 'ACK 9' "$IN/acks2"; do sleep 0.05; done
exec 3>&-; wait $one
grep -e day-0 -e day-4 "$IN/day1.jsonl" >&4; exec 4>&-; wait $two || true
quiet "$REEL" import lanes "$IN/day2.jsonl"

# Killed while recording: an unsealed segment (its arena is in /dev/shm, and is not kept).
killed() {
    "$REEL" record "$1" --ack < "$IN/one" > "$IN/acks" & pid=$!
    exec 3> "$IN/one"
    cat "$IN/elided.jsonl" >&3; sleep 1.5                        # long enough for these to be written
    cat "$IN/day0.jsonl" >&3
    until grep -q 'day-5 9' "$IN/acks"; do sleep 0.02; done
    kill -9 $pid; wait $pid 2>/dev/null || true; exec 3>&-
}
killed killed
killed given-up                                                  # and recovered: unsealed in the catalog
quiet "$REEL" import given-up "$IN/day1.jsonl"

# Merged twice, and recorded into between and after: a lineage of a lineage, and a stream in three segments.
quiet "$REEL" import merged "$IN/day0.jsonl"
quiet "$REEL" import merged "$IN/day1.jsonl"
quiet "$REEL" compact merged
quiet "$REEL" rm merged day-4
quiet "$REEL" import merged "$IN/day2.jsonl"
quiet "$REEL" compact merged --level 3
quiet "$REEL" import merged "$IN/day3.jsonl"

# The load of benchmarks, stamps as they are recorded and off the grid.
quiet "$REEL" bench write --events 1500 --store bench
quiet "$REEL" bench write --events 1500 --l0-stamps --threads 2 --seed 5 --store bench2

shm=$(sed -n 's/^path //p' killed/lanes/0000/arena.ref)
case $shm in /dev/shm/reel-*.arena) rm "$shm";; esac

for store in */; do
    store=${store%/}
    for ns in l0 tenant-3 é "ns 2"; do
        "$REEL" export "$store" --ns "$ns" 2>/dev/null > "$IN/export"
        if [ "$ns" != l0 ] && [ ! -s "$IN/export" ]; then continue; fi
        zstd -q -19 < "$IN/export" > "$store.$ns.jsonl.zst"
    done
    rm -f "$store"/lanes/*/lock
done
