// Upkeep: what a log does with its sealed segments beside recording. Off unless asked for:
//
//   reel::LogOptions options;
//   options.upkeep.compact = true;
//
// A thread of its own, of the lowest priority, merges segments that were sealed into ones in which
// each stream lies in one piece (reel/compaction.hpp tells more), drops deleted streams, and holds
// the store to its Retention. It does so for the log's own lane and for lanes that nobody records
// in; recorders and readers go on. What was begun and not ended at close() goes on at the next
// open. Needs LogOptions::writer_thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reel/retention.hpp"

namespace reel {

struct Upkeep {
  bool compact = false;
  Retention retention;  // by default everything stays

  int zstd_level = 3;
  std::size_t block_bytes = std::size_t{128} << 10;
  std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;
  std::uint32_t segments_min = 4;  // so many sealed ones, not merged yet, are merged
  // Of all of a lane's events: where deleted and old ones come to that, segments are written anew
  // without them. Segments of which nothing is to be kept go at once, unread.
  double dropped_share_min = 0.25;
  std::size_t memory_bytes_max = std::size_t{64} << 20;  // about what it takes, 16 MiB at least
  double core_share_max = 0.5;                           // of one core, at most 1
  std::uint32_t interval_ms = 10'000;                    // so often it looks for something to do

  bool any() const noexcept { return compact || retention.any(); }
};

struct UpkeepStats {
  std::uint64_t runs = 0;  // that changed anything
  std::uint64_t segments_merged = 0, segments_written = 0, segments_dropped = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;  // of the segments that runs changed
  std::uint64_t streams_deleted = 0, streams_expired = 0, events_dropped = 0;
  std::string last_error;  // of the last run, "" if none
};

// A segment file that will not change any more: whole, durable, and listed.
struct SealedSegment {
  std::string path;
  std::uint32_t lane = 0;
  std::uint64_t number = 0, bytes = 0, events = 0, streams = 0;
  // Files of the lane that it was merged from, with others of that merge: they are gone, or about
  // to be.
  std::vector<std::uint64_t> replaces;
};

}  // namespace reel
