#include "segment/block_walk.hpp"

namespace reel::segment {

bool BlockWalk::next_block() {
  while (next_ordinal_ < file_.blocks()) {
    const std::uint32_t ordinal = next_ordinal_++;
    if (!file_.holds_events(ordinal)) continue;
    block_ = file_.data_block(ordinal);
    next_run_ = 0;
    if (block_ != nullptr) return true;
    if (strict_) {
      status_ = file_.note_damage(file_.block_offset(ordinal), 0, "a block of the segment");
      return false;
    }
  }
  return false;
}

// The next stream of the block at hand, or of the block after it.
bool BlockWalk::next_stream() {
  if (cursor_ != nullptr && cursor_->at_end()) cursors_.erase(number_);
  cursor_ = nullptr;
  while (block_ == nullptr || next_run_ == block_->run_count()) {
    if (!next_block()) return false;
  }
  const auto& runs = block_->runs();
  number_ = runs[next_run_].stream;
  while (next_run_ < block_->run_count() && runs[next_run_].stream == number_) ++next_run_;
  cursor_ = &cursors_.try_emplace(number_, file_, number_, 0, strict_).first->second;
  cursor_->stop_before(next_ordinal_);
  return true;
}

std::span<EnvelopeView> BlockWalk::next_batch() {
  while (status_.ok()) {
    if (cursor_ != nullptr) {
      if (const std::size_t count = cursor_->next_batch(batch_); count > 0) {
        return std::span(batch_).first(count);
      }
      status_ = cursor_->status();
      if (!status_.ok()) break;
    }
    if (!next_stream()) break;
  }
  return {};
}

}  // namespace reel::segment
