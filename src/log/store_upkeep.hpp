// StoreUpkeep: one look after another at what there is to do for the segments of a store: for those
// of the lane that a Log records in, beside its writer, and for those of lanes that nobody records
// in. A plain object: one thread calls look(), or a test does.
//
//   go on with a merge that was not ended | drop segments past their time | merge what has gathered
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "log/live_catalog.hpp"
#include "log/retention.hpp"
#include "merge/lane_compaction.hpp"
#include "reel/options.hpp"

namespace reel::log {

class StoreUpkeep {
 public:
  struct Context {
    io::FileSystem& fs;
    base::Clock& clock;
    std::string store;
    base::Uuid store_uuid;
    std::uint32_t lane = 0;  // the Log's own
    const LogOptions& options;
    LiveCatalog& live;
    // Rests for so long; false: stop what is being done.
    std::function<bool(std::int64_t us)> rest;
  };
  explicit StoreUpkeep(Context context) : context_(std::move(context)) {}

  // Errors: of the first lane that could not be seen to; the others were. `urgent`: the disk is
  // full, nobody rests.
  Status look(bool urgent);
  const UpkeepStats& stats() const noexcept { return stats_; }

  // What erase() came to: events that went, segments that were written.
  struct Erased {
    std::uint64_t events = 0, segments = 0;
  };
  // No segment of the Log's own lane holds anything of these streams (incarnations, ascending) on
  // return: they were deleted, and all that was recorded of them is written. Ends the active
  // segment. Errors: those of merges, full (no room beside what is to go), busy (the disk refuses).
  Result<Erased> erase(std::span<const std::uint64_t> incarnations);

 private:
  struct Lane {
    std::string directory;
    std::uint32_t number = 0;
    merge::CatalogAccess* catalog = nullptr;
    bool live = false;
  };
  const Upkeep& options() const noexcept { return context_.options.upkeep; }
  Status find_what_goes(bool urgent);
  Status see_to_others(bool urgent);
  Status see_to(const Lane& lane, bool urgent);
  Result<bool> go_on(const Lane& lane);
  Status drop(const Lane& lane);
  Status merge(const Lane& lane, bool urgent);
  std::optional<std::uint64_t> first_due(const Lane& lane, const catalog::LaneCatalog& catalog,
                                         std::uint64_t below, bool urgent);
  std::optional<std::uint64_t> first_with_dropped(const Lane& lane,
                                                  const catalog::LaneCatalog& catalog,
                                                  std::uint64_t below);
  bool is_merged(const Lane& lane, const segment::SegmentSummary& listed);
  bool has_room(const catalog::LaneCatalog& catalog, std::uint64_t first) const;
  merge::LaneJob job(const Lane& lane);
  Status run(const Lane& lane, const merge::LaneJob& job);
  Lane own_lane() const;
  Result<catalog::VoidNumbers> numbers_for(const Lane& lane);
  Result<std::optional<std::uint64_t>> first_with(std::span<const std::uint64_t> incarnations,
                                                  const Lane& lane) const;
  Status can_erase(std::span<const std::uint64_t> incarnations, const Lane& lane) const;
  Status merge_out(std::span<const std::uint64_t> incarnations, const Lane& lane,
                   const catalog::VoidNumbers& numbers);
  void tell_sealed(const Lane& lane, const merge::LaneOutcome& outcome);
  bool throttle();

  const Context context_;
  std::optional<merge::RetentionPlan> plan_;
  std::vector<std::uint64_t> deleted_;
  std::int64_t thorough_at_us_ = 0;  // no look at what goes before; costs a pass over the indexes
  bool thorough_ = false;
  std::map<std::pair<std::uint32_t, std::uint64_t>, bool> merged_;  // by lane and segment id
  std::int64_t worked_from_us_ = 0;
  bool urgent_ = false;
  UpkeepStats stats_;
};

}  // namespace reel::log
