// StreamCursor: many events at a time.
#include "segment/stream_cursor.hpp"

namespace reel::segment {

// What the views of `out` point into must stay: the blocks, and the texts put together here.
std::size_t StreamCursor::next_batch(std::span<EnvelopeView> out) {
  std::size_t count = 0;
  for (;;) {
    count += take_plain_events(out.subspan(count));
    if (count == out.size() || (count > 0 && (!run_ || run_->at_end()))) return count;
    auto before = block_;
    const bool found = next();
    const bool same_block = block_ == before;
    if (!same_block) batch_block_ = std::move(before);
    if (!found) return count;
    const bool is_one = event_.type != EventType::gap || event_.seqs() > 0;
    if (is_one) {
      out[count].seq = seq_;
      out[count++].event = event_;
    }
    const bool ends = !same_block || run_->row().text != BlockRow::Text::here;
    if (ends && count > 0) return count;
  }
}

// Of the run at hand, those that come next.
std::size_t StreamCursor::take_plain_events(std::span<EnvelopeView> out) {
  if (!run_ || !status_.ok()) return 0;
  const std::uint64_t next = run_->row().seq + 1;
  if (next < from_seq_ || (has_seq_ && next <= seq_)) return 0;
  const std::size_t count = run_->take_plain_events(out, text_known_ ? &text_ : nullptr);
  if (count == 0) return 0;
  seq_ = run_->row().seq;
  has_seq_ = true;
  return count;
}

}  // namespace reel::segment
