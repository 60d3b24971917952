// Compaction: the segments of a store merged into fewer and smaller ones, offline.
//
// Each stream lies in one piece then, in small blocks, at a higher zstd level: whole states of
// single streams are read faster, and all of it takes less room. Deleted streams go, and with a
// time to live those that are past it. What readers tell of all others is the same before and
// after, and so is `reel export`, byte for byte. Readers that are open go on unharmed, on the old
// files.
//
// Killed at any moment, the store holds the old segments or the new ones; the next call with the
// same options goes on where it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reel/reader.hpp"
#include "reel/retention.hpp"
#include "reel/status.hpp"

namespace reel {

struct CompactOptions {
  int zstd_level = 9;  // 1 to 22
  // Of a data block, uncompressed: 4 KiB to 1 MiB.
  std::size_t block_bytes = std::size_t{128} << 10;
  std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;  // at least 1 MiB
  // About what it takes, at least 16 MiB. Beyond that: 24 bytes for each stream of each segment.
  std::size_t memory_bytes_max = std::size_t{256} << 20;
  Retention retention = {};  // by default everything stays
  unsigned jobs = 1;         // threads that compress; the caller's reads and encodes
  bool dry_run = false;      // only say what would go
  bool fresh = false;        // begin anew, whatever an earlier one has written
  bool salvage = false;      // go past damage; the files it is in are kept, as NAME.damaged
  // From time to time: events read so far, of how many in the lane at hand. false: stop
  // (ErrorCode::closed), and go on the next time.
  std::function<bool(std::uint64_t events, std::uint64_t of)> progress = {};
};

struct CompactTotals {
  std::uint64_t segments = 0;
  std::uint64_t streams = 0;  // once for each lane that they are in
  std::uint64_t events = 0;   // with GAP records
  std::uint64_t bytes = 0;    // of the segments' files; not known beforehand (dry_run)
};

struct CompactReport {
  CompactTotals before, after;
  std::uint64_t deleted_streams = 0, expired_streams = 0;
  std::uint64_t stripped_streams = 0;  // whose content went
  std::uint64_t dropped_events = 0;
  bool capped = false;   // more would have gone, but for Retention::share_max
  bool resumed = false;  // an earlier compaction was gone on with
  bool changed = false;  // else there was nothing to gain (dry_run: there is something to gain)
  std::vector<Damage> damage;      // salvage: what was passed over
  std::vector<std::string> notes;  // lanes that were left alone, because a process records in them
};

// Errors: not_found, not_a_store, invalid_argument, busy (processes record in all lanes), damaged
// (the place is named; nothing has changed), closed, full, io.
Result<CompactReport> compact(const std::string& path, const CompactOptions& options = {});

}  // namespace reel
