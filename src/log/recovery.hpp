// Recovery: what an unclean end left behind becomes whole again, exactly once.
//
// 1. Segment files that the catalog does not know are entered: sealed, or given up at their last
//    whole block. Nothing is ever appended to them.
// 2. The arena's frames that no segment holds (seq decides) go into a new segment, which is sealed.
// 3. Only then is the arena marked consumed, durably, and removed.
// Killed anywhere, the next run starts over and finds fewer frames to move, or none. What cannot be
// trusted (another store's arena, another boot's) is set aside and reported, never deleted.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "io/file_system.hpp"
#include "log/segment_index.hpp"
#include "reel/log.hpp"
#include "writer/segment_log.hpp"

namespace reel::log {

struct RecoveryContext {
  io::FileSystem& fs;
  base::Clock& clock;
  std::string store;  // the store's folder
  std::string lane_directory;
  segment::Uuid store_uuid;
  int zstd_level = 1;
};

// The first step alone: files that the catalog of `segments` does not list. Where it says "clean",
// it is old. It is not saved.
Status adopt_segments(const RecoveryContext& context, writer::SegmentLog& segments,
                      RecoveryReport& report);

// Brings `segments` (whose catalog was just loaded) up to date. `report` tells what was done.
Status recover(const RecoveryContext& context, writer::SegmentLog& segments,
               RecoveryReport& report);

}  // namespace reel::log
