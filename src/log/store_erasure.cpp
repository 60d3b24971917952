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

// One that was given up may hold some of it behind what counts.
Result<std::optional<std::uint64_t>> StoreUpkeep::first_with(
    std::span<const std::uint64_t> incarnations, const Lane& lane) const {
  const auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  for (const auto& listed : catalog->segments) {
    if (!listed.sealed) return std::optional(listed.number);
    const auto reader = catalog::open_same(context_.fs, lane.directory, listed);
    if (!reader) return reader.status();
    if (holds(**reader, incarnations)) return std::optional(listed.number);
  }
  return std::optional<std::uint64_t>();
}

// Before the active segment is ended for it.
Status StoreUpkeep::can_erase(std::span<const std::uint64_t> incarnations, const Lane& lane) const {
  const auto first = first_with(incarnations, lane);
  if (!first) return first.status();
  const auto catalog = lane.catalog->load();
  if (!catalog || !*first || has_room(*catalog, **first)) return catalog.status();
  return Error{ErrorCode::full, 0, lane.directory, 0,
               "segments are written anew before the old ones go, and there is no room for that; "
               "make some"};
}

// Larger than those of all segments there are, the active one too, if none were set aside before.
Result<catalog::VoidNumbers> StoreUpkeep::numbers_for(const Lane& lane) {
  const auto catalog = lane.catalog->load();
  if (!catalog) return catalog.status();
  constexpr std::uint64_t kUnlisted = 2;  // the active one, and one that is being sealed
  const std::uint64_t more =
      kUnlisted * (1 + context_.options.segment_bytes_max / options().segment_bytes_max);
  const auto numbers = context_.live.set_numbers_aside(
      more + merge::numbers_needed(catalog->segments, options().segment_bytes_max, kStreamsMin),
      true);
  if (!numbers) return numbers.status();
  if (*numbers) return **numbers;
  return Error{ErrorCode::busy, 0, lane.directory, 0,
               "the active segment could not be ended yet; it is tried again"};
}

Status StoreUpkeep::merge_out(std::span<const std::uint64_t> incarnations, const Lane& lane,
                              const catalog::VoidNumbers& numbers) {
  const auto first = first_with(incarnations, lane);
  if (!first) return first.status();
  merge::LaneJob job = this->job(lane);
  job.deleted.assign(incarnations.begin(), incarnations.end());
  job.retention = nullptr;
  job.retention_digest = 0;
  job.numbers = numbers;
  if (!*first || **first >= numbers.first) return merge::tidy_lane(context_.fs, job);
  job.first_input = **first;
  return run(lane, job);
}

// The first numbers may be some that were set aside before the active segment was begun, and where
// a segment could not be made durable it has a new number: then once more.
Result<StoreUpkeep::Erased> StoreUpkeep::erase(std::span<const std::uint64_t> incarnations) {
  constexpr int kRoundsMax = 4;
  urgent_ = false;  // it takes its share of a core, and no more
  const Lane lane = own_lane();
  if (const auto went_on = go_on(lane); !went_on) return went_on.status();
  if (Status status = can_erase(incarnations, lane); !status) return status;
  const auto before = lane.catalog->load();
  if (!before) return before.status();
  const std::uint64_t events = stats_.events_dropped, segments = stats_.segments_written;
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto numbers = numbers_for(lane);
    if (!numbers) return numbers.status();
    if (Status status = merge_out(incarnations, lane, *numbers); !status) return status;
    const auto left = first_with(incarnations, lane);
    if (!left) return left.status();
    if (*left || numbers->first < before->next_number) continue;
    return Erased{stats_.events_dropped - events, stats_.segments_written - segments};
  }
  return Error{ErrorCode::busy, 0, lane.directory, 0,
               "segments that hold the stream come up again and again; it is tried again"};
}

}  // namespace reel::log
