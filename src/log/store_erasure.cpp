// Erasing streams from the lane that a Log records in, beside its writer.
#include <algorithm>

#include "catalog/open_listed.hpp"
#include "log/store_upkeep.hpp"

namespace reel::log {
namespace {

constexpr std::uint32_t kStreamsMin = 1000;  // in a segment, for what numbers are set aside

bool holds(const segment::SegmentReader& reader, std::span<const std::uint64_t> incarnations) {
  for (std::uint32_t number = 0; number < reader.stream_count(); ++number) {
    const std::uint64_t one = reader.stream(number).identity.incarnation;
    if (std::binary_search(incarnations.begin(), incarnations.end(), one)) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<std::uint64_t>> StoreUpkeep::first_with(
    std::span<const std::uint64_t> incarnations, const Lane& lane, std::uint64_t below) const {
  const auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  for (const auto& listed : catalog->segments) {
    if (listed.number >= below) continue;
    const auto reader = catalog::open_listed(context_.fs, lane.directory, listed);
    if (!reader) return reader.status();
    if (holds(**reader, incarnations)) return std::optional(listed.number);
  }
  return std::optional<std::uint64_t>();
}

// Larger than those of all segments there are, the active one too, if none were set aside before.
Result<catalog::VoidNumbers> StoreUpkeep::numbers_for(const Lane& lane) {
  const auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  const auto numbers = context_.live.set_numbers_aside(
      merge::numbers_needed(catalog->segments, options().segment_bytes_max, kStreamsMin), true);
  if (!numbers) return numbers.status();
  if (*numbers) return **numbers;
  return Error{ErrorCode::busy, 0, lane.directory, 0,
               "the active segment could not be ended yet; it is tried again"};
}

Result<StoreUpkeep::Erased> StoreUpkeep::erase(std::span<const std::uint64_t> incarnations) {
  urgent_ = true;  // somebody waits
  const Lane lane = own_lane();
  if (const auto went_on = go_on(lane); !went_on) return went_on.status();
  const auto before = lane.catalog->load();
  if (!before) return before.status();
  const std::uint64_t events_before = stats_.events_dropped;
  const std::uint64_t segments_before = stats_.segments_written;
  for (bool all = false; !all;) {
    const auto numbers = numbers_for(lane);
    if (!numbers) return numbers.status();
    all = numbers->first >= before->next_number;
    const auto first = first_with(incarnations, lane, numbers->first);
    if (!first) return first.status();
    merge::LaneJob job = this->job(lane);
    job.deleted.assign(incarnations.begin(), incarnations.end());
    job.retention = nullptr;
    job.retention_digest = 0;
    job.numbers = *numbers;
    if (*first) {
      const auto catalog = lane.catalog->load();
      if (!catalog) return catalog.status();
      if (!has_room(*catalog, **first)) {
        return Error{ErrorCode::full, 0, lane.directory, 0,
                     "segments are written anew before the old ones go, and there is no room for "
                     "that; make some"};
      }
      job.first_input = **first;
    }
    Status status = *first ? run(lane, job) : merge::tidy_lane(context_.fs, job);
    if (!status) return status;
  }
  return Erased{stats_.events_dropped - events_before, stats_.segments_written - segments_before};
}

}  // namespace reel::log
