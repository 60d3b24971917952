// Compaction of one lane, whose lock the caller holds: its segments are merged into new ones, and
// the catalog changes over from the old to the new in one step.
//
//   1. numbers are set aside in the catalog (`void`): files that have them mean nothing
//   2. the new segments are written and made durable, one after the other, each noted in a journal
//   3. the catalog lists the new ones, and the old ones' numbers are void: the step that counts
//   4. files with void numbers are removed, then the journal, then the numbers go from the catalog
//
// Whatever ends it, and wherever, the lane holds the old segments or the new ones. The next
// compaction of the same segments with the same settings goes on after the last segment written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "merge/segment_merge.hpp"
#include "reel/reader.hpp"

namespace reel::merge {

struct LaneJob {
  std::string directory;
  segment::Uuid store;
  std::uint32_t lane = 0;
  int zstd_level = 9;
  std::uint32_t snapshot_events = 0;
  std::size_t block_bytes = std::size_t{128} << 10;
  std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;
  std::uint32_t segment_streams_max = 0;  // 0: as many as the memory allows
  std::size_t memory_bytes_max = std::size_t{256} << 20;
  std::vector<std::uint64_t> deleted;  // incarnations, ascending: they go
  std::optional<double> cutoff_ms;     // streams whose last event is before that go, too
  bool dry_run = false;
  bool fresh = false;    // an earlier compaction's work does not count
  bool salvage = false;  // go past damage, and keep the files it is in
  segment::BlockRunner* runner = nullptr;
  std::function<std::int64_t()> now_us;
  // Events read so far, of how many. false: stop, and go on the next time (ErrorCode::closed).
  std::function<bool(std::uint64_t events, std::uint64_t of)> progress;
};

struct LaneTotals {
  std::uint64_t segments = 0, streams = 0, events = 0, bytes = 0;
};

struct LaneOutcome {
  LaneTotals before, after;  // streams: summed up over segments
  std::uint64_t deleted_streams = 0, expired_streams = 0, dropped_events = 0;
  bool resumed = false;
  bool changed = false;        // else there was nothing to gain
  std::vector<Damage> damage;  // salvage: what was passed over
};

// Errors: damaged (with the place; nothing has changed), closed, io. The old segments stay where
// they were until the new ones are listed.
Result<LaneOutcome> compact_lane(io::FileSystem& fs, const LaneJob& job);

// The time before which streams are past their time to live: counted from now, or from the newest
// event there is where that is earlier, so that a clock that jumped ahead deletes nothing.
double cutoff_of(double ttl_ms, double now_ms, double newest_event_ms);

}  // namespace reel::merge
