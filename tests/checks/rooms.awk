# Reads every source file of the library and reports each include, and each use of threads or
# atomics, that breaks the order of the rooms (docs/HACKING.md). Exit 1 when there was any. Called
# by rooms.sh with FILENAMEs relative to the checkout.

function fail(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; bad = 1 }
function may(list, room) { return index(" " list " ", " " room " ") > 0 }

BEGIN {
  n = split("base io event json arena queue segment catalog record writer merge log reader replay " \
            "store provider capi conformance", order)
  for (i = 1; i <= n; i++) rank[order[i]] = i
  concurrent = "arena queue record writer log store conformance"

  # Files outside those rooms that any thread may come through at any time: the last id given out,
  # the folders locked, the hook of failed checks, a page touched beside writers, the files in memory,
  # the clock and the buttons of a replay.
  m = split("src/event/id.cpp src/io/posix_lock.cpp src/base/check.cpp src/io/posix_mapping.cpp " \
            "src/io/memory_state.hpp src/replay/clock.cpp src/replay/transport.hpp src/replay/transport.cpp", t)
  for (i = 1; i <= m; i++) shared_by_all[t[i]] = 1

  # Foreign and system headers, and the rooms they live in.
  home["simdjson.h"] = "json provider"
  home["zstd.h"] = home["zdict.h"] = home["zstd_errors.h"] = "segment"
  home["xxhash.h"] = "base segment"
  home["concurrentqueue.h"] = "queue"
  m = split("atomic thread mutex shared_mutex condition_variable stop_token semaphore latch " \
            "barrier future pthread.h", t)
  for (i = 1; i <= m; i++) home[t[i]] = concurrent
  # A caller's own future is no thread of ours.
  open_to["include/reel/adapters.hpp"] = "future"
  m = split("fcntl.h unistd.h dirent.h poll.h sched.h signal.h sys/ linux/", t)
  for (i = 1; i <= m; i++) home[t[i]] = "io arena"
  # What a processor or the clock offers, no call into the system's files.
  home["cxxabi.h"] = "store"
  home["x86intrin.h"] = home["immintrin.h"] = home["cpuid.h"] = "base arena record segment"
  home["time.h"] = "base io"
  # The C library's own, and constants without a call.
  m = split("assert.h errno.h limits.h math.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h", t)
  for (i = 1; i <= m; i++) home[t[i]] = "*"
}

FNR == 1 {
  split(FILENAME, path, "/")
  public = path[1] == "include"
  room = public ? "" : path[2]
  if (!public && !(room in rank)) fail("'" room "' is no room; see the order in docs/HACKING.md")
}

{ line = $0; sub(/\/\/.*/, "", line) }

line ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
  split(line, part, "\"")
  split(part[2], target, "/")
  to = target[1]
  if (to == "reel") next
  if (public) { fail("a public header includes \"" part[2] "\", which is not installed"); next }
  if (!(to in rank)) { fail("\"" part[2] "\" names no room"); next }
  if (rank[to] > rank[room]) fail("room '" room "' includes '" to "', which comes after it")
  if ((room == "reader" || room == "replay") && (to == "record" || to == "writer"))
    fail("the way out (" room ") includes the way in (" to ")")
}

line ~ /^[ \t]*#[ \t]*include[ \t]*</ {
  name = line
  sub(/^[^<]*</, "", name)
  sub(/>.*/, "", name)
  key = name
  if (name ~ /^(concurrentqueue|moodycamel)\//) key = "concurrentqueue.h"
  if (name ~ /^sys\//) key = "sys/"
  if (name ~ /^linux\//) key = "linux/"
  if (!(key in home)) {
    if (name !~ /^[a-z_0-9]+$/) fail("<" name "> is a foreign header without a home")
    next
  }
  if (home[key] == "*" || open_to[FILENAME] == key) next
  if (public) fail("a public header includes <" name ">")
  else if (home[key] == concurrent && FILENAME in shared_by_all) next
  else if (!may(home[key], room)) fail("<" name "> lives in " home[key] ", not in '" room "'")
}

line ~ /std::(atomic|j?thread|(shared_)?mutex|condition_variable|memory_order)|__(atomic|sync)_/ {
  if (!(FILENAME in shared_by_all) && (public || !may(concurrent, room)))
    fail("threads and atomics live in " concurrent)
}

END { exit bad }
