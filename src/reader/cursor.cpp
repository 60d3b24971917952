#include "reader/cursor.hpp"

#include <algorithm>

namespace reel {
namespace detail {

CursorCore::CursorCore(std::shared_ptr<const reader::StoreView> view, reader::StreamParts parts,
                       Range range, bool strict)
    : view_(std::move(view)),
      parts_(std::move(parts)),
      range_(range),
      strict_(strict),
      id_(parts_.id),
      next_seq_(range.from_seq),
      ended_(range.from_seq > range.to_seq) {
  envelope_.stream_id = id_;
}

bool CursorCore::step_segment() {
  return gather_ ? segment_->next_gathered(range_.to_seq) : segment_->next();
}

void CursorCore::keep_checkpoint() {
  if (!gather_ || segment_ == nullptr) return;
  if (auto kept = segment_->take_checkpoint()) checkpoint_ = std::move(kept);
}

bool CursorCore::next_in_segments(std::uint64_t& seq, EventView& event) {
  while (part_ < parts_.segments.size()) {
    const reader::SegmentPart& part = parts_.segments[part_];
    if (gather_ && part.first_seq > range_.to_seq) break;
    if (segment_ == nullptr) {
      const std::uint64_t after = part.segment->reader->stream(part.number).facts.next_seq;
      segments_next_seq_ = std::max(segments_next_seq_, after);
      if (after > next_seq_) {
        segment_ = part.segment->reader->cursor(part.number, next_seq_, strict_);
        if (snapshots_) segment_->use_snapshots();
      }
    }
    if (segment_ != nullptr && step_segment()) {
      seq = segment_->seq();
      event = segment_->event();
      return true;
    }
    if (segment_ != nullptr && !segment_->status().ok()) {
      status_ = segment_->status();
      return false;
    }
    keep_checkpoint();
    segment_.reset();
    ++part_;
  }
  return false;
}

bool CursorCore::next_in_arenas(std::uint64_t& seq, EventView& event) {
  if (!in_arenas_) {
    tails_ = reader::arena_tails(parts_, segments_next_seq_);
    in_arenas_ = true;
  }
  while (tail_ < tails_.size()) {
    if (item_ < tails_[tail_].items.size()) {
      const reader::TailItem& item = tails_[tail_].items[item_++];
      seq = item.seq;
      event = item.event;
      return true;
    }
    ++tail_;
    item_ = 0;
  }
  return false;
}

bool CursorCore::next() {
  while (!ended_ && next_seq_ <= range_.to_seq) {
    std::uint64_t seq = 0;
    EventView event;
    if (!next_in_segments(seq, event)) {
      if (!status_.ok() || !next_in_arenas(seq, event)) break;
    }
    if (seq > range_.to_seq) break;
    const std::uint64_t after = reader::seq_after(seq, event);
    if (after <= next_seq_) continue;  // before the range, or held twice
    next_seq_ = after;
    envelope_.seq = seq;
    envelope_.event = event;
    if (event.type == EventType::checkpoint) checkpoint_.reset();
    return true;
  }
  if (!ended_) keep_checkpoint();
  ended_ = true;
  return false;
}

std::size_t CursorCore::text_bytes() const {
  std::size_t sum = 0;
  for (const reader::SegmentPart& part : parts_.segments) {
    sum += part.segment->reader->text_bytes_at(part.number, range_.to_seq);
  }
  return std::min(sum, segment::kRoomBytesMax);
}

std::optional<std::uint64_t> CursorCore::last_seq() const {
  if (view_ == nullptr) return std::nullopt;
  const std::uint64_t next = reader::join_facts(parts_).facts.next_seq;
  return next == 0 ? std::nullopt : std::optional(std::min(next - 1, range_.to_seq));
}

}  // namespace detail

Cursor::Cursor(std::unique_ptr<detail::CursorCore> core) noexcept : core_(std::move(core)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;
bool Cursor::next() { return core_->next(); }
const EnvelopeView& Cursor::view() const noexcept { return core_->view(); }
const Status& Cursor::status() const noexcept { return core_->status(); }
std::optional<std::uint64_t> Cursor::last_seq() const { return core_->last_seq(); }

}  // namespace reel
