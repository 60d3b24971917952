// compact(): all lanes of a store that nobody records in, one after the other.
#include "log/compact_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "catalog/tombstone.hpp"
#include "log/block_pool.hpp"
#include "log/lane_recovery.hpp"
#include "log/retention.hpp"
#include "merge/lane_compaction.hpp"
#include "reel/compaction.hpp"
#include "reel/options.hpp"

namespace reel {
namespace {

constexpr std::size_t kBlockBytesMin = 4 << 10, kBlockBytesMax = std::size_t{1} << 20;
constexpr std::uint64_t kSegmentBytesMin = std::uint64_t{1} << 20;
constexpr std::size_t kMemoryBytesMin = std::size_t{16} << 20;
constexpr int kLevelMax = 22;
constexpr unsigned kJobsMax = 256;

Status check(const CompactOptions& options) {
  const auto refuse = [](const char* why) {
    return Error{ErrorCode::invalid_argument, 0, "", 0, why};
  };
  if (options.zstd_level < 1 || options.zstd_level > kLevelMax) {
    return refuse("zstd_level must be 1 to 22");
  }
  if (options.block_bytes < kBlockBytesMin || options.block_bytes > kBlockBytesMax) {
    return refuse("block_bytes must be 4 KiB to 1 MiB");
  }
  if (options.segment_bytes_max < kSegmentBytesMin) {
    return refuse("segment_bytes_max must be at least 1 MiB");
  }
  if (options.memory_bytes_max < kMemoryBytesMin) {
    return refuse("memory_bytes_max must be at least 16 MiB");
  }
  const auto is_bad = [](const RetentionAges& ages) {
    return (ages.all_ms && !(*ages.all_ms >= 0)) || (ages.content_ms && !(*ages.content_ms >= 0));
  };
  bool bad = is_bad(options.retention.keep);
  for (const PrefixRetention& rule : options.retention.prefixes) bad = bad || is_bad(rule.keep);
  if (bad) return refuse("ages of a retention must not be negative");
  if (!(options.retention.share_max > 0 && options.retention.share_max <= 1)) {
    return refuse("share_max of a retention must be above 0, and 1 at most");
  }
  if (options.jobs == 0 || options.jobs > kJobsMax) return refuse("jobs must be 1 to 256");
  return {};
}

class StoreCompaction {
 public:
  StoreCompaction(io::FileSystem& fs, const std::string& path, const CompactOptions& options,
                  const log::LanesToCompact& which)
      : fs_(fs), path_(path), options_(options), which_(which) {}
  Result<log::CompactedLanes> run();

 private:
  struct Lane {
    std::uint32_t number = 0;
    std::string directory;
    std::unique_ptr<io::FileLock> lock;
  };
  Status take_lanes();
  Status recover(std::uint32_t number);
  Status find_deleted();
  Status find_expired();
  merge::LaneJob job(const Lane& lane) const;
  Status compact(const Lane& lane);
  void add(const merge::LaneOutcome& outcome);
  void remove_tombstones();

