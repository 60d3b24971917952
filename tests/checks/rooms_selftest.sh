#!/bin/sh
# Is rooms.sh able to fail? Plants one violation at a time in a small house that is in order
# otherwise, and expects it to be found in its file and line.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT

furnish() {
  rm -rf "$house/src" "$house/include"
  mkdir -p "$house/include/reel"
  for room in base io event json queue segment record writer reader provider; do
    mkdir -p "$house/src/$room"
    printf '%s\n' '// <zstd.h> and std::atomic in a comment are fine' '#include <cstdint>' \
      '#include "reel/a.hpp"' >"$house/src/$room/a.cpp"
  done
  printf '#include <string>\n#include "reel/b.hpp"\n' >"$house/include/reel/a.hpp"
  printf '#include <future>\n' >"$house/include/reel/adapters.hpp"
  printf '#include <stdbool.h>\n' >"$house/include/reel/c.h"
  printf '#include <zstd.h>\n#include "base/a.hpp"\n' >>"$house/src/segment/a.cpp"
  printf '#include <simdjson.h>\n' >>"$house/src/json/a.cpp"
  printf '#include <atomic>\n#include <concurrentqueue.h>\n' >>"$house/src/queue/a.cpp"
  printf '#include <sys/mman.h>\n#include <fcntl.h>\n' >>"$house/src/io/a.cpp"
}

failures=0
furnish
if ! "$here/rooms.sh" "$house"; then
  echo "a house in order was refused"
  failures=1
fi

# expect_refused FILE LINE: with LINE added to FILE, rooms.sh fails and names that very line.
expect_refused() {
  furnish
  printf '%s\n' "$2" >>"$house/$1"
  at="$1:$(wc -l <"$house/$1"): "
  if said=$("$here/rooms.sh" "$house"); then
    echo "not noticed: $2 in $1"
    failures=1
  elif [ "$(printf '%s\n' "$said" | grep -cF "$at")" = 0 ]; then
    echo "$2 in $1: expected a line with '$at', got: $said"
    failures=1
  fi
}

expect_refused src/base/a.cpp '#include "segment/format.hpp"'
expect_refused src/record/a.cpp '#include "writer/writer.hpp"'
expect_refused src/reader/a.cpp '#include "record/state.hpp"'
expect_refused src/segment/a.cpp '#include "kitchen/sink.hpp"'
expect_refused src/record/a.cpp '#include <zstd.h>'
expect_refused src/segment/a.cpp '#include <simdjson.h>'
expect_refused src/event/a.cpp '#include <mutex>'
expect_refused src/writer/a.cpp '  #  include <concurrentqueue.h>'
expect_refused src/writer/a.cpp '#include <concurrentqueue/moodycamel/concurrentqueue.h>'
expect_refused src/provider/a.cpp '#include <fmt/core.h>'
expect_refused src/json/a.cpp '#include <xxhash.h>'
expect_refused src/segment/a.cpp '#include <sys/mman.h>'
expect_refused src/reader/a.cpp '#include <unistd.h>'
expect_refused src/segment/a.cpp '#include <mutex>'
expect_refused src/reader/a.cpp 'std::atomic<int> count;'
expect_refused include/reel/a.hpp '#include "base/bytes.hpp"'
expect_refused include/reel/a.hpp '#include <zstd.h>'
expect_refused include/reel/a.hpp '#include <atomic>'
expect_refused include/reel/a.hpp '#include <future>'
expect_refused include/reel/adapters.hpp '#include <mutex>'
expect_refused include/reel/a.hpp '#include <fmt/format.h>'
expect_refused include/reel/c.h '#include <sys/types.h>'
furnish
mkdir -p "$house/src/attic"
printf '#include <string>\n' >"$house/src/attic/a.cpp"
if "$here/rooms.sh" "$house" >/dev/null; then
  echo "not noticed: a room that is not in the order"
  failures=1
fi
exit $failures
