// Compaction of one lane, whose lock the caller or its writer holds: its segments are merged into
// new ones, and the catalog changes over from the old to the new in one step.
//
//   1. numbers are set aside in the catalog (`void`): files that have them mean nothing
//   2. the new segments are written and made durable, one after the other, each noted in a journal
//   3. the catalog lists the new ones, and the old ones' numbers are void: the step that counts
//   4. files with void numbers are removed, then the journal, then the numbers go from the catalog
//
// Whatever ends it, and wherever, the lane holds the old segments or the new ones. The next
// compaction of the same segments with the same settings goes on after the last segment written.
//
// Beside a writer (LaneJob::catalog) the numbers were set aside before, where nothing that the
// writer is at lies below them, and only segments with smaller numbers are merged.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "io/file_system.hpp"
#include "merge/catalog_access.hpp"
#include "merge/retention_plan.hpp"
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
  const RetentionPlan* retention = nullptr;
  std::uint64_t retention_digest = 0;  // of what it came from
  CatalogAccess* catalog = nullptr;    // nullptr: the caller holds the lock
  // Set aside before, for what is written; or nullopt.
  std::optional<catalog::VoidNumbers> numbers;
  std::uint64_t first_input = 0;  // segments with smaller numbers stay as they are
  bool only_drop = false;         // nothing is written: segments of which nothing is to be kept go
  // At the very end: may the streams of `expired` still go? An error: no, and nothing changes.
  std::function<Status(std::span<const std::uint64_t> expired)> confirm;
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
  std::uint64_t deleted_streams = 0, expired_streams = 0, stripped_streams = 0;
  std::uint64_t dropped_events = 0;
  std::vector<segment::SegmentSummary> merged, written;
  bool resumed = false;
  bool changed = false;        // else there was nothing to gain
  std::vector<Damage> damage;  // salvage: what was passed over
};

// Errors: damaged (with the place; nothing has changed), busy (a stream of those that were to go is
// recorded again), closed, io. The old segments stay where they were until the new ones are listed.
Result<LaneOutcome> compact_lane(io::FileSystem& fs, const LaneJob& job);

// One for each segment that may be written, and some more.
std::uint64_t numbers_needed(std::span<const segment::SegmentSummary> segments,
                             std::uint64_t segment_bytes_max, std::uint32_t segment_streams_max);

// Removes what an earlier one has left: files with void numbers, the journal, the numbers.
Status tidy_lane(io::FileSystem& fs, const LaneJob& job);

}  // namespace reel::merge
