// ScanCore: all events of a store: segments first, lane by lane, then what only arenas hold.
// Streams that went from lane to lane against that order come stream by stream, in between.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reader/cursor.hpp"
#include "reader/stream_parts.hpp"
#include "reel/reader.hpp"

namespace reel::detail {

class ScanCore {
 public:
  // `view` holds what `streams` point into. nullopt: every namespace.
  ScanCore(std::shared_ptr<const reader::StoreView> view, std::vector<reader::StreamParts> streams,
           std::optional<std::string_view> name_space, bool strict);

  // The next events, of one stream; until the next call. None: the end, or an error.
  std::span<const EnvelopeView> next_batch();
  std::string_view name_space() const noexcept { return streams_[at_].name_space; }
  const Status& status() const noexcept { return status_; }

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  using Places = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // number, place

  bool next_segment();
  std::span<const EnvelopeView> next_in_segments();
  bool next_wanderer();
  bool next_in_arenas();
  std::span<const EnvelopeView> take_batch(std::uint32_t place, std::span<EnvelopeView> batch);
  bool take(std::uint32_t place, std::uint64_t seq, const EventView& event);

  std::shared_ptr<const reader::StoreView> store_;
  std::vector<reader::StreamParts> streams_;
  std::vector<std::uint64_t> next_seq_;  // by place in streams_: events below were yielded
  const bool strict_;
  std::vector<const reader::Segment*> segments_;  // those that count, in order
  std::unordered_map<const reader::Segment*, Places> places_;
  std::size_t next_segment_ = 0;
  std::vector<std::uint32_t> place_of_;  // by number in the segment at hand
  std::unique_ptr<segment::SegmentWalk> walk_;
  std::vector<std::uint32_t> wanderers_;  // places of streams that are against that order
  std::size_t next_wanderer_ = 0;
  std::unique_ptr<CursorCore> wanderer_;  // of the one before that
  std::size_t arena_stream_ = 0;          // place of the stream whose tails are at hand, plus one
  std::vector<reader::ArenaTail> tails_;
  std::size_t tail_ = 0, item_ = 0;
  std::uint32_t at_ = 0;  // place of the stream of the batch
  EnvelopeView envelope_;  // a batch of one
  Status status_;
};

}  // namespace reel::detail
