// StreamCursor: gathering what folding needs only in sum.
#include <utility>

#include "segment/stream_cursor.hpp"

namespace reel::segment {

bool StreamCursor::next_gathered(std::uint64_t to_seq) {
  while (status_.ok()) {
    if (kept_block_ != nullptr && next_kept()) return true;
    // Whatever comes after the range is nobody's business: it may be damaged.
    if (has_seq_ && seq_ >= to_seq) return false;
    if (!run_ && !next_run()) return false;
    if (at_snapshot(to_seq)) continue;
    if (gather(to_seq)) return true;
    if (!next_row_of_run() || !in_range(run_->row())) continue;
    if (run_->row().seq > to_seq) return false;
    const Outcome outcome = resolve(run_->row());
    if (outcome != Outcome::skip) return outcome == Outcome::event;
  }
  return false;
}

// Tokens as one event, and CHECKPOINTs on the way to them. false: the next row is none of these.
bool StreamCursor::gather(std::uint64_t to_seq) {
  for (;;) {
    const std::uint64_t next = run_->row().seq + 1;
    if (next < from_seq_ || next > to_seq || (has_seq_ && next <= seq_)) return false;
    // Where the text so far is not known, nobody has asked for it yet.
    std::string& text = text_known_ ? text_ : gathered_;
    if (!text_known_) text.clear();
    const std::size_t before = text.size();
    std::int64_t number = 0;
    const std::uint32_t rows =
        run_->take_plain_tokens(to_seq - next + (to_seq != UINT64_MAX), text, number);
    if (rows == 0) {
      if (!keep_checkpoint()) return false;
      continue;
    }
    event_ = {};
    event_.type = EventType::token;
    event_.number = number;
    event_.text = std::string_view(text).substr(before);
    seq_ = run_->row().seq;
    has_seq_ = true;
    return true;
  }
}

bool StreamCursor::keep_checkpoint() {
  if (!run_->at_elided_checkpoint()) return false;
  if (!text_known_) restore_text(run_->row().seq + 1);
  if (!equals_text(run_->elided_check())) return false;  // damage: row by row
  run_->take_elided_checkpoint();
  checkpoint_bytes_ = text_.size();
  checkpoint_.reset();
  seq_ = run_->row().seq;
  has_seq_ = true;
  return true;
}

std::optional<std::string> StreamCursor::take_checkpoint() {
  if (!checkpoint_bytes_) return std::exchange(checkpoint_, std::nullopt);
  return text_.substr(0, *std::exchange(checkpoint_bytes_, std::nullopt));
}

}  // namespace reel::segment
