#include "log/store_upkeep.hpp"

#include <algorithm>

#include "catalog/open_listed.hpp"
#include "log/lane_recovery.hpp"
#include "merge/journal.hpp"

namespace reel::log {
namespace {

constexpr std::int64_t kUsPerMs = 1000;
// A pass over all indexes takes at most about this share of the time.
constexpr std::int64_t kThoroughShare = 20;
constexpr std::int64_t kLongestRestUs = 1'000'000;

}  // namespace

// What of the store is past its time. A pass over the indexes of all segments: not at every look.
Status StoreUpkeep::find_what_goes(bool urgent) {
  const std::int64_t now = context_.clock.monotonic_us();
  thorough_ = urgent || now >= thorough_at_us_;
  if (!thorough_) return {};
  plan_.reset();
  auto deleted =
      settled_deletions(context_.fs, context_.store, context_.clock.wall_us(), kDeletionSettledUs);
  if (!deleted) return deleted.status();
  deleted_ = *std::move(deleted);
  if (options().retention.any()) {
    auto plan = plan_retention({context_.fs, context_.store, context_.store_uuid},
                               options().retention, context_.clock.wall_us());
    if (!plan) return plan.status();
    if (!plan->empty()) plan_ = *std::move(plan);
  }
  return {};
}

Status StoreUpkeep::look(bool urgent) {
  urgent_ = urgent;
  const std::int64_t from = context_.clock.monotonic_us();
  Status status = find_what_goes(urgent);
  if (status) {
    status = see_to(own_lane(), urgent);
    const Status others = see_to_others(urgent);
    if (status) status = others;
  }
  if (thorough_) {
    const std::int64_t now = context_.clock.monotonic_us();
    thorough_at_us_ =
        now + std::max(kUsPerMs * options().interval_ms, kThoroughShare * (now - from));
  }
  const bool stopped = !status && status.error().code == ErrorCode::closed;
  stats_.last_error = status || stopped ? "" : status.to_string();
  return stopped ? Status() : status;
}

StoreUpkeep::Lane StoreUpkeep::own_lane() const {
  return {catalog::lane_directory(context_.store, context_.lane), context_.lane, &context_.live,
          true};
}

// Lanes at rest. One that was left unclean is recovered by whoever opens the store next.
Status StoreUpkeep::see_to_others(bool urgent) {
  const auto numbers = catalog::list_lanes(context_.fs, context_.store);
  if (!numbers) return numbers.status();
  Status first;
  for (const std::uint32_t number : *numbers) {
    if (number == context_.lane) continue;
    const std::string directory = catalog::lane_directory(context_.store, number);
    const auto lock = context_.fs.lock(catalog::lock_file(directory));
    if (!lock) continue;  // somebody records there, and sees to it
    const auto unclean = needs_recovery(context_.fs, directory);
    if (!unclean || *unclean) continue;
    merge::OwnCatalog catalog(context_.fs, directory);
    const Status status = see_to({directory, number, &catalog, false}, urgent);
    if (first && !status) first = status;
  }
  return first;
}

Status StoreUpkeep::see_to(const Lane& lane, bool urgent) {
  const auto went_on = go_on(lane);
  if (!went_on) return went_on.status();
  // Where there is no room, merging may make some, and what is past its time does at once.
  Status status = urgent ? Status() : drop(lane);
  if (status) status = merge(lane, urgent);
  return urgent && status ? drop(lane) : status;
}

merge::LaneJob StoreUpkeep::job(const Lane& lane) {
  merge::LaneJob job;
  job.directory = lane.directory;
  job.store = context_.store_uuid;
  job.lane = lane.number;
  job.zstd_level = options().zstd_level;
  job.snapshot_events = context_.options.snapshot_events;
  job.block_bytes = options().block_bytes;
  job.segment_bytes_max = options().segment_bytes_max;
  job.memory_bytes_max = options().memory_bytes_max;
  job.deleted = deleted_;
  job.retention = plan_ ? &*plan_ : nullptr;
  job.retention_digest = merge::retention_digest(options().retention);
  job.catalog = lane.catalog;
  job.confirm = [this](std::span<const std::uint64_t> expired) {
    return confirm_expired({context_.fs, context_.store, context_.store_uuid}, options().retention,
                           context_.clock.wall_us(), expired);
  };
  job.now_us = [this] { return context_.clock.wall_us(); };
  job.progress = [this](std::uint64_t, std::uint64_t) { return throttle(); };
  return job;
}

// Rests so that the work takes no more than its share of a core.
bool StoreUpkeep::throttle() {
  const std::int64_t now = context_.clock.monotonic_us();
  const double share = std::clamp(options().core_share_max, 0.01, 1.0);
  const auto worked = static_cast<double>(now - worked_from_us_);
  const auto rest = static_cast<std::int64_t>(worked * (1 / share - 1));
  const bool goes_on = context_.rest(urgent_ ? 0 : std::min(rest, kLongestRestUs));
  worked_from_us_ = context_.clock.monotonic_us();
  return goes_on;
}

Status StoreUpkeep::run(const Lane& lane, const merge::LaneJob& job) {
  worked_from_us_ = context_.clock.monotonic_us();
  const auto outcome = merge::compact_lane(context_.fs, job);
  if (!outcome) return outcome.status();
  if (!outcome->changed) return {};
  ++stats_.runs;
  (job.only_drop ? stats_.segments_dropped : stats_.segments_merged) += outcome->merged.size();
  stats_.segments_written += outcome->written.size();
  for (const auto& one : outcome->merged) stats_.bytes_before += one.bytes;
  for (const auto& one : outcome->written) stats_.bytes_after += one.bytes;
  stats_.streams_deleted += outcome->deleted_streams;
  stats_.streams_expired += outcome->expired_streams;
  stats_.events_dropped += outcome->dropped_events;
  tell_sealed(lane, *outcome);
  return {};
}

void StoreUpkeep::tell_sealed(const Lane& lane, const merge::LaneOutcome& outcome) {
  if (!context_.options.on_seal) return;
  SealedSegment sealed;
  sealed.lane = lane.number;
  for (const auto& one : outcome.merged) sealed.replaces.push_back(one.number);
  for (const auto& one : outcome.written) {
    sealed.path = catalog::segment_file(lane.directory, one.number);
    sealed.number = one.number;
    sealed.bytes = one.bytes;
    sealed.events = one.events;
    sealed.streams = one.streams;
    try {
      context_.options.on_seal(sealed);
    } catch (...) {  // the host's own affair
    }
  }
}

// A merge that was begun and not ended. True: there was one.
Result<bool> StoreUpkeep::go_on(const Lane& lane) {
  const auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  const auto journal = merge::load_journal(context_.fs, lane.directory);
  if (!journal) return journal.status();
  if (!*journal && catalog->voids.empty()) return false;
  merge::LaneJob rest = job(lane);
  if (*journal && !(*journal)->inputs.empty() &&
      catalog->find_void((*journal)->first_number) != nullptr) {
    rest.first_input = (*journal)->inputs.front().first;
    rest.numbers = {(*journal)->first_number, (*journal)->end_number};
    const Status status = run(lane, rest);
    return status ? Result<bool>(true) : status;
  }
  const Status status = merge::tidy_lane(context_.fs, rest);
  return status ? Result<bool>(true) : status;
}

Status StoreUpkeep::drop(const Lane& lane) {
  if (!thorough_ || (!plan_ && deleted_.empty())) return {};
  merge::LaneJob dropping = job(lane);
  dropping.only_drop = true;
  return run(lane, dropping);
}

bool StoreUpkeep::is_merged(const Lane& lane, const segment::SegmentSummary& listed) {
  const auto [known, is_new] = merged_.try_emplace({lane.number, listed.segment_id}, false);
  if (is_new) {
    const auto reader = catalog::open_listed(context_.fs, lane.directory, listed);
    known->second = reader && (*reader)->lineage().has_value();
  }
  return known->second;
}

// Events of a stream that was stripped before are few, and GAPs stand for the rest.
std::optional<std::uint64_t> StoreUpkeep::first_with_dropped(const Lane& lane,
                                                             const catalog::LaneCatalog& catalog,
                                                             std::uint64_t below) {
  std::optional<std::uint64_t> first;
  double all = 0, going = 0;
  for (const auto& listed : catalog.segments) {
    if (listed.number >= below) break;
    const auto reader = catalog::open_listed(context_.fs, lane.directory, listed);
    if (!reader) continue;
    for (std::uint32_t number = 0; number < (*reader)->stream_count(); ++number) {
      const auto stream = (*reader)->stream(number);
      const auto events = static_cast<double>(stream.facts.event_count);
      all += events;
      const std::uint64_t incarnation = stream.identity.incarnation;
      const auto fate = plan_ ? plan_->fate(incarnation) : merge::Fate::kept;
      const bool goes = std::binary_search(deleted_.begin(), deleted_.end(), incarnation) ||
                        fate == merge::Fate::expired ||
                        (fate == merge::Fate::stripped && stream.facts.gap_events == 0);
      if (!goes) continue;
      if (!first) first = listed.number;
      going += events;
    }
  }
  return going > 0 && going >= all * options().dropped_share_min ? first : std::nullopt;
}

// Where to begin: what is merged must reach up to the newest, because it gets larger numbers.
std::optional<std::uint64_t> StoreUpkeep::first_due(const Lane& lane,
                                                    const catalog::LaneCatalog& catalog,
                                                    std::uint64_t below, bool urgent) {
  std::optional<std::uint64_t> first;
  std::uint32_t fresh = 0;
  for (auto listed = catalog.segments.rbegin(); listed != catalog.segments.rend(); ++listed) {
    if (listed->number >= below) continue;
    if (is_merged(lane, *listed)) break;
    first = listed->number;
    ++fresh;
  }
  if (!options().compact || fresh < (urgent ? 1 : options().segments_min)) first.reset();
  if (!thorough_ || (!plan_ && deleted_.empty())) return first;
  const auto dropped = first_with_dropped(lane, catalog, below);
  return dropped && (!first || *dropped < *first) ? dropped : first;
}

// Of the old segments none goes before all of the new ones are there.
bool StoreUpkeep::has_room(const catalog::LaneCatalog& catalog, std::uint64_t first) const {
  std::uint64_t bytes = 0;
  for (const auto& listed : catalog.segments) bytes += listed.number >= first ? listed.bytes : 0;
  const auto space = context_.fs.space(context_.store);
  return !space || space->free_bytes > bytes;
}

Status StoreUpkeep::merge(const Lane& lane, bool urgent) {
  auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  constexpr std::uint64_t kAll = UINT64_MAX;
  std::optional<std::uint64_t> first = first_due(lane, *catalog, kAll, urgent);
  if (!first || !has_room(*catalog, *first)) return {};
  merge::LaneJob merging = job(lane);
  if (lane.live) {
    const std::uint64_t count =
        merge::numbers_needed(catalog->segments, options().segment_bytes_max, 1000);
    const auto numbers = context_.live.set_numbers_aside(count, urgent);
    if (!numbers || !*numbers) return numbers.status();
    catalog = lane.catalog->load();
    if (!catalog) return catalog.status();
    first = first_due(lane, *catalog, (*numbers)->first, urgent);
    if (!first) return merge::tidy_lane(context_.fs, merging);  // asked for too early
    merging.numbers = **numbers;
  }
  merging.first_input = *first;
  return run(lane, merging);
}

}  // namespace reel::log
