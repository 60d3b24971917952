// What a LogCore does with segments that are sealed: it tells of them, and has them looked after.
#include <exception>

#include "log/log_core.hpp"
#include "merge/lane_compaction.hpp"

namespace reel::detail {

// Segments that were sealed since the last step become known to the registry and to the host. With
// those that others were merged into it is StoreUpkeep that deals.
void LogCore::publish_segments() {
  const auto& all = open_.segments->catalog().segments;
  std::vector<segment::SegmentSummary> fresh;
  for (auto one = all.rbegin(); one != all.rend() && one->number > published_number_; ++one) {
    fresh.insert(fresh.begin(), *one);
  }
  if (fresh.empty()) return;
  published_number_ = fresh.back().number;
  open_.lane->arena().header().listings.fetch_add(1, std::memory_order_release);
  open_.registry->segments_added(fresh, open_.segments->listed_epoch());
  for (const auto& segment : fresh) {
    if (segment.number > open_.segments->listed_at_first()) tell_sealed(segment);
  }
  if (upkeep_thread_ != nullptr) upkeep_thread_->poke(false);
}

void LogCore::tell_sealed(const segment::SegmentSummary& segment) {
  if (!options_.on_seal) return;
  try {
    options_.on_seal({catalog::segment_file(open_.directory, segment.number),
                      lane(),
                      segment.number,
                      segment.bytes,
                      segment.events,
                      segment.streams,
                      {}});
  } catch (...) {  // the host's own affair; the writer goes on
  }
}

// Its thread runs from the start if there is anything to do, or as soon as a stream is to be
// erased.
void LogCore::start_upkeep() {
  const log::LiveCatalog::Lane lane{step_mutex_, *open_.segments, *open_.registry, *open_.lane};
  live_catalog_ = std::make_unique<log::LiveCatalog>(lane, [this] {
    constexpr std::int64_t kPauseUs = 5000;
    demands_.poke();
    return upkeep_rest_(kPauseUs);
  });
  upkeep_ = std::make_unique<log::StoreUpkeep>(log::StoreUpkeep::Context{
      fs_, *environment_.clock, place_, open_.store_uuid, this->lane(), options_, *live_catalog_,
      [this](std::int64_t us) { return upkeep_rest_(us); }});
  // Before there is an active segment that would have to be ended for it.
  const auto& segments = open_.segments->catalog().segments;
  if (options_.upkeep.compact && segments.size() >= options_.upkeep.segments_min) {
    constexpr std::uint32_t kStreamsMin = 1000;
    (void)open_.segments->set_numbers_aside(
        merge::numbers_needed(segments, options_.upkeep.segment_bytes_max, kStreamsMin));
  }
  if (!options_.writer_thread) return;
  const auto rest = [this](std::int64_t us) {
    return upkeep_thread_->rest(std::chrono::microseconds(us));
  };
  upkeep_thread_ = std::make_unique<log::UpkeepThread>(
      [this, rest](bool urgent) { (void)look_after(urgent, rest); },
      std::chrono::milliseconds(options_.upkeep.interval_ms), options_.upkeep.any());
  if (options_.upkeep.any()) upkeep_thread_->start();
}

Status LogCore::look_after(bool urgent, const std::function<bool(std::int64_t us)>& rest) {
  upkeep_rest_ = rest;
  Status status = erase_what_is_asked();
  if (options_.upkeep.any()) {
    const Status looked = upkeep_->look(urgent);
    if (status) status = looked;
  }
  return note_upkeep(std::move(status));
}

Status LogCore::note_upkeep(Status status) {
  bool tell = false;
  {
    const std::lock_guard lock(mutex_);
    stats_.upkeep = upkeep_->stats();
    tell = !status && last_upkeep_error_ != status.to_string();
    if (tell) ++stats_.errors;
    last_upkeep_error_ = status ? std::string() : status.to_string();
  }
  if (!tell || !options_.on_error) return status;
  try {
    options_.on_error(status.error());
  } catch (...) {  // the host's own affair; upkeep goes on
  }
  return status;
}

}  // namespace reel::detail
