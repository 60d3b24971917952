#include "reader/scan.hpp"

#include <algorithm>

#include "reader/segment_order.hpp"

namespace reel {
namespace detail {

ScanCore::ScanCore(std::shared_ptr<const reader::StoreView> view,
                   std::vector<reader::StreamParts> streams,
                   std::optional<std::string_view> name_space, bool strict)
    : store_(std::move(view)), streams_(std::move(streams)), strict_(strict) {
  if (name_space) {
    std::erase_if(streams_, [&](const auto& parts) { return parts.name_space != *name_space; });
  }
  next_seq_.resize(streams_.size());
  const reader::SegmentOrder order(*store_);
  for (std::uint32_t place = 0; place < streams_.size(); ++place) {
    if (!order.fits(streams_[place])) {
      wanderers_.push_back(place);
      continue;
    }
    for (const reader::SegmentPart& part : streams_[place].segments) {
      places_[part.segment].emplace_back(part.number, place);
    }
  }
  for (const reader::Lane& lane : store_->lanes) {
    for (const reader::Segment& segment : lane.segments) {
      if (places_.contains(&segment)) segments_.push_back(&segment);
    }
  }
}

bool ScanCore::next_segment() {
  walk_.reset();
  if (next_segment_ == segments_.size()) return false;
  const reader::Segment& segment = *segments_[next_segment_++];
  place_of_.assign(segment.reader->stream_count(), kNobody);
  for (const auto& [number, place] : places_[&segment]) place_of_[number] = place;
  walk_ = segment.reader->walk(strict_);
  return true;
}

bool ScanCore::take(std::uint32_t place, std::uint64_t seq, const EventView& event) {
  const std::uint64_t after = reader::seq_after(seq, event);
  if (after <= next_seq_[place]) return false;  // held twice
  next_seq_[place] = after;
  at_ = place;
  envelope_ = {streams_[place].id, seq, event};
  return true;
}

// Of events of a stream that follow each other, those that were not yielded yet, with their ids.
std::span<const EnvelopeView> ScanCore::take_batch(std::uint32_t place,
                                                   std::span<EnvelopeView> batch) {
  std::uint64_t& next_seq = next_seq_[place];
  std::size_t known = 0;  // held twice
  while (known < batch.size() &&
         reader::seq_after(batch[known].seq, batch[known].event) <= next_seq) {
    ++known;
  }
  batch = batch.subspan(known);
  if (batch.empty()) return {};
  next_seq = reader::seq_after(batch.back().seq, batch.back().event);
  at_ = place;
  for (EnvelopeView& view : batch) view.stream_id = streams_[place].id;
  return batch;
}

std::span<const EnvelopeView> ScanCore::next_in_segments() {
  while (walk_ != nullptr || next_segment()) {
    for (auto batch = walk_->next_batch(); !batch.empty(); batch = walk_->next_batch()) {
      // A stream of another namespace, or deleted and made anew since.
      const std::uint32_t place = place_of_[walk_->number()];
      if (place == kNobody) continue;
      if (const auto taken = take_batch(place, batch); !taken.empty()) return taken;
    }
    status_ = walk_->status();
    if (!status_.ok() || !next_segment()) break;
  }
  return {};
}

// All of each, what arenas hold of it too.
bool ScanCore::next_wanderer() {
  for (;;) {
    if (wanderer_ != nullptr) {
      const std::uint32_t place = wanderers_[next_wanderer_ - 1];
      while (wanderer_->next()) {
        if (take(place, wanderer_->view().seq, wanderer_->view().event)) return true;
      }
      status_ = wanderer_->status();
      wanderer_.reset();
      next_seq_[place] = UINT64_MAX;
    }
    if (!status_.ok() || next_wanderer_ == wanderers_.size()) return false;
    wanderer_ = std::make_unique<CursorCore>(store_, streams_[wanderers_[next_wanderer_++]],
                                             CursorCore::Range{}, strict_);
  }
}

bool ScanCore::next_in_arenas() {
  for (;;) {
    while (tail_ < tails_.size()) {
      while (item_ < tails_[tail_].items.size()) {
        const reader::TailItem& item = tails_[tail_].items[item_++];
        const auto place = static_cast<std::uint32_t>(arena_stream_ - 1);
        if (take(place, item.seq, item.event)) return true;
      }
      ++tail_;
      item_ = 0;
    }
    if (arena_stream_ == streams_.size()) return false;
    const reader::StreamParts& parts = streams_[arena_stream_];
    tails_ = reader::arena_tails(parts, next_seq_[arena_stream_++]);
    tail_ = item_ = 0;
  }
}

std::span<const EnvelopeView> ScanCore::next_batch() {
  if (!status_.ok()) return {};
  if (const auto batch = next_in_segments(); !batch.empty()) return batch;
  if (!status_.ok()) return {};
  if (next_wanderer() || (status_.ok() && next_in_arenas())) return {&envelope_, 1};
  return {};
}

}  // namespace detail

Scan::Scan(std::unique_ptr<detail::ScanCore> core) noexcept : core_(std::move(core)) {}
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;
Scan::~Scan() = default;

bool Scan::next_batch() {
  batch_ = core_->next_batch();
  at_ = 0;
  return !batch_.empty();
}

std::string_view Scan::name_space() const noexcept { return core_->name_space(); }
const Status& Scan::status() const noexcept { return core_->status(); }

}  // namespace reel
