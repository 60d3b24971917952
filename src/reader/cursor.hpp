// CursorCore: one stream's events by seq, out of segments and arenas, nothing twice.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reader/stream_parts.hpp"
#include "reel/reader.hpp"

namespace reel::detail {

class CursorCore {
 public:
  struct Range {
    std::uint64_t from_seq = 0, to_seq = UINT64_MAX;
  };
  // A Cursor without events.
  CursorCore() = default;
  // `view` holds what `parts` point into.
  CursorCore(std::shared_ptr<const reader::StoreView> view, reader::StreamParts parts, Range range,
             bool strict);

  bool next();
  std::optional<std::uint64_t> last_seq() const;
  const EnvelopeView& view() const noexcept { return envelope_; }

  // For folding, before the first next(): events come gathered (see SegmentCursor::next_gathered),
  // and from snapshots where that is allowed (SegmentCursor::use_snapshots).
  void gather(bool snapshots) noexcept {
    gather_ = true;
    snapshots_ = snapshots;
  }
  // Before the first next(): about how long the text of what will come is, where snapshots say so.
  std::size_t text_bytes() const;
  // At the end: the last CHECKPOINT's content, if it came with no event.
  std::optional<std::string> take_checkpoint() { return std::move(checkpoint_); }
  const Status& status() const noexcept { return status_; }

 private:
  bool next_in_segments(std::uint64_t& seq, EventView& event);
  bool next_in_arenas(std::uint64_t& seq, EventView& event);
  bool step_segment();
  void keep_checkpoint();

  std::shared_ptr<const reader::StoreView> view_;
  reader::StreamParts parts_;
  Range range_;
  bool strict_ = false;
  std::string id_;
  std::uint64_t next_seq_ = 0;           // events below were yielded, or are below the range
  std::uint64_t segments_next_seq_ = 0;  // the seq after what segments hold
  std::size_t part_ = 0;
  std::unique_ptr<segment::SegmentCursor> segment_;
  bool in_arenas_ = false;
  std::vector<reader::ArenaTail> tails_;
  std::size_t tail_ = 0, item_ = 0;
  bool ended_ = true;
  bool gather_ = false;
  bool snapshots_ = false;
  std::optional<std::string> checkpoint_;
  EnvelopeView envelope_;
  Status status_;
};

}  // namespace reel::detail