  io::FileSystem& fs_;
  const std::string& path_;
  const CompactOptions& options_;
  const log::LanesToCompact& which_;
  catalog::StoreIdentity identity_;
  std::vector<Lane> lanes_;
  std::vector<std::uint32_t> busy_;
  bool all_lanes_ = true;
  std::vector<std::uint64_t> deleted_;
  std::optional<merge::RetentionPlan> retention_;
  std::unique_ptr<log::BlockPool> pool_;
  CompactReport report_;
};

// What an end left behind goes into segments first.
Status StoreCompaction::recover(std::uint32_t number) {
  RecoveryReport found;
  return log::recover_lane(
      log::lane_context(fs_, base::system_clock(), path_, identity_.uuid, LogOptions()), number,
      found);
}

Status StoreCompaction::take_lanes() {
  const auto numbers = catalog::list_lanes(fs_, path_);
  if (!numbers) return numbers.status();
  for (const std::uint32_t number : *numbers) {
    if (which_.lanes && !std::binary_search(which_.lanes->begin(), which_.lanes->end(), number)) {
      all_lanes_ = false;
      continue;
    }
    Lane lane{number, catalog::lane_directory(path_, number), nullptr};
    Status status = options_.dry_run ? Status() : recover(number);
    if (status.ok()) {
      auto lock = fs_.lock(catalog::lock_file(lane.directory));
      if (lock) lane.lock = std::move(*lock);
      status = lock.status();
    }
    if (status.ok()) {
      lanes_.push_back(std::move(lane));
    } else if (status.error().code == ErrorCode::busy) {
      report_.notes.push_back(lane.directory + " is left alone: " + status.error().message);
      busy_.push_back(number);
      all_lanes_ = false;
    } else {
      return status;
    }
  }
  return {};
}

// A tombstone is taken back where its stream turns out to be held by a Recorder: while there may be
// one, only those count that are old enough for that to be over.
Status StoreCompaction::find_deleted() {
  auto deleted = log::settled_deletions(fs_, path_, base::system_clock().wall_us(),
                                        all_lanes_ ? 0 : log::kDeletionSettledUs);
  if (!deleted) return deleted.status();
  std::set_union(deleted->begin(), deleted->end(), which_.erased.begin(), which_.erased.end(),
                 std::back_inserter(deleted_));
  return {};
}

Status StoreCompaction::find_expired() {
  if (!options_.retention.any()) return {};
  auto plan = log::plan_retention({fs_, path_, identity_.uuid}, options_.retention,
                                  base::system_clock().wall_us());
  if (!plan) return plan.status();
  retention_ = *std::move(plan);
  report_.capped = retention_->capped();
  return {};
}

merge::LaneJob StoreCompaction::job(const Lane& lane) const {
  merge::LaneJob job;
  job.directory = lane.directory;
  job.store = identity_.uuid;
  job.lane = lane.number;
  job.zstd_level = options_.zstd_level;
  job.snapshot_events = LogOptions().snapshot_events;
  job.block_bytes = options_.block_bytes;
  job.segment_bytes_max = options_.segment_bytes_max;
  job.memory_bytes_max = options_.memory_bytes_max;
  job.deleted = deleted_;
  job.retention = retention_ ? &*retention_ : nullptr;
  job.retention_digest = merge::retention_digest(options_.retention);
  if (!all_lanes_) {
    job.confirm = [this](std::span<const std::uint64_t> expired) {
      return log::confirm_expired({fs_, path_, identity_.uuid}, options_.retention,
                                  base::system_clock().wall_us(), expired);
    };
  }
  job.dry_run = options_.dry_run;
  job.fresh = options_.fresh;
  job.salvage = options_.salvage;
  job.runner = pool_.get();
  job.now_us = [] { return base::system_clock().wall_us(); };
  job.progress = options_.progress;
  return job;
}

void StoreCompaction::add(const merge::LaneOutcome& outcome) {
  const auto add_totals = [](CompactTotals& to, const merge::LaneTotals& from) {
    to.segments += from.segments;
    to.streams += from.streams;
    to.events += from.events;
    to.bytes += from.bytes;
  };
  add_totals(report_.before, outcome.before);
  add_totals(report_.after, outcome.after);
  report_.deleted_streams += outcome.deleted_streams;
  report_.expired_streams += outcome.expired_streams;
  report_.stripped_streams += outcome.stripped_streams;
  report_.dropped_events += outcome.dropped_events;
  report_.resumed |= outcome.resumed;
  report_.changed |= outcome.changed;
  report_.damage.insert(report_.damage.end(), outcome.damage.begin(), outcome.damage.end());
}

Status StoreCompaction::compact(const Lane& lane) {
  auto outcome = merge::compact_lane(fs_, job(lane));
  if (!outcome) return outcome.status();
  add(*outcome);
  return {};
}

// No segment holds anything of those streams now. One that stays is hidden for nothing, no more.
void StoreCompaction::remove_tombstones() {
  if (options_.dry_run || !all_lanes_ || report_.resumed) return;
  // A lane that came meanwhile may know the old segments.
  const auto numbers = catalog::list_lanes(fs_, path_);
  if (!numbers || numbers->size() != lanes_.size()) return;
  for (const std::uint64_t incarnation : deleted_) {
    if (!catalog::remove_tombstone(fs_, path_, incarnation)) return;
  }
}

Result<log::CompactedLanes> StoreCompaction::run() {
  if (Status status = check(options_); !status) return status;
  auto identity = catalog::load_store(fs_, path_);
  if (!identity) return identity.status();
  identity_ = *identity;
  if (Status status = take_lanes(); !status) return status;
  if (Status status = find_deleted(); !status) return status;
  if (Status status = find_expired(); !status) return status;
  if (options_.jobs > 1) pool_ = std::make_unique<log::BlockPool>(options_.jobs, [] {});
  for (const Lane& lane : lanes_) {
    if (Status status = compact(lane); !status) return status;
  }
  remove_tombstones();
  return log::CompactedLanes{std::move(report_), std::move(busy_)};
}

}  // namespace

namespace log {

Result<CompactedLanes> compact_free_lanes(io::FileSystem& fs, const std::string& path,
                                          const CompactOptions& options,
                                          const LanesToCompact& which) {
  return StoreCompaction(fs, path, options, which).run();
}

}  // namespace log

Result<CompactReport> compact(const std::string& path, const CompactOptions& options) {
  auto done = log::compact_free_lanes(io::posix(), path, options, {});
  if (!done) return done.status();
  const auto lanes = catalog::list_lanes(io::posix(), path);
  if (!done->busy.empty() && lanes && lanes->size() == done->busy.size()) {
    return Error{ErrorCode::busy, 0, path, 0,
                 "a process records into this store; compact it when that has closed it"};
  }
  return std::move(done->report);
}

}  // namespace reel
